"""Tools for the stand-ins that teardown is tested against: short declarations, and resources that are simply there."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.framework import ApiError, Call, Kind, Life, Params, Record, StandIn
from local_aws.framework.crud import find, listing

_EPOCH = datetime(2026, 11, 28, tzinfo=UTC)


def named(name: str, key: str = "", plural: str = "", get: str = "Describe", **more: Any) -> Kind:
    """A kind whose operations follow the usual pattern: Create, Describe, List and Delete of its name."""
    key = key or f"{name}Name"
    path = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    declared: dict[str, Any] = {
        "create": f"Create{name}",
        "get": f"{get}{name}",
        "list": f"List{plural or name + 's'}",
        "delete": f"Delete{name}",
        "arn": f"{path}/{{{key}}}",
        "arn_member": f"{name}Arn",
    }
    return Kind(name, (key,), **{**declared, **more})


def job(name: str, noun: str = "", delete: bool = True, **more: Any) -> Kind:
    """A SageMaker job: runs, can be stopped, is deleted only when it has ended (DeleteTrainingJob, API reference)."""
    life = Life("InProgress", "Completed", "Deleting", "Stopping", member=f"{name}Status")
    return named(name, life=life, **({} if delete else {"delete": ""}), **more)


def stop(call: Call, kind: Kind, final: str) -> None:
    """Begin to stop: the state is the kind's `updating` for the delay `stop`, then `final`."""
    record = find(kind, call)
    if kind.life is None:
        return
    if call.store.status(record) == final:
        raise ApiError(call.store.codes(kind).invalid, f"{kind.name} {record.key[-1]} has already ended.")
    record.members[kind.life.member] = final
    record.ready_at = call.world.clock() + call.store.delay(kind, "stop")
    record.phase = "update"


def truncated(call: Call, records: list[Record], says: str) -> Params:
    """A listing that says in the member `says` whether there is more."""
    answer = listing(call, call.owner.model.operation_model(call.operation), records)
    return {**answer, says: bool({"Marker", "NextMarker"} & set(answer))}


def select(call: Call, kind: str, asked: str, member: str) -> Params:
    """A describe operation that takes a list of ids: those, or all; the not-found error for an unknown one."""
    records = call.store.all(kind)
    wanted = call.params.get(asked)
    if wanted:
        known = {call.store.part(record, member): record for record in records}
        missing = [name for name in wanted if name not in known]
        if missing:
            raise ApiError(call.owner.codes.missing, f"The id '{missing[0]}' does not exist")
        records = [known[name] for name in wanted]
    return listing(call, call.owner.model.operation_model(call.operation), records, call.owner.kind_of[kind].items)


def plant(
    owner: StandIn,
    kind: str,
    key: tuple[str, ...],
    tags: Mapping[str, str] | None = None,
    region: str = "",
    **members: Any,
) -> Record:
    """A resource that is simply there, without anybody's create request; required members not given are made up."""
    declared = owner.kind_of[kind]
    world = owner.world
    known: Params = {**{name: part for name, part in zip(declared.key, key, strict=True) if part}, **members}
    usual = {f"List{kind}s", f"List{kind[:-1]}ies", f"Get{kind}", f"Describe{kind}"} & set(owner.model.operation_names)
    for operation in {declared.list, declared.get, *usual} - {""}:
        _make_up(owner, declared, operation, known)
    arn = ""
    if declared.arn:
        place = region or world.region
        path = declared.arn.format(**{**dict(zip(declared.key, key, strict=True)), **known})
        arn = f"arn:aws:{owner.scope or owner.service}:{place}:{world.account}:{path}"
    now = world.clock()
    record = Record(declared, key, arn, known, dict(tags or {}), now, world.serial(), now, now)
    owner.store(region or world.region).add(record)
    if declared.after_create:
        declared.after_create(Call(owner.service, declared.create, known, region or world.region, owner), record)
    return record


def _make_up(owner: StandIn, kind: Kind, operation: str, members: Params) -> None:
    shape = owner.model.operation_model(operation).output_shape
    entries = [each.member for each in shape.members.values() if each.type_name == "list"]
    structures = [each for each in (*entries, *shape.members.values()) if each.type_name == "structure"]
    known = {kind.arn_member, kind.life.member if kind.life else ""}
    for each in (shape, *structures):
        for name in each.required_members:
            is_listing = each is shape and operation.startswith("List")
            told_by_the_clock = each.members[name].type_name == "timestamp"
            if name not in members and name not in known and not is_listing and not told_by_the_clock:
                members[name] = sample(each.members[name])


def sample(shape: Any) -> Any:
    """A value that fits a shape of an answer: the smallest there is."""
    kind = shape.type_name
    if kind == "structure":
        chosen = list(shape.members)[:1] if getattr(shape, "is_tagged_union", False) else shape.required_members
        return {name: sample(shape.members[name]) for name in chosen}
    if kind == "list":
        return [sample(shape.member) for _ in range(shape.metadata.get("min", 0))]
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "x" * max(1, shape.metadata.get("min", 1))
    if kind == "boolean":
        return False
    if kind == "timestamp":
        return _EPOCH
    return max(1, int(shape.metadata.get("min") or 1))
