"""One AWS service as a stand-in: declared kinds plus a method for each operation that really does something."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar, TypeVar

from botocore import xform_name

from local_aws.framework import crud, validate, wire
from local_aws.framework.kinds import EmulatedKind, EmulatedResource, Request
from local_aws.framework.life import Codes, Tagging
from local_aws.framework.planted import sample
from local_aws.framework.store import Store
from local_aws.framework.world import ApiError, Params, StandInError, World

Handler = Callable[[Any, Request], Params | None]
_Method = TypeVar("_Method", bound=Handler)


def operation(*names: str) -> Callable[[_Method], _Method]:
    """Marks a method of a stand-in as the implementation of the operations named."""

    def mark(method: _Method) -> _Method:
        method.operations = names  # type: ignore[attr-defined]
        return method

    return mark


class StandIn:
    """Base of all stand-ins. A subclass fills the fields below and adds `@operation` methods.

    An operation that is neither declared nor implemented answers UnknownOperationException (501): a stand-in never
    pretends. The one exception is `empty`, which a test's account asks for.
    """

    service: str
    """botocore's name of the service."""
    scope: str = ""
    """The signing name that requests over HTTP carry, where it is not the service's name."""
    kinds: ClassVar[tuple[EmulatedKind, ...]] = ()
    tagging: ClassVar[tuple[Tagging, ...]] = ()
    codes: Codes = Codes()
    _methods: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._methods = dict(cls._methods)
        for name, member in vars(cls).items():
            for operation_name in getattr(member, "operations", ()) if callable(member) else ():
                cls._methods[operation_name] = name

    def __init__(self, world: World) -> None:
        self.world = world
        self.kind_of = {kind.name: kind for kind in self.kinds}
        self.neighbours: dict[str, Any] = {}
        """The stand-ins of the same set by service, itself among them; `StandIns` fills it."""
        self.empty: frozenset[str] = frozenset()
        """Operations that are not done and still answer, namely that there is nothing."""
        self._declared = {name: (verb, kind) for kind in self.kinds for name, verb in kind.operations().items()}
        tags = {name for tagging in self.tagging for name in (tagging.add, tagging.remove, tagging.list)}
        self._done = frozenset({*self._methods, *self._declared, *tags})
        self._stores: dict[str, Store] = {}

    @property
    def model(self) -> Any:
        """botocore's model of the service; loaded when first needed."""
        return wire.service_model(self.service)

    @property
    def operations(self) -> frozenset[str]:
        """Names of all operations that are answered."""
        return self._done | self.empty

    def answer_empty(self, listings: Iterable[str]) -> None:
        """Let those listings (boto3's method names) that nothing here does answer that there is nothing."""
        self.empty = _operations(self.service, frozenset(listings)) - self._done

    def store(self, region: str) -> Store:
        """The records of a region that have not been deleted."""
        with self.world.lock:
            if region not in self._stores:
                self._stores[region] = Store(self.world, self.service, self.kind_of, self.codes)
            return self._stores[region]

    def records(self) -> list[tuple[str, EmulatedResource]]:
        """(region, record) of everything that lives."""
        with self.world.lock:
            return [(region, record) for region, store in self._stores.items() for record in store.everything()]

    def call(self, operation: str, params: Mapping[str, Any], region: str = "") -> Params:
        """Run one operation. Raises ApiError as AWS would answer, StandInError if this stand-in is at fault."""
        call = Request(self.service, operation, dict(params), region or self.world.region, self)
        for hook in self.world.before:
            hook(call)
        if operation not in self._done and operation not in self.empty:
            raise ApiError(
                "UnknownOperationException", f"The stand-in for {self.service} does not do {operation}.", 501
            )
        model = self.model.operation_model(operation)
        if model.input_shape is not None:
            self._validate_input(model.input_shape, call)
        self.normalise(call)
        answer = self._run(call, model)
        self._validate_output(model, answer)
        for hook in self.world.after:
            hook(call)
        return answer

    def run(self, operation: str, params: Mapping[str, Any], region: str) -> Params:
        """An operation as a service does it inside AWS: no hook sees it, nothing is checked against the model."""
        return self._run(
            Request(self.service, operation, dict(params), region, self), self.model.operation_model(operation)
        )

    def raw(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> wire.Response | None:
        """Answer a request that is not one of the model's operations; None if it is not for this service."""
        return None

    def serves_raw(self, path: str) -> bool:
        """True if `raw` answers requests to that path."""
        return False

    def normalise(self, call: Request) -> None:
        """Bring a valid request into the form that the kinds expect, such as names in place of ARNs."""

    def forget(self, record: EmulatedResource) -> None:
        """A resource has been removed: drop what the stand-in keeps of it beside the record."""

    def _validate_input(self, shape: Any, call: Request) -> None:
        found = validate.problems(shape, call.params)
        if found:
            plural = "error" if len(found) == 1 else "errors"
            raise ApiError(self.codes.invalid, f"{len(found)} validation {plural} detected: {'; '.join(found)}")

    def _run(self, call: Request, model: Any) -> Params:
        method = self._methods.get(call.operation)
        if method:
            # Custom operations may call other services, so they take the lock themselves where they need it.
            return getattr(self, method)(call) or {}
        if call.operation in self.empty:
            shape = model.output_shape
            return {name: sample(shape.members[name]) for name in shape.required_members}
        with self.world.lock:
            for tagging in self.tagging:
                if call.operation in (tagging.add, tagging.remove, tagging.list):
                    return crud.tag_operation(tagging, call)
            verb, kind = self._declared[call.operation]
            return crud.VERBS[verb](kind, call)

    def _validate_output(self, model: Any, answer: Params) -> None:
        if model.output_shape is None:
            if answer:
                raise StandInError(f"{self.service}.{model.name} has no answer, the stand-in gave {sorted(answer)}")
            return
        found = validate.problems(model.output_shape, answer, answer=True)
        if found:
            raise StandInError(f"{self.service}.{model.name}: {'; '.join(found)}")


class Nothing(StandIn):
    """A service in which there is nothing; `answer_empty` says which of its listings answer so."""

    def __init__(self, world: World, service: str) -> None:
        self.service = service
        super().__init__(world)


@cache
def _operations(service: str, methods: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in wire.service_model(service).operation_names if xform_name(name) in methods)
