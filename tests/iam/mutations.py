"""Weaker and stricter versions of one policy statement, each with one thing changed."""

from collections.abc import Iterator
from typing import Any

from tests.iam.conditions import as_list

Statement = dict[str, Any]
LISTS = ("Action", "NotAction", "Resource", "NotResource")


def mutants(statement: Statement) -> Iterator[tuple[str, Statement | None]]:
    """Name and statement of every mutant; None means that the statement is gone."""
    yield "drop the statement", None
    yield from _entries_dropped(statement)
    yield from _conditions_dropped(statement)
    yield from _widened(statement)


def _entries_dropped(statement: Statement) -> Iterator[tuple[str, Statement]]:
    for element in LISTS:
        entries = as_list(statement.get(element, []))
        for entry in entries if len(entries) > 1 else []:
            yield f"drop {entry} from {element}", {**statement, element: [one for one in entries if one != entry]}


def _conditions_dropped(statement: Statement) -> Iterator[tuple[str, Statement]]:
    condition: dict[str, dict[str, Any]] = statement.get("Condition", {})
    for operator, keys in condition.items():
        for key, value in keys.items():
            values = as_list(value)
            yield f"drop {operator} {key}", {**statement, "Condition": _without(condition, operator, key)}
            for entry in values if len(values) > 1 else []:
                fewer = {**keys, key: [one for one in values if one != entry]}
                yield f"drop {entry} from {key}", {**statement, "Condition": {**condition, operator: fewer}}
            if "Not" in operator and key not in condition.get("Null", {}):
                present = {**condition, "Null": {**condition.get("Null", {}), key: "false"}}
                yield f"only if {key} is present", {**statement, "Condition": present}
            if operator == "Null":
                flipped = {**keys, key: "true" if value == "false" else "false"}
                yield f"flip Null {key}", {**statement, "Condition": {**condition, operator: flipped}}


def _widened(statement: Statement) -> Iterator[tuple[str, Statement]]:
    if "NotAction" in statement:
        yield "excuse every action", {**statement, "NotAction": [*as_list(statement["NotAction"]), "s3:*"]}
    if statement["Effect"] == "Allow":
        yield "allow everybody", {**statement, "Principal": "*"}
        yield "allow everything", {**statement, "Action": "*", "Resource": "*"}


def _without(condition: dict[str, dict[str, Any]], operator: str, key: str) -> dict[str, dict[str, Any]]:
    keys = {name: value for name, value in condition[operator].items() if name != key}
    others = {name: entries for name, entries in condition.items() if name != operator}
    return {**others, **({operator: keys} if keys else {})}
