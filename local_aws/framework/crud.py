"""The declared operations: create, get, list, update, delete, and tags."""

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.framework import project
from local_aws.framework.kinds import Kind, Record, Tagging
from local_aws.framework.store import page
from local_aws.framework.world import ApiError, Call, Params, StandInError

Verb = Callable[[Kind, Call, Any], Params]
Test = Callable[[Record], bool]


def renamed(kind: Kind, params: Mapping[str, Any]) -> Params:
    """Request members under the names that records use."""
    return {kind.params.get(name, name): value for name, value in params.items()}


def key_of(kind: Kind, members: Mapping[str, Any]) -> tuple[str, ...]:
    """A resource's key from a request's (renamed) members; parts that the request leaves out are empty."""
    return tuple(str(members.get(member) or "") for member in kind.key)


def find(kind: Kind, call: Call) -> Record:
    """The record that a request names, by its key or by ARN; the service's not-found error otherwise."""
    return call.store.need(kind.name, key_of(kind, renamed(kind, call.params)))


def answer(shape: Any, record: Record, status: str) -> Params:
    """A record as the answer of its create, get, update or delete operation, wrapped where the model wraps it."""
    if shape is None:
        return {}
    wrapper = project.wrapper_member(shape, record)
    if wrapper:
        return {wrapper: project.project(shape.members[wrapper], record, status)}
    return project.project(shape, record, status)


def create(kind: Kind, call: Call, model: Any) -> Params:
    """Make a record, after the checks that need no knowledge of the service: parents, name, uniqueness."""
    record = new_record(kind, call, model.input_shape)
    return answer(model.output_shape, record, call.store.status(record))


def new_record(kind: Kind, call: Call, shape: Any) -> Record:
    """Make and keep a record from a create request."""
    members = renamed(kind, call.params)
    tags_name = project.tags_member(shape)
    tags = project.tags_in(members.pop(tags_name, None)) if tags_name else {}
    if kind.id_prefix is not None:
        members[kind.key[-1]] = kind.id_prefix + call.world.new_id(kind.id_length, kind.id_alphabet)
    _resolve_parents(kind, call, members)
    if kind.prepare:
        members.update(kind.prepare(call, members))
    key = key_of(kind, members)
    _refuse_duplicate(kind, call, key, members)
    now = call.world.clock()
    arn = ""
    if kind.arn:
        parts = {**members, **dict(zip(kind.key, key, strict=True))}
        arn = call.arn(call.owner.scope or call.service, kind.arn.format(**parts))
    ready = now + call.store.delay(kind, "create")
    record = Record(kind, key, arn, members, tags, now, call.world.serial(), now, ready)
    call.store.add(record)
    if kind.after_create:
        kind.after_create(call, record)
    return record


def _resolve_parents(kind: Kind, call: Call, members: Params) -> None:
    for name in kind.parents:
        parent = call.owner.kind_of[name]
        if not all(members.get(member) for member in parent.key):
            continue
        found = call.store.need(name, key_of(parent, members))
        if found.gone_at is not None:
            raise ApiError(call.store.codes(kind).busy, f"{name} {found.key[-1]} is being deleted.")
        # The request may have named the parent by its ARN.
        members.update(zip(parent.key, found.key, strict=True))


def _refuse_duplicate(kind: Kind, call: Call, key: tuple[str, ...], members: Params) -> None:
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


def get(kind: Kind, call: Call, model: Any) -> Params:
    """Describe one record."""
    record = find(kind, call)
    return answer(model.output_shape, record, call.store.status(record))


def update(kind: Kind, call: Call, model: Any) -> Params:
    """Merge the request into the record; refused while the resource is in transition."""
    record = find(kind, call)
    _refuse_busy(call, record)
    changed = {name: value for name, value in renamed(kind, call.params).items() if name not in kind.key}
    changed.pop(project.tags_member(model.input_shape), None)
    merged = {**record.members, **changed}
    if kind.prepare:
        merged.update(kind.prepare(call, merged))
    record.members = merged
    record.modified = call.world.clock()
    record.ready_at, record.phase = record.modified + call.store.delay(kind, "update"), "update"
    return answer(model.output_shape, record, call.store.status(record))


def _refuse_busy(call: Call, record: Record) -> None:
    life = record.kind.life
    status = call.store.status(record)
    if life and status and status in (life.creating, life.updating, life.deleting, life.deleted):
        raise ApiError(call.store.codes(record.kind).busy, f"{record.kind.name} {record.key[-1]} is {status}.")


