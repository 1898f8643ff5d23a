"""Asks the services themselves whether something is still there, by its name or by what its ARN tells.

Three answers are possible, and they are kept apart: it is there, it is gone, and nothing can be said.
"""

from collections.abc import Mapping
from typing import Any

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Kind, Phase
from workshop.teardown.kinds.placeholders import FIELD, fill, get
from workshop.teardown.patience import patiently
from workshop.teardown.plan.plan import Entry
from workshop.teardown.verify.tag_index import Reading, TagHit


def still_there(aws: Aws, entry: Entry) -> bool | None:
    """Whether a planned resource answers to its name; None if nothing can be said."""
    kind = KINDS.get(entry.kind)
    if kind is None:
        return None
    return _answers(aws, kind, entry.region, entry.ask, {entry.id, entry.arn})


def answers_to_its_arn(aws: Aws, hit: TagHit) -> bool | None:
    """Whether the service still knows what the index names; None if nothing can be said from an ARN alone."""
    said = {_answers_as(aws, hit, reading) for reading in hit.readings}
    if True in said:
        return True
    return False if said == {False} else None


def _answers_as(aws: Aws, hit: TagHit, reading: Reading) -> bool | None:
    kind = reading.kind
    if kind.describe is None:
        return None
    params = kind.describe.call.params
    fields = {**reading.fields, "region": hit.region}
    if any(_needed(value) - set(fields) for name, value in params.items() if name not in _optional(kind)):
        return None
    names = {hit.arn, reading.fields.get("id", "")} - {""}
    return _answers(aws, kind, kind.home or hit.region, fill(params, fields), names)


def _needed(template: Any) -> set[str]:
    return set(FIELD.findall(str(template)))


def _optional(kind: Kind) -> frozenset[str]:
    """An app belongs to a profile or to a space, so one of the two is never told."""
    return frozenset({"UserProfileName", "SpaceName"}) if kind.name == "sm-app" else frozenset()


def _answers(aws: Aws, kind: Kind, region: str, params: Mapping[str, Any], names: set[str]) -> bool | None:
    describe = kind.describe
    if describe is None:
        return None
    try:
        answer = patiently(aws, lambda: aws.call(kind.service, describe.call.operation, region, kind, **params))
    except CallError as error:
        return False if error.trouble is Trouble.GONE or aws.lacks(error) else None
    found = get(answer, describe.path)
    if isinstance(found, list):
        found = next((entry for entry in found if _is_of(kind, entry, names)), None)
    return isinstance(found, Mapping) and _lives(kind, found)


def _is_of(kind: Kind, entry: Any, names: set[str]) -> bool:
    """Whether an entry of a list is meant: a listing by prefix also holds those with longer names."""
    if not isinstance(entry, Mapping):
        return entry in names
    told = {str(entry[member]) for member in (kind.id, kind.arn) if member in entry}
    return not told or bool(told & names)


def _lives(kind: Kind, found: Mapping[str, Any]) -> bool:
    """A service that answers to a name has the thing, unless it says itself that it is gone or only a record."""
    status = found.get(kind.status.removeprefix("describe:"))
    return status is None or kind.phase(str(status)) not in (Phase.GONE, Phase.SETTLED)
