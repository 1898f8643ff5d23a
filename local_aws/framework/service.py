"""One AWS service as a stand-in: declared kinds plus a method for each operation that really does something."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from local_aws.framework import crud, validate, wire
from local_aws.framework.kinds import Codes, Kind, Record, Tagging
from local_aws.framework.store import Store
from local_aws.framework.world import ApiError, Call, Params, StandInError, World

Handler = Callable[[Any, Call], Params | None]
_Method = TypeVar("_Method", bound=Handler)


def operation(*names: str) -> Callable[[_Method], _Method]:
    """Marks a method of a stand-in as the implementation of the operations named."""

    def mark(method: _Method) -> _Method:
        method.operations = names  # type: ignore[attr-defined]
        return method

    return mark


class StandIn:
    """Base of all stand-ins. Subclasses state `service`, `kinds`, `tagging` and `codes`, and add `@operation` methods.

    `scope` is the signing name that requests over HTTP carry. An operation that is neither declared nor implemented
    answers UnknownOperationException (501): a stand-in never pretends.
    """

    service: ClassVar[str]
    scope: ClassVar[str] = ""
    kinds: ClassVar[tuple[Kind, ...]] = ()
    tagging: ClassVar[tuple[Tagging, ...]] = ()
    codes: ClassVar[Codes] = Codes()
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
        self._declared = {name: (verb, kind) for kind in self.kinds for name, verb in kind.operations().items() if name}
        self._stores: dict[str, Store] = {}

    @property
    def model(self) -> Any:
        """botocore's model of the service; loaded when first needed."""
        return wire.service_model(self.service)

    @property
    def operations(self) -> set[str]:
        """Names of all operations that are answered."""
        tags = {name for tagging in self.tagging for name in (tagging.add, tagging.remove, tagging.list)}
        return {*self._methods, *self._declared, *tags}

    def store(self, region: str) -> Store:
        """Living records of a region."""
        with self.world.lock:
            if region not in self._stores:
                self._stores[region] = Store(self.world, self.service, self.kind_of, self.codes)
            return self._stores[region]

    def records(self) -> list[tuple[str, Record]]:
        """(region, record) of everything that lives."""
        with self.world.lock:
            return [(region, record) for region, store in self._stores.items() for record in store.everything()]

    def call(self, operation: str, params: Mapping[str, Any], region: str = "") -> Params:
        """Run one operation. Raises ApiError as AWS would answer, StandInError if this stand-in is at fault."""
        call = Call(self.service, operation, dict(params), region or self.world.region, self)
        for hook in self.world.before:
            hook(call)
        if operation not in self.operations:
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

    def raw(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> wire.Response | None:
        """Answer a request that is not one of the model's operations; None if it is not for this service."""
        return None

    def serves_raw(self, path: str) -> bool:
        """True if `raw` answers requests to that path."""
        return False

    def normalise(self, call: Call) -> None:
        """Bring a valid request into the form that the kinds expect, such as names in place of ARNs."""

    def _validate_input(self, shape: Any, call: Call) -> None:
        found = validate.problems(shape, call.params)
        if found:
            plural = "error" if len(found) == 1 else "errors"
            raise ApiError(self.codes.invalid, f"{len(found)} validation {plural} detected: {'; '.join(found)}")

    def _run(self, call: Call, model: Any) -> Params:
        method = self._methods.get(call.operation)
        if method:
            # Custom operations may call other services, so they take the lock themselves where they need it.
            return getattr(self, method)(call) or {}
        with self.world.lock:
            for tagging in self.tagging:
                if call.operation in (tagging.add, tagging.remove, tagging.list):
                    return crud.tag_operation(tagging, call, model)
            verb, kind = self._declared[call.operation]
            return crud.VERBS[verb](kind, call, model)

    def _validate_output(self, model: Any, answer: Params) -> None:
        if model.output_shape is None:
            if answer:
                raise StandInError(f"{self.service}.{model.name} has no answer, the stand-in gave {sorted(answer)}")
            return
        found = validate.problems(model.output_shape, answer, answer=True)
        if found:
            raise StandInError(f"{self.service}.{model.name}: {'; '.join(found)}")
