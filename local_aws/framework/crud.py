"""The declared operations: create, get, update, delete, and tags."""

from collections.abc import Callable
from typing import Any

from local_aws.framework import listings, projection
from local_aws.framework.kinds import EmulatedKind, EmulatedResource, Request
from local_aws.framework.life import Tagging
from local_aws.framework.planted import make_up
from local_aws.framework.world import ApiError, Params

Verb = Callable[[EmulatedKind, Request], Params]


def find(kind: EmulatedKind, call: Request) -> EmulatedResource:
    """The record that a request names, by its key or by ARN; the service's not-found error otherwise."""
    return call.store.need(kind.name, kind.key_of(kind.renamed(call.params)))


def answer(shape: Any, record: EmulatedResource, status: str) -> Params:
    """A record as the answer of its create, get, update or delete operation, wrapped where the model wraps it."""
    if shape is None:
        return {}
    wrapper = projection.wrapper_member(shape, record)
    if wrapper:
        return {wrapper: projection.project(shape.members[wrapper], record, status)}
    return projection.project(shape, record, status)


def create(kind: EmulatedKind, call: Request) -> Params:
    """Make a record, after the checks that need no knowledge of the service: parents, name, uniqueness."""
    record = new_record(kind, call)
    return answer(call.model.output_shape, record, call.store.status(record))


def new_record(kind: EmulatedKind, call: Request) -> EmulatedResource:
    """Make and keep a record from a create request."""
    members = kind.renamed(call.params)
    tags_name = projection.tags_member(call.model.input_shape)
    tags = projection.tags_in(members.pop(tags_name, None)) if tags_name else {}
    if kind.id_prefix is not None:
        members[kind.key[-1]] = kind.id_prefix + call.world.new_id(kind.id_length, kind.id_alphabet)
    _resolve_parents(kind, call, members)
    if kind.prepare:
        members.update(kind.prepare(call, members))
    if kind.made_up:
        make_up(call.owner, kind, members)
    key = kind.key_of(members)
    _refuse_duplicate(kind, call, key, members)
    now = call.world.clock()
    arn = ""
    if kind.arn:
        parts = {**members, **dict(zip(kind.key, key, strict=True))}
        arn = call.arn(call.owner.scope or call.service, kind.arn.format(**parts))
    ready = now + call.store.delay(kind, "create")
    record = EmulatedResource(kind, key, arn, members, tags, now, call.world.serial(), now, ready)
    call.store.add(record)
    if kind.after_create:
        kind.after_create(call, record)
    return record


def _resolve_parents(kind: EmulatedKind, call: Request, members: Params) -> None:
    for name in kind.parents:
        parent = call.owner.kind_of[name]
        if not all(members.get(member) for member in parent.key):
            continue
        found = call.store.need(name, parent.key_of(members))
        if found.gone_at is not None:
            raise ApiError(call.store.codes(kind).busy, f"{name} {found.key[-1]} is being deleted.")
        # The request may have named the parent by its ARN.
        members.update(zip(parent.key, found.key, strict=True))


def _refuse_duplicate(kind: EmulatedKind, call: Request, key: tuple[str, ...], members: Params) -> None:
    store = call.store
    old = store.get(kind.name, key)
    if old is not None and store.alive(old):
        raise ApiError(store.codes(kind).exists, f"{kind.name} {key[-1]} already exists.")
    if not kind.unique:
        return
    name = members.get(kind.unique)
    for other in store.all(kind.name):
        if other.key[:-1] == key[:-1] and other.get(kind.unique) == name and store.alive(other):
            raise ApiError(store.codes(kind).exists, f"A {kind.name} named {name} already exists.")


def get(kind: EmulatedKind, call: Request) -> Params:
    record = find(kind, call)
    return answer(call.model.output_shape, record, call.store.status(record))


def update(kind: EmulatedKind, call: Request) -> Params:
    """Merge the request into the record; refused while the resource is in transition."""
    record = find(kind, call)
    _refuse_busy(call, record)
    changed = {name: value for name, value in kind.renamed(call.params).items() if name not in kind.key}
    changed.pop(projection.tags_member(call.model.input_shape), None)
    merged = {**record.members, **changed}
    if kind.prepare:
        merged.update(kind.prepare(call, merged))
    record.members = merged
    record.modified = call.world.clock()
    record.ready_at, record.phase = record.modified + call.store.delay(kind, "update"), "update"
    return answer(call.model.output_shape, record, call.store.status(record))


def _refuse_busy(call: Request, record: EmulatedResource) -> None:
    life = record.kind.life
    status = call.store.status(record)
    if life and status and status in (life.creating, life.updating, life.deleting, life.deleted):
        raise ApiError(call.store.codes(record.kind).busy, f"{record.kind.name} {record.key[-1]} is {status}.")


def delete(kind: EmulatedKind, call: Request) -> Params:
    """Remove a record; refused while children live or the resource is in transition."""
    record = find(kind, call)
    _refuse_busy(call, record)
    if kind.before_delete:
        kind.before_delete(call, record)
    remove(record, call)
    return answer(call.model.output_shape, record, kind.life.deleting if kind.life else "")


def remove(record: EmulatedResource, call: Request) -> None:
    """Remove a record and what goes with it; the service's in-use error while other children live."""
    children = call.store.children(record)
    held = sorted({child.kind.name for child in children if child.kind.orphan == "refuse"})
    if held:
        raise ApiError(
            call.store.codes(record.kind).busy,
            f"Unable to delete {record.kind.name} {record.key[-1]} because {', '.join(held)}(s) are associated with it",
        )
    for child in children:
        remove(child, call)
    call.store.remove(record)
    call.owner.forget(record)
    if record.kind.after_delete:
        record.kind.after_delete(call, record)


def tag_operation(tagging: Tagging, call: Request) -> Params:
    """Add, remove or list the tags of the resource with the ARN that the request names."""
    codes = tagging.codes or call.owner.codes
    record = call.store.by_arn(call.params[tagging.resource])
    if record is None:
        raise ApiError(codes.missing, "The resource with this ARN could not be found.")
    asked, shape = call.model.input_shape, call.model.output_shape
    if call.operation == tagging.add:
        record.tags.update(projection.tags_in(call.params[projection.tags_member(asked)]))
    elif call.operation == tagging.remove:
        keys = projection.first_member(asked, ("TagKeys", "tagKeys", "ResourceTagKeys", "TagKeyList"))
        for name in call.params[keys]:
            record.tags.pop(name, None)
    name = projection.tags_member(shape)
    return {name: projection.tags_out(shape.members[name], record.tags)} if name else {}


def stop(call: Request, kind: EmulatedKind, final: str) -> None:
    """Begin to stop: the state is the kind's `updating` for the delay `stop`, then `final`."""
    record = find(kind, call)
    if kind.life is None:
        return
    if call.store.status(record) == final:
        raise ApiError(call.store.codes(kind).invalid, f"{kind.name} {record.key[-1]} has already ended.")
    record.members[kind.life.member] = final
    record.ready_at = call.world.clock() + call.store.delay(kind, "stop")
    record.phase = "update"


VERBS: dict[str, Verb] = {"create": create, "get": get, "list": listings.list_, "update": update, "delete": delete}
