"""Holds every kind against the installed botocore, so that a renamed API fails the build and not the Friday evening."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name

from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import DOMAIN_ARN, Call, Describe, Inline, Kind, Linked, Pathed, Tagged
from workshop.teardown.kinds.placeholders import ALWAYS, FIELD

_GROUP = re.compile(r"\?P<(\w+)>")


class ServiceModels:
    """botocore's service models, loaded when first asked for."""

    def __init__(self) -> None:
        self._session = botocore.session.get_session()
        self._loaded: dict[str, tuple[Any, dict[str, str]]] = {}

    def operation(self, service: str, name: str) -> Any | None:
        """The operation's model by boto3's method name; None if there is none."""
        model, names = self.service(service)
        return model.operation_model(names[name]) if name in names else None

    def operations(self, service: str) -> set[str]:
        """boto3's method names of all operations."""
        return set(self.service(service)[1])

    def service(self, service: str) -> tuple[Any, dict[str, str]]:
        """The service's model and method name → operation name."""
        if service not in self._loaded:
            model = self._session.get_service_model(service)
            self._loaded[service] = model, {xform_name(name): name for name in model.operation_names}
        return self._loaded[service]


@cache
def misfits() -> tuple[str, ...]:
    """Everything about all kinds that the installed botocore contradicts."""
    return tuple(problems(KINDS.values(), ServiceModels()))


def problems(kinds: Iterable[Kind], models: ServiceModels) -> list[str]:
    """Everything about the kinds that the service models contradict."""
    return [f"{kind.name}: {problem}" for kind in kinds for problem in _of_kind(kind, models)]


def _of_kind(kind: Kind, models: ServiceModels) -> Iterator[str]:
    entry = _entry(kind, models)
    listed = set(_members(entry)) | ALWAYS | _claim_fields(kind)
    yield from _of_lister(kind, models)
    for member in (kind.id, kind.arn, kind.created, kind.status):
        yield from _of_member(kind, member, entry, listed, models)
    for step in (kind.delete, kind.stop):
        if step:
            yield from _of_call(kind.service, step, listed, models)
    yield from _of_describe(kind, kind.describe, listed, models)
    yield from _of_proofs(kind, entry, listed, models)
    for name in kind.uses:
        service, _, operation = name.rpartition(":")
        if models.operation(service or kind.service, operation) is None:
            yield f"no operation {name}"
    for leaf in kind.leaves_behind:
        known = set(_members(_described(kind, models))) | ALWAYS if leaf.ask else listed
        yield from (f"leaf {leaf.id}: no {{{field}}}" for field in _fields(leaf.id) if field not in known)
        if leaf.kind not in KINDS and leaf.kind != DOMAIN_ARN:
            yield f"leaf of unknown kind {leaf.kind}"


def _of_lister(kind: Kind, models: ServiceModels) -> Iterator[str]:
    find = kind.find
    parent = KINDS.get(find.parent) if find.parent else None
    if find.parent and parent is None:
        yield f"unknown parent {find.parent}"
        return
    known = ALWAYS | _claim_fields(kind) | (set(_members(_entry(parent, models))) if parent else set())
    for more in find.each:
        yield from _of_call(kind.service, Call(find.operation, {**find.params, **more}), known, models)
    operation = models.operation(kind.service, find.operation)
    if operation is not None and _walk(operation.output_shape, find.items) is None:
        yield f"{find.operation} has no {find.items}"


def _of_member(kind: Kind, member: str, entry: Any, listed: set[str], models: ServiceModels) -> Iterator[str]:
    if not member or (member == "id" and _members(entry) == []):
        return
    if member.startswith("describe:"):
        described = _described(kind, models)
        if member.removeprefix("describe:") not in _members(described):
            yield f"{member} is not in the answer of describe"
    elif "{" in member:
        yield from (f"arn: no {{{field}}}" for field in _fields(member) if field not in listed)
    elif member not in _members(entry) and member not in ALWAYS:
        yield f"{kind.find.operation} lists no {member}"


def _of_proofs(kind: Kind, entry: Any, listed: set[str], models: ServiceModels) -> Iterator[str]:
    for proof in kind.proofs:
        if isinstance(proof, Tagged):
            owner = replace(kind, service=proof.service or kind.service)
            yield from _of_describe(owner, Describe(proof.call, proof.path), listed, models)
        elif isinstance(proof, Inline) and proof.path not in _members(entry):
            yield f"{kind.find.operation} lists no {proof.path}"
        elif isinstance(proof, Linked) and (proof.kind not in KINDS or proof.member not in _members(entry)):
            yield f"link {proof.member} to {proof.kind} leads nowhere"
        elif isinstance(proof, Pathed) and proof.member not in _members(entry):
            yield f"{kind.find.operation} lists no {proof.member}"


def _of_describe(kind: Kind, describe: Describe | None, listed: set[str], models: ServiceModels) -> Iterator[str]:
    if describe is None:
        return
    yield from _of_call(kind.service, describe.call, listed, models)
    operation = models.operation(kind.service, describe.call.operation)
    if operation is not None and _walk(operation.output_shape, describe.path) is None:
        yield f"{describe.call.operation} has no {describe.path}"


def _of_call(service: str, step: Call, known: Set[str], models: ServiceModels) -> Iterator[str]:
    operation = models.operation(service, step.operation)
    if operation is None:
        yield f"{service} has no operation {step.operation}"
        return
    shape = operation.input_shape
    members = set(_members(shape))
    yield from (f"{step.operation} has no parameter {name}" for name in step.params if name not in members)
    required = set(shape.required_members) if shape else set()
    yield from (f"{step.operation} needs {name}" for name in sorted(required - set(step.params)))
    for field in _fields(step.params):
        if field not in known:
            yield f"{step.operation}: no {{{field}}}"


def _entry(kind: Kind, models: ServiceModels) -> Any:
    operation = models.operation(kind.service, kind.find.operation)
    shape = _walk(operation.output_shape, kind.find.items) if operation else None
    return shape.member if shape is not None and shape.type_name == "list" else shape


def _described(kind: Kind, models: ServiceModels) -> Any:
    if kind.describe is None:
        return None
    operation = models.operation(kind.service, kind.describe.call.operation)
    shape = _walk(operation.output_shape, kind.describe.path) if operation else None
    return shape.member if shape is not None and shape.type_name == "list" else shape


def _walk(shape: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if shape is None:
            return None
        shape = shape.member if shape.type_name == "list" else _member(shape, step)
    return shape


def _member(shape: Any, name: str) -> Any:
    return shape.members.get(name) if shape.type_name == "structure" else None


def _members(shape: Any) -> list[str]:
    return list(shape.members) if shape is not None and shape.type_name == "structure" else []


def _fields(template: Any) -> list[str]:
    """First steps of all fields in a template."""
    if isinstance(template, str):
        return [name.partition(".")[0] for name in FIELD.findall(template)]
    if isinstance(template, dict):
        return [field for value in template.values() for field in _fields(value)]
    if isinstance(template, list | tuple):
        return [field for value in template for field in _fields(value)]
    return []


def _claim_fields(kind: Kind) -> set[str]:
    return set(_GROUP.findall(kind.claim))
