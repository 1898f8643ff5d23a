"""Checks a request or an answer against botocore's shape: names, types, required members, lengths, enums, patterns.

botocore's own validator leaves out maximum, enum and pattern, and clients do not run it on answers at all. Values are
never repeated in messages: they may be a user's text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

# Model types that JSON and Python name differently; bool is an int in Python, so numbers are checked apart.
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "blob": (bytes, bytearray, str),
    "timestamp": (datetime, int, float, str),
    "structure": (Mapping,),
    "map": (Mapping,),
    "list": (list, tuple),
}
_INTEGERS = {"integer", "long", "short", "byte"}
_FLOATS = {"float", "double"}
# Python's `re` knows no Unicode properties; these are the nearest supersets that are legal inside [...] too.
_PROPERTIES = {
    "L": r"\w",
    "N": r"\d",
    "Nd": r"\d",
    "M": "\u0300-\u036f",
    "Z": r"\s",
    "Zs": r"\s",
    "P": "!-/:-@\\[-`{-~",
}


def problems(shape: Any, value: Any, *, answer: bool = False) -> list[str]:
    """Everything wrong with `value`, as sentences that name the member; an answer is not held to patterns."""
    return list(_check(shape, value, "", answer))


def _check(shape: Any, value: Any, path: str, answer: bool) -> Iterator[str]:
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return
    if shape.serialization.get("eventstream"):
        for index, event in enumerate(value):
            yield from _check_structure(shape, event, f"{path}[{index}]", answer)
        return
    if not _type_fits(kind, value):
        yield f"Value at '{path}' failed to satisfy constraint: Member must be a {kind}"
        return
    yield from _check_bounds(shape, value, path)
    if kind in _INSIDE:
        yield from _INSIDE[kind](shape, value, path, answer)


def _type_fits(kind: str, value: Any) -> bool:
    if kind in _INTEGERS:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in _FLOATS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, _TYPES[kind])


def _check_bounds(shape: Any, value: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is None and high is None:
        return
    if shape.type_name in _INTEGERS | _FLOATS:
        size, what = value, "have value"
    elif hasattr(value, "__len__"):
        size, what = len(value), "have length"
    else:
        return
    if low is not None and size < low:
        yield f"Value at '{path}' failed to satisfy constraint: Member must {what} greater than or equal to {low}"
    if high is not None and size > high:
        yield f"Value at '{path}' failed to satisfy constraint: Member must {what} less than or equal to {high}"


def _check_structure(shape: Any, value: Mapping[str, Any], path: str, answer: bool) -> Iterator[str]:
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{prefix}{name}' failed to satisfy constraint: Member must not be null"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield f"Value at '{path}' must set exactly one of: {', '.join(shape.members)}"
    for name, item in value.items():
        if name not in shape.members:
            yield f"Unknown member '{prefix}{name}'; known are: {', '.join(shape.members)}"
        elif item is not None:
            yield from _check(shape.members[name], item, f"{prefix}{name}", answer)


def _check_string(shape: Any, value: str, path: str, answer: bool) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"Value at '{path}' failed to satisfy constraint: Member must satisfy enum value set: {shape.enum}"
    pattern = shape.metadata.get("pattern")
    if pattern and not answer:
        compiled = _compiled(pattern)
        if compiled and not compiled.fullmatch(value):
            yield f"Value at '{path}' failed to satisfy constraint: Member must satisfy regular expression: {pattern}"


def _check_list(shape: Any, value: Sequence[Any], path: str, answer: bool) -> Iterator[str]:
    for index, item in enumerate(value):
        yield from _check(shape.member, item, f"{path}[{index}]", answer)


def _check_map(shape: Any, value: Mapping[str, Any], path: str, answer: bool) -> Iterator[str]:
    for key, item in value.items():
        yield from _check(shape.key, key, f"{path} (key)", answer)
        yield from _check(shape.value, item, f"{path}.{key}", answer)


_INSIDE: dict[str, Callable[[Any, Any, str, bool], Iterator[str]]] = {
    "structure": _check_structure,
    "list": _check_list,
    "map": _check_map,
    "string": _check_string,
}


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    if "/d{" in pattern:
        # bedrock-agent's tag operations: the model says "/d" where it means "\\d", and matches no ARN at all.
        return None
    translated = re.sub(r"\\p\{(\w+)\}", lambda found: _PROPERTIES.get(found[1], found[0]), pattern)
    try:
        return re.compile(translated)
    except re.error:
        # A dialect that Python does not read: better unchecked than wrongly refused.
        return None
