"""Resources that are simply there, and members that nobody gave."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.framework.kinds import EmulatedKind, EmulatedResource, Owner, Request
from local_aws.framework.world import Params

_EPOCH = datetime(2026, 11, 28, tzinfo=UTC)


def plant(
    owner: Owner,
    kind: str,
    key: tuple[str, ...],
    tags: Mapping[str, str] | None = None,
    region: str = "",
    **members: Any,
) -> EmulatedResource:
    """A resource that is simply there, without anybody's create request; required members not given are made up."""
    declared = owner.kind_of[kind]
    world = owner.world
    known: Params = {**{name: part for name, part in zip(declared.key, key, strict=True) if part}, **members}
    make_up(owner, declared, known)
    arn = ""
    if declared.arn:
        place = region or world.region
        path = declared.arn.format(**{**dict(zip(declared.key, key, strict=True)), **known})
        arn = f"arn:aws:{owner.scope or owner.service}:{place}:{world.account}:{path}"
    now = world.clock()
    record = EmulatedResource(declared, key, arn, known, dict(tags or {}), now, world.serial(), now, now)
    owner.store(region or world.region).add(record)
    if declared.after_create:
        declared.after_create(Request(owner.service, declared.create, known, region or world.region, owner), record)
    return record


def make_up(owner: Owner, kind: EmulatedKind, members: Params) -> None:
    """Add the members that answers require and that are not there: the smallest values that fit the model."""
    name = kind.name
    usual = {f"List{name}s", f"List{name[:-1]}ies", f"Get{name}", f"Describe{name}"} & set(owner.model.operation_names)
    for operation in {kind.create, kind.list, kind.get, *usual} - {""}:
        _fit(owner, kind, operation, members)


def _fit(owner: Owner, kind: EmulatedKind, operation: str, members: Params) -> None:
    shape = owner.model.operation_model(operation).output_shape
    if shape is None:
        return
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
