"""What a kind of resource is to teardown: how it is found, whose it is, how it goes, and what must go before it.

A kind is data. Strings in braces are filled from the listed entry: `{EndpointName}` is a member of the entry, `{id}`,
`{arn}`, `{parent}` (the parent's id), `{account}`, `{region}`, `{workshop}` and `{token}` (an idempotency token) are
always there. A member that the entry does not have drops the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
    """A `Call` with its parameters as keyword arguments."""
    return Call(operation, params)


@dataclass(frozen=True)
class Lister:
    """Where entries of a kind come from."""

    operation: str
    items: str
    """Dotted path to a list in the answer, or to one structure."""
    params: Params = field(default_factory=dict)
    parent: str = ""
    """Kind of the parent: the operation is called once for each of the workshop's resources of that kind, and the
    placeholders are filled from it."""
    each: tuple[Params, ...] = ({},)
    """Further parameters; the call is repeated with each of them."""
    once: bool = False
    """Read the first page only, where existence is all that matters."""
    container: str = ""
    """Field of a claim that names what holds the resource: if that is gone, nothing else in it is asked for."""


@dataclass(frozen=True)
class Describe:
    """Asks for one resource by name."""

    call: Call
    path: str = ""
    """Leads to the structure, or to a list in which `id` must match."""


@dataclass(frozen=True)
class Tagged:
    """Proof by tag, read by a call of its own."""

    call: Call
    path: str
    absent: tuple[str, ...] = ()
    """Error codes that mean that there are no tags."""
    service: str = ""
    """Whose call it is, if it is not the kind's own service."""


@dataclass(frozen=True)
class Inline:
    """Proof by tag, where the listed entry carries its tags."""

    path: str


@dataclass(frozen=True)
class Child:
    """Proof by parent: the entry was listed inside a resource that is the workshop's."""


@dataclass(frozen=True)
class Linked:
    """Proof by reference to a resource whose owner is known."""

    kind: str
    """Kind of the resource that is referred to."""
    member: str
    """Member of the entry with its id or ARN."""
    part: int | None = None
    """Position of the piece between slashes that is meant; None for the whole."""


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
    """Something of another kind that this resource leaves behind; recorded while the resource lives."""

    kind: str
    id: str
    """Filled from the listed entry."""
    ask: bool = False
    """Fill `id` from the `describe` answer instead."""


@dataclass(frozen=True)
class Claim:
    """A record, made while its owner lived, that a resource belongs to the workshop."""

    kind: str
    """Kind of the resource that belongs to the workshop."""
    id: str
    owner: str
    """Which resource left it behind."""
    since: datetime | None = None
    """Nothing older is meant: a name can be reused, but not backwards in time."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """One kind of resource. CONTRIBUTING.md, "Add a kind to the teardown", says what else goes with it.

    A kind without `delete` and `prepare` is only stopped: its record stays.
    """

    name: str
    service: str
    find: Lister
    id: str
    """Member of the listed entry."""
    arn: str
    """Member of the listed entry, or a text with placeholders."""
    created: str = ""
    """Member of the listed entry."""
    status: str = ""
    """Member of the listed entry; begins with `describe:` if only that call tells it."""
    label: str = ""
    """Template of what people call it; without one that is the id, after its parent's if it has one."""
    proofs: tuple[Proof, ...]
    describe: Describe | None = None
    delete: Call | None = None
    stop: Call | None = None
    running: tuple[str, ...] = ()
    """Statuses in which `stop` has to be called first."""
    busy: tuple[str, ...] = ()
    """Statuses besides the usual ones in which nothing can be done."""
    gone: tuple[str, ...] = ()
    """Statuses besides the usual ones that mean that it is gone."""
    settled: Mapping[str, str] = field(default_factory=dict)
    """Statuses in which nothing is left to do, with the reason."""
    held: tuple[str, ...] = ()
    """Statuses in which a service holds on to it and will let go by itself."""
    skip: tuple[str, ...] = ()
    claim: str = ""
    """Expression: the kind is listed once for each claim that fully matches, with the named groups, and `{claim}`
    itself, as placeholders."""
    after: tuple[str, ...] = ()
    """Kinds (with `*`) that must be gone before."""
    leaves_behind: tuple[Trace, ...] = ()
    """What is recorded before it goes, so that it is found afterwards."""
    prepare: Callable[[Item, Hands], bool] | None = None
    """What one call cannot do; returns False while more has to happen before the deletion."""
    uses: tuple[str, ...] = ()
    """Operations with which `prepare` changes things."""
    gone_on: tuple[str, ...] = ()
    """Error codes of this kind that mean that it is gone."""
    busy_on: tuple[str, ...] = ()
    """Error codes of this kind that mean: later."""
    cost: Cost = Cost.FREE
    price: str = ""
    """Key in the price list."""
    first: bool = False
    """The teardown deletes the resource itself even if a stack owns it."""
    cfn: str = ""
    """CloudFormation type."""
    home: str = ""
    """Region of a service that has only one."""

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
    """One resource as a listing showed it."""

    kind: Kind
    id: str
    arn: str
    region: str
    created: datetime | None
    status: str
    data: Params
    """The entry as the service gave it."""
    parent: Item | None = None

    @property
    def key(self) -> str:
        """Identity within one account: kind and ARN."""
        return f"{self.kind.name} {self.arn}"

    @property
    def phase(self) -> Phase:
        """What the status means for removal."""
        return self.kind.phase(self.status)

    @property
    def label(self) -> str:
        """What people call it; one thing only among those of its kind and account, or nearly so."""
        if self.kind.label:
            return self.kind.label.format_map(_Blank(self.data))
        return f"{self.parent.id}/{self.id}" if self.parent and not self.id.startswith("arn:") else self.id


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

    def answers(self, operation: str, **params: Any) -> Iterator[Any]:
        """The pages of a listing of the kind's own service, each asked for when the one before has been dealt with."""

    def out_of_time(self) -> bool:
        """Whether the deadline of the run has passed, so that a long piece of work has to be left for the next run."""

    def tell(self, progress: str) -> None:
        """Show how far a long piece of work has got."""

    def exists(self, operation: str, **params: Any) -> bool:
        """Whether a read finds anything."""

    def fail(self, operation: str, code: str, message: str) -> None:
        """Raise the error that came inside a successful answer."""


class _Blank(dict[str, Any]):
    """A template's field that an entry does not have is empty: an app belongs to a profile or to a space."""

    def __missing__(self, _: str) -> str:
        return ""


_GONE = {"deleted", "deletecomplete", "deletecompleted"}
_BUSY = {
    "deleting", "stopping", "creating", "pending", "updating", "systemupdating", "rollingback", "preparing",
    "versioning", "starting", "initializing", "deprovisioning",
}  # fmt: skip


def _split(name: str, service: str) -> tuple[str, str]:
    """`service:operation`, or an operation of the kind's own service."""
    owner, _, operation = name.rpartition(":")
    return owner or service, operation
