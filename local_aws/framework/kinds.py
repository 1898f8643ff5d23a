"""A resource kind in a few declared lines: what its operations are called, what names it, how it lives."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from local_aws.framework.life import Codes, Life
from local_aws.framework.world import Params, World


@dataclass
class EmulatedResource:
    """One resource that exists, or did until a moment ago."""

    kind: "EmulatedKind"
    key: tuple[str, ...]
    arn: str
    members: Params
    """What was asked for and what `prepare` added, in the model's own names."""
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
        """A member of the resource, or `default` if it has none."""
        return self.members.get(member, default)


class Resources(Protocol):
    """Living resources of one service in one region, as hooks and operations see them; see `Store`."""

    def codes(self, kind: "EmulatedKind") -> Codes: ...
    def delay(self, kind: "EmulatedKind", phase: str) -> float: ...
    def status(self, record: EmulatedResource) -> str: ...
    def alive(self, record: EmulatedResource) -> bool: ...
    def all(self, kind: str) -> list[EmulatedResource]: ...
    def everything(self) -> list[EmulatedResource]: ...
    def get(self, kind: str, key: tuple[str, ...]) -> EmulatedResource | None: ...
    def need(self, kind: str, key: tuple[str, ...]) -> EmulatedResource: ...
    def by_arn(self, arn: str) -> EmulatedResource | None: ...
    def add(self, record: EmulatedResource) -> None: ...
    def children(self, record: EmulatedResource) -> list[EmulatedResource]: ...
    def part(self, record: EmulatedResource, member: str) -> str: ...
    def remove(self, record: EmulatedResource) -> None: ...


class Owner(Protocol):
    """The stand-in that a request is for, as hooks and operations see it; see `StandIn`."""

    service: str
    scope: str
    codes: Codes
    world: World
    kind_of: dict[str, "EmulatedKind"]
    neighbours: dict[str, Any]

    @property
    def model(self) -> Any: ...
    def store(self, region: str) -> Resources: ...
    def forget(self, record: EmulatedResource) -> None: ...


@dataclass(frozen=True)
class Request:
    """One request on its way to a stand-in; hooks see it before the operation runs and after it."""

    service: str
    operation: str
    params: Params
    region: str
    owner: Owner

    @property
    def world(self) -> World:
        """The world with its account, its clock and its ids."""
        return self.owner.world

    @property
    def store(self) -> Resources:
        """The service's living resources in the region of this request."""
        return self.owner.store(self.region)

    @property
    def model(self) -> Any:
        """botocore's model of the operation."""
        return self.owner.model.operation_model(self.operation)

    def neighbour(self, service: str) -> Any:
        """The stand-in for another service of the same set, or None; what it offers beyond operations is its own."""
        return self.owner.neighbours.get(service)

    def arn(self, service: str, resource: str) -> str:
        """ARN of `resource` (`kind/id`) in the region and account of this request."""
        return f"arn:aws:{service}:{self.region}:{self.world.account}:{resource}"


@dataclass(frozen=True)
class EmulatedKind:
    """How one kind of resource is created, named, found and removed: over HTTP and in process alike."""

    name: str
    key: tuple[str, ...]
    """The members that name a resource, the parents' first."""
    create: str = ""
    """The operation that creates one; so for the next four. Empty: none does, or a method of the stand-in."""
    get: str = ""
    list: str = ""
    update: str = ""
    delete: str = ""
    arn: str = ""
    """The resource part of the ARN, such as `domain/{DomainId}`."""
    arn_member: str = ""
    """What the ARN is called in answers."""
    id_prefix: str | None = None
    """Not None: the service makes the last part of the key, beginning like this. None: the caller gives it."""
    id_length: int = 10
    id_alphabet: str = string.ascii_uppercase + string.digits
    unique: str = ""
    """A member outside the key that no two siblings may share."""
    params: Mapping[str, str] = field(default_factory=dict)
    """Request members → record members, where the names differ (`gatewayIdentifier` → `gatewayId`)."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Members of answers → record members, where the names differ."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Filters of the listing → record members, where the names differ."""
    parents: tuple[str, ...] = ()
    """Kinds whose key members this kind carries; deleting a parent is refused while children live."""
    orphan: Literal["refuse", "delete"] = "refuse"
    """`delete`: this kind goes with its parent instead."""
    life: Life | None = None
    codes: Codes | None = None
    items: str = ""
    """The list in the listing's answer, where the model has several."""
    made_up: bool = False
    """True: what answers require and nobody gave is made up when one is created, with the smallest values that fit the
    model. For kinds of which only names, states and removal matter."""
    prepare: Callable[[Request, Params], Params] | None = None
    """Sees the request and the members that a create or an update would leave; may refuse (ApiError); returns members
    to add."""
    after_create: Callable[[Request, EmulatedResource], None] | None = None
    """Makes what comes with the resource."""
    before_delete: Callable[[Request, EmulatedResource], None] | None = None
    """May refuse (ApiError)."""
    after_delete: Callable[[Request, EmulatedResource], None] | None = None
    """Makes what a resource leaves behind."""

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

    def renamed(self, params: Mapping[str, Any]) -> Params:
        """Request members under the names that records use."""
        return {self.params.get(name, name): value for name, value in params.items()}

    def key_of(self, members: Mapping[str, Any]) -> tuple[str, ...]:
        """A resource's key from a request's (renamed) members; parts that the request leaves out are empty."""
        return tuple(str(members.get(member) or "") for member in self.key)
