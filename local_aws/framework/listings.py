"""Listings: which resources, and a page of them at a time."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from local_aws.framework import projection
from local_aws.framework.kinds import EmulatedKind, EmulatedResource, Request
from local_aws.framework.world import ApiError, Params, StandInError, World

Test = Callable[[EmulatedResource], bool]


class Numbered(Protocol):
    """Something with a place in the order of creation."""

    @property
    def serial(self) -> int: ...


_Item = TypeVar("_Item", bound=Numbered)


def page(
    world: World,
    items: Iterable[_Item],
    params: Params,
    token: str,
    limit: str,
    code: str,
    *,
    newest_first: bool = False,
) -> tuple[list[_Item], str]:
    """One page of a listing and the token of the next; `token` and `limit` name the request's members.

    The token names the last item given, so deleting between two pages neither repeats nor skips one.
    """
    ordered = sorted(items, key=lambda item: item.serial, reverse=newest_first)
    last = _position(str(params.get(token) or ""), code)
    rest = [item for item in ordered if last is None or (item.serial < last if newest_first else item.serial > last)]
    size = min(int(params.get(limit) or world.page_size), world.page_size)
    chosen = rest[:size]
    if len(rest) <= size:
        return chosen, ""
    return chosen, base64.urlsafe_b64encode(f"after:{chosen[-1].serial}".encode()).decode()


def _position(token: str, code: str) -> int | None:
    if not token:
        return None
    try:
        word, _, serial = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if word == "after":
            return int(serial)
    except (ValueError, binascii.Error):
        pass
    raise ApiError(code, "The pagination token is not one that this service gave.")


def list_(kind: EmulatedKind, call: Request) -> Params:
    """One page of the records that the request's filters let through."""
    tests = _filters(kind, call, call.model.input_shape)
    chosen = [record for record in call.store.all(kind.name) if all(test(record) for test in tests)]
    return listing(call, chosen, kind.items)


def listing(call: Request, records: list[EmulatedResource], items: str = "") -> Params:
    """A page of `records` as the answer of a listing; `items` is its list, found in the model if there is but one."""
    asked, shape = call.model.input_shape, call.model.output_shape
    items = items or projection.items_member(shape)
    if not items:
        raise StandInError(f"{call.operation} has several lists; declare EmulatedKind.items")
    token, limit = projection.token_member(asked), projection.limit_member(asked)
    newest_first = call.params.get("SortOrder") == "Descending"
    chosen, following = page(
        call.world, records, call.params, token, limit, call.owner.codes.invalid, newest_first=newest_first
    )
    member = shape.members[items].member
    found: Params = {items: [_item(call, member, record) for record in chosen]}
    if following:
        found[projection.token_member(shape)] = following
    return found


def _item(call: Request, shape: Any, record: EmulatedResource) -> Any:
    if shape.type_name == "structure":
        return projection.project(shape, record, call.store.status(record))
    return record.arn if "arn" in shape.name.lower() else record.key[-1]


def _filters(kind: EmulatedKind, call: Request, shape: Any) -> list[Test]:
    passed_over = {projection.token_member(shape), projection.limit_member(shape), "SortBy", "SortOrder"}
    params = {name: value for name, value in call.params.items() if name not in passed_over and value is not None}
    tests = []
    for name, value in params.items():
        member = kind.filters.get(name, kind.params.get(name, name))
        if member in kind.key and name == member:
            _need_parents(kind, call)
        tests.append(_filter(kind, call, name, member, value))
    return tests


def _need_parents(kind: EmulatedKind, call: Request) -> None:
    members = kind.renamed(call.params)
    for name in kind.parents:
        parent = call.owner.kind_of[name]
        if all(members.get(member) for member in parent.key):
            call.store.need(name, parent.key_of(members))


def _filter(kind: EmulatedKind, call: Request, name: str, member: str, value: Any) -> Test:
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


def _refuse_unknown(kind: EmulatedKind, call: Request, name: str, member: str) -> None:
    """A filter on something that records cannot have would quietly find nothing."""
    known = {*kind.key, *kind.filters.values()}
    if kind.create:
        known |= set(kind.renamed(call.owner.model.operation_model(kind.create).input_shape.members))
    if member not in known:
        message = f"The stand-in for {call.service} does not filter {kind.name} by {name}."
        raise ApiError("UnknownOperationException", message, 501)


def truncated(call: Request, records: list[EmulatedResource], says: str) -> Params:
    """A listing that says in the member `says` whether there is more."""
    answer = listing(call, records)
    return {**answer, says: bool({"Marker", "NextMarker"} & set(answer))}


def select(call: Request, kind: str, asked: str, member: str) -> Params:
    """A describe operation that takes a list of ids: those, or all; the not-found error for an unknown one."""
    records = call.store.all(kind)
    wanted = call.params.get(asked)
    if wanted:
        known = {call.store.part(record, member): record for record in records}
        missing = [name for name in wanted if name not in known]
        if missing:
            raise ApiError(call.owner.codes.missing, f"The id '{missing[0]}' does not exist")
        records = [known[name] for name in wanted]
    return listing(call, records, call.owner.kind_of[kind].items)