def delete(kind: Kind, call: Call, model: Any) -> Params:
    """Remove a record; refused while children live or the resource is in transition."""
    record = find(kind, call)
    _refuse_busy(call, record)
    if kind.before_delete:
        kind.before_delete(call, record)
    remove(record, call)
    return answer(model.output_shape, record, kind.life.deleting if kind.life else "")


def remove(record: Record, call: Call) -> None:
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
    if record.kind.after_delete:
        record.kind.after_delete(call, record)


def list_(kind: Kind, call: Call, model: Any) -> Params:
    """One page of the records that the request's filters let through."""
    tests = _filters(kind, call, model.input_shape)
    chosen = [record for record in call.store.all(kind.name) if all(test(record) for test in tests)]
    return listing(call, model, chosen, kind.items)


def listing(call: Call, model: Any, records: list[Record], items: str = "") -> Params:
    """A page of `records` as the answer of a listing; `items` is its list, found in the model if there is but one."""
    asked, shape = model.input_shape, model.output_shape
    items = items or project.items_member(shape)
    if not items:
        raise StandInError(f"{model.name} has several lists; declare Kind.items")
    token, limit = project.token_member(asked), project.limit_member(asked)
    chosen, following = page(call.world, records, call.params, token, limit, call.owner.codes.invalid)
    member = shape.members[items].member
    found: Params = {items: [_item(call, member, record) for record in chosen]}
    if following:
        found[project.token_member(shape)] = following
    return found


def _item(call: Call, shape: Any, record: Record) -> Any:
    if shape.type_name == "structure":
        return project.project(shape, record, call.store.status(record))
    return record.arn if "arn" in shape.name.lower() else record.key[-1]


def _filters(kind: Kind, call: Call, shape: Any) -> list[Test]:
    passed_over = {project.token_member(shape), project.limit_member(shape), "SortBy", "SortOrder"}
    params = {name: value for name, value in call.params.items() if name not in passed_over and value is not None}
    tests = []
    for name, value in params.items():
        member = kind.filters.get(name, kind.params.get(name, name))
        if member in kind.key and name == member:
            _need_parents(kind, call)
        tests.append(_filter(kind, call, name, member, value))
    return tests


def _need_parents(kind: Kind, call: Call) -> None:
    members = renamed(kind, call.params)
    for name in kind.parents:
        parent = call.owner.kind_of[name]
        if all(members.get(member) for member in parent.key):
            call.store.need(name, key_of(parent, members))


def _filter(kind: Kind, call: Call, name: str, member: str, value: Any) -> Test:
    store = call.store
    if name.endswith("NameContains"):
        return lambda record: value in record.key[-1]
    if name.endswith(("After", "Before")):
        moment, later = value.timestamp(), name.endswith("After")
        which = "created" if name.startswith("Creation") else "modified"
        return lambda record: (getattr(record, which) >= moment) == later
    member = member.removesuffix("Equals")
    if kind.life and member.lower() == "status":
        return lambda record: store.status(record) == value
    if member.lower() == "prefix":
        return lambda record: record.key[-1].startswith(value)
    _refuse_unknown(kind, call, name, member)
    return lambda record: value in (store.part(record, member), record.arn)


def _refuse_unknown(kind: Kind, call: Call, name: str, member: str) -> None:
    """A filter on something that records cannot have would quietly find nothing."""
    known = {*kind.key, *kind.filters.values()}
    if kind.create:
        known |= set(renamed(kind, call.owner.model.operation_model(kind.create).input_shape.members))
    if member not in known:
        message = f"The stand-in for {call.service} does not filter {kind.name} by {name}."
        raise ApiError("UnknownOperationException", message, 501)


def tag_operation(tagging: Tagging, call: Call, model: Any) -> Params:
    """Add, remove or list the tags of the resource with the ARN that the request names."""
    codes = tagging.codes or call.owner.codes
    record = call.store.by_arn(call.params[tagging.resource])
    if record is None:
        raise ApiError(codes.missing, "The resource with this ARN could not be found.")
    asked, shape = model.input_shape, model.output_shape
    if call.operation == tagging.add:
        record.tags.update(project.tags_in(call.params[project.tags_member(asked)]))
    elif call.operation == tagging.remove:
        keys = project.first_member(asked, ("TagKeys", "tagKeys", "ResourceTagKeys", "TagKeyList"))
        for name in call.params[keys]:
            record.tags.pop(name, None)
    name = project.tags_member(shape)
    return {name: project.tags_out(shape.members[name], record.tags)} if name else {}


VERBS: dict[str, Verb] = {"create": create, "get": get, "list": list_, "update": update, "delete": delete}
