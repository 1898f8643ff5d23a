"""What a kind of resource is to teardown: how it is found, whose it is, how it goes, and what must go before it.

A kind is data. Strings in braces are filled from the listed entry: `{EndpointName}` is a member of the entry, `{id}`,
`{arn}`, `{parent}` (the parent's id), `{account}`, `{region}`, `{workshop}` and `{token}` (an idempotency token) are
always there. A member that the entry does not have drops the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

Params = Mapping[str, Any]

DOMAIN_ARN = "domain-arn"
"""Kind of the claims that record the ARNs of the workshop's domains, for MANAGED_TAG once a domain is gone."""


class Cost(StrEnum):
    """What a leftover does to the bill, the dearest first; the order in which teardown prefers to delete."""

    HOURLY = "hourly"
    STORED = "stored"
    FREE = "free"


class Phase(StrEnum):
    """What a status means for removal."""

    READY = "ready"
    HELD = "held"
    RUNNING = "running"
    BUSY = "busy"
    SETTLED = "settled"
    GONE = "gone"


@dataclass(frozen=True)
class Call:
    """One API operation, by boto3's method name, with the templates of its parameters."""

    operation: str
    params: Params = field(default_factory=dict)


def call(operation: str, **params: Any) -> Call:
    """`Call` in one line."""
    return Call(operation, params)


@dataclass(frozen=True)
class Lister:
    """Where entries of a kind come from.

    `items` is the dotted path to a list in the answer, or to one structure. With `parent`, the operation is called once
    for each of the workshop's resources of that kind and the templates are filled from the parent; `each` repeats the
    call with further parameters. `once` reads the first page only, where existence is all that matters. `container` is
    the field of a claim that names what holds the resource: if that is gone, nothing else in it is asked for.
    """

    operation: str
    items: str
    params: Params = field(default_factory=dict)
    parent: str = ""
    each: tuple[Params, ...] = ({},)
    once: bool = False
    container: str = ""


@dataclass(frozen=True)
class Describe:
    """Asks for one resource by name; `path` leads to the structure, or to a list in which `id` must match."""

    call: Call
    path: str = ""


@dataclass(frozen=True)
class Tagged:
    """Proof by tag, read by a call of its own, of the kind's service unless `service` names another.

    `absent` are error codes that mean "no tags".
    """

    call: Call
    path: str
    absent: tuple[str, ...] = ()
    service: str = ""


@dataclass(frozen=True)
class Inline:
    """Proof by tag, where the listed entry carries its tags."""

    path: str


@dataclass(frozen=True)
class Child:
    """Proof by parent: the entry was listed inside a resource that is the workshop's."""


@dataclass(frozen=True)
class Linked:
    """Proof by reference: `member` names a resource of `kind` by id or ARN; `part` picks a piece between slashes."""

    kind: str
    member: str
    part: int | None = None


@dataclass(frozen=True)
class Pathed:
    """Proof by IAM path `/workshop/<id>/`, which only the deployment may use."""

    member: str = "Path"


@dataclass(frozen=True)
class Named:
    """Proof by name `<workshop id>` or `<workshop id>-…`, for what cannot carry tags and attendees cannot create."""


@dataclass(frozen=True)
class Managed:
    """Proof by SageMaker's own tag ManagedByAmazonSageMakerResource, which names the domain."""


Proof = Tagged | Inline | Child | Linked | Pathed | Named | Managed


@dataclass(frozen=True)
class Trace:
    """Something of another kind that this resource leaves behind when it goes; recorded while the resource lives.

    `id` is a template; with `ask` it is filled from the `describe` answer instead of the listed entry.
    """

    kind: str
    id: str
    ask: bool = False


