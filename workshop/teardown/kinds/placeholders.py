"""Fills the templates of kinds from what was listed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workshop.teardown.kinds.kind import Item

FIELD = re.compile(r"\{([\w.]+)\}")
ALWAYS = frozenset({"id", "arn", "parent", "account", "region", "workshop", "token", "claim"})
"""Fields that every template may use."""


@dataclass(frozen=True)
class Place:
    """Where a teardown works and for which workshop."""

    account: str
    region: str
    workshop: str

    def fields(self) -> dict[str, Any]:
        """The place as fields that placeholders may name."""
        return {"account": self.account, "region": self.region, "workshop": self.workshop}


def view(item: Item, place: Place) -> dict[str, Any]:
    """Every field that a template about `item` may use."""
    return {
        **item.data,
        **place.fields(),
        "id": item.id,
        "arn": item.arn,
        "parent": item.parent.id if item.parent else "",
        "token": hashlib.sha256(item.key.encode()).hexdigest(),
    }


def get(data: Any, path: str) -> Any:
    """The value at a dotted path of members and list positions; None where the path breaks off."""
    for step in path.split(".") if path else ():
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def fill(template: Any, fields: Mapping[str, Any]) -> Any:
    """`template` with its fields filled in; parameters and list entries whose one field is missing are left out."""
    if isinstance(template, str):
        return _fill_text(template, fields)
    if isinstance(template, Mapping):
        filled = {name: fill(value, fields) for name, value in template.items()}
        return {name: value for name, value in filled.items() if value is not None}
    if isinstance(template, list | tuple):
        return [value for entry in template if (value := fill(entry, fields)) is not None]
    return template


def fill_exactly(template: str, fields: Mapping[str, Any]) -> str | None:
    """A text in which every field must have a value; None otherwise."""
    if any(get(fields, name) in (None, "") for name in FIELD.findall(template)):
        return None
    return str(_fill_text(template, fields))


def _fill_text(template: str, fields: Mapping[str, Any]) -> Any:
    whole = FIELD.fullmatch(template)
    if whole:
        value = get(fields, whole[1])
        return None if value == "" else value
    return FIELD.sub(lambda found: str(get(fields, found[1]) or ""), template)
