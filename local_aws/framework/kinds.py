"""A resource kind in a few declared lines: what its operations are called, what names it, how it lives."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local_aws.framework.world import Call, Params


@dataclass(frozen=True)
class Life:
    """Names of the states of an asynchronous resource. `member` is the status member in the service's answers.

    With `lingers`, a deleted resource stays visible in the state `deleted` for so many seconds (Studio apps: a day).
    """

    creating: str
    ready: str
    deleting: str
    updating: str = ""
    member: str = "status"
    deleted: str = ""
    lingers: float = 0


@dataclass(frozen=True)
class Codes:
    """Error codes of a service or of one kind."""

    missing: str = "ResourceNotFoundException"
    exists: str = "ConflictException"
    busy: str = "ConflictException"
    invalid: str = "ValidationException"


@dataclass
class Record:
    """One living resource. `members` is what was asked for plus what `prepare` added, in the model's own names."""

    kind: "Kind"
    key: tuple[str, ...]
    arn: str
    members: Params
    tags: dict[str, str]
    created: float
    serial: int
    modified: float
    ready_at: float
    phase: str = "create"
    gone_at: float | None = None

    def __getitem__(self, member: str) -> Any:
        return self.members[member]

    def get(self, member: str, default: Any = None) -> Any:
        """A member, or `default`."""
        return self.members.get(member, default)


@dataclass(frozen=True)
class Kind:
    """How one kind of resource is created, named, found and removed.

    `key` are the members that name a resource, the parents' first. If `id_prefix` is not None the last of them is
    made by the service; otherwise the caller gives it. `arn` is the resource part, such as `domain/{DomainId}`, and
    `arn_member` its name in answers. `params` maps request members to record members where the names differ
    (`gatewayIdentifier` → `gatewayId`), `outputs` does the same for answers. `unique` names a member (not in the key)
    that no two siblings may share. A parent is a kind whose key members the child carries; deleting it is refused while
    children live, unless `orphan` says that children go with it.

    `prepare` sees the call and the members that a create or an update would leave: it may refuse (ApiError) and returns
    members to add. `after_create` makes what comes with the resource, `before_delete` may refuse, `after_delete` cleans
    up.
    """

    name: str
    key: tuple[str, ...]
    create: str = ""
    get: str = ""
    list: str = ""
    update: str = ""
    delete: str = ""
    arn: str = ""
    arn_member: str = ""
    id_prefix: str | None = None
    id_length: int = 10
    id_alphabet: str = string.ascii_uppercase + string.digits
    unique: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    orphan: Literal["refuse", "delete"] = "refuse"
    life: Life | None = None
    codes: Codes | None = None
    items: str = ""
    prepare: Callable[[Call, Params], Params] | None = None
    after_create: Callable[[Call, Record], None] | None = None
    before_delete: Callable[[Call, Record], None] | None = None
    after_delete: Callable[[Call, Record], None] | None = None

    def operations(self) -> dict[str, str]:
        """Operation name → what it does to the kind."""
        named = {
            self.create: "create",
            self.get: "get",
            self.list: "list",
            self.update: "update",
            self.delete: "delete",
        }
        return {operation: verb for operation, verb in named.items() if operation}


@dataclass(frozen=True)
class Tagging:
    """The tag operations of a service; members are found in the model (`resource` names the ARN member)."""

    add: str
    remove: str
    list: str
    resource: str
    codes: Codes | None = None