@dataclass(frozen=True)
class Claim:
    """A record, made while its owner lived, that a resource of `kind` named `id` belongs to the workshop.

    Nothing older than `since` is meant: a name can be reused, but not backwards in time.
    """

    kind: str
    id: str
    owner: str
    since: datetime | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """One kind of resource. Adding one takes no change anywhere else.

    `id`, `arn`, `created` and `status` are members of the listed entry; `arn` may be a template, and `status` may start
    with `describe:` if only that call tells it. `after` names kinds (with `*`) that must be gone before. `running` are
    statuses in which `stop` has to be called first; `held` those in which a service holds on to it and will let go by
    itself; `busy`, `gone` and `settled` add to the usual names. A kind without `delete` and `prepare` is only stopped:
    its record stays. A kind with a `claim` is listed once for each claim (see `Trace`) that fully matches this
    expression, with the named groups, and `{claim}` itself, in its templates. `prepare` is for what one call cannot do:
    it returns False while more has to happen before the deletion; `uses` declares the operations that it changes things
    with. `first` means that teardown deletes the resource itself even if a stack owns it; `cfn` is its CloudFormation
    type, `price` its key in the price list, `home` the region of a service that has only one.
    """

    name: str
    service: str
    find: Lister
    id: str
    arn: str
    created: str = ""
    status: str = ""
    proofs: tuple[Proof, ...]
    describe: Describe | None = None
    delete: Call | None = None
    stop: Call | None = None
    running: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    settled: Mapping[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    claim: str = ""
    after: tuple[str, ...] = ()
    leaves_behind: tuple[Trace, ...] = ()
    prepare: Callable[[Item, Hands], bool] | None = None
    uses: tuple[str, ...] = ()
    gone_on: tuple[str, ...] = ()
    busy_on: tuple[str, ...] = ()
    cost: Cost = Cost.FREE
    price: str = ""
    first: bool = False
    cfn: str = ""
    home: str = ""

    def phase(self, status: str) -> Phase:
        """What `status` means; an unknown or empty status means that deletion may be tried."""
        if status in self.running:
            return Phase.RUNNING
        if status in self.held:
            return Phase.HELD
        plain = status.lower().replace("_", "")
        if status in self.gone or plain in _GONE:
            return Phase.GONE
        if status in self.settled:
            return Phase.SETTLED
        if status in self.busy or plain in _BUSY or (plain.endswith("inprogress") and plain != "reviewinprogress"):
            return Phase.BUSY
        return Phase.READY if self.delete or self.prepare else Phase.SETTLED

    def mutations(self) -> frozenset[tuple[str, str]]:
        """(service, operation) of everything that may change something while a resource of this kind is removed."""
        own = {(self.service, step.operation) for step in (self.delete, self.stop) if step}
        return frozenset(own | {_split(name, self.service) for name in self.uses})


@dataclass(frozen=True, eq=False)
class Item:
    """One listed resource. `data` is the entry as the service gave it."""

    kind: Kind
    id: str
    arn: str
    region: str
    created: datetime | None
    status: str
    data: Params
    parent: Item | None = None

    @property
    def key(self) -> str:
        """Identity within one account: kind and ARN."""
        return f"{self.kind.name} {self.arn}"

    @property
    def phase(self) -> Phase:
        """What the status means."""
        return self.kind.phase(self.status)


class Hands(Protocol):
    """What a hook may use: reads, and exactly the mutations that its kind declares."""

    @property
    def item(self) -> Item:
        """The resource that is being removed."""

    @property
    def unprotect_stacks(self) -> bool:
        """Whether a stack's termination protection may be switched off."""

    def call(self, operation: str, **params: Any) -> Any:
        """Make one call of the kind's own service in the item's region."""

    def pages(self, operation: str, items: str, **params: Any) -> list[Any]:
        """All entries of a listing of the kind's own service."""

    def exists(self, operation: str, **params: Any) -> bool:
        """Whether a read finds anything."""

    def fail(self, operation: str, code: str, message: str) -> None:
        """Raise the error that came inside a successful answer."""


_GONE = {"deleted", "deletecomplete", "deletecompleted"}
_BUSY = {
    "deleting", "stopping", "creating", "pending", "updating", "systemupdating", "rollingback", "preparing",
    "versioning", "starting", "initializing", "deprovisioning",
}  # fmt: skip


def _split(name: str, service: str) -> tuple[str, str]:
    """`service:operation`, or an operation of the kind's own service."""
    owner, _, operation = name.rpartition(":")
    return owner or service, operation
