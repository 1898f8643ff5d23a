"""Metadata filters of S3 Vectors, and those of a knowledge base's Retrieve on top of them.

Operators: docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-metadata-filtering.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.framework import ApiError

Test = Callable[[Mapping[str, Any]], bool]


def _any_equal(found: Any, wanted: Any) -> bool:
    return wanted in found if isinstance(found, list) else bool(found == wanted)


def _number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": _any_equal,
    "$ne": lambda found, wanted: not _any_equal(found, wanted),
    "$gt": lambda found, wanted: _number(found) and found > wanted,
    "$gte": lambda found, wanted: _number(found) and found >= wanted,
    "$lt": lambda found, wanted: _number(found) and found < wanted,
    "$lte": lambda found, wanted: _number(found) and found <= wanted,
    "$in": lambda found, wanted: any(_any_equal(found, one) for one in wanted),
    "$nin": lambda found, wanted: not any(_any_equal(found, one) for one in wanted),
}


def compile_filter(document: Any, unfilterable: frozenset[str] = frozenset()) -> Test:
    """A test for one vector's metadata; ValidationException for a filter that S3 Vectors would refuse."""
    if not document:
        return lambda _: True
    if not isinstance(document, Mapping):
        raise ApiError("ValidationException", "A filter is an object of conditions.")
    tests = [_condition(name, value, unfilterable) for name, value in document.items()]
    return lambda metadata: all(test(metadata) for test in tests)


def _condition(name: str, value: Any, unfilterable: frozenset[str]) -> Test:
    if name in ("$and", "$or"):
        if not isinstance(value, list) or not value:
            raise ApiError("ValidationException", f"{name} takes a list of filters.")
        parts = [compile_filter(part, unfilterable) for part in value]
        together = all if name == "$and" else any
        return lambda metadata: together(part(metadata) for part in parts)
    if name.startswith("$"):
        raise ApiError("ValidationException", f"Unknown filter operator {name}.")
    if name in unfilterable:
        raise ApiError("ValidationException", f"Metadata key {name} is not filterable in this index.")
    if not isinstance(value, Mapping):
        return lambda metadata: name in metadata and _any_equal(metadata[name], value)
    tests = [_operator(name, operator, wanted) for operator, wanted in value.items()]
    return lambda metadata: all(test(metadata) for test in tests)


def _operator(name: str, operator: str, wanted: Any) -> Test:
    if operator == "$exists":
        return lambda metadata: (name in metadata) == bool(wanted)
    compare = _COMPARE.get(operator)
    if compare is None:
        raise ApiError("ValidationException", f"Unknown filter operator {operator}.")
    if operator in ("$gt", "$gte", "$lt", "$lte") and not _number(wanted):
        raise ApiError("ValidationException", f"{operator} compares numbers.")
    if operator in ("$in", "$nin") and not isinstance(wanted, list):
        raise ApiError("ValidationException", f"{operator} takes a list.")
    return lambda metadata: name in metadata and compare(metadata[name], wanted)


_RETRIEVE = {
    "equals": "$eq",
    "notEquals": "$ne",
    "greaterThan": "$gt",
    "greaterThanOrEquals": "$gte",
    "lessThan": "$lt",
    "lessThanOrEquals": "$lte",
    "in": "$in",
    "notIn": "$nin",
}


def retrieval_filter(given: Mapping[str, Any] | None) -> Test:
    """The `filter` of a vector search configuration (bedrock-agent-runtime RetrievalFilter) as a test."""
    if not given:
        return lambda _: True
    (name, value), *_ = given.items()
    if name in ("andAll", "orAll"):
        parts = [retrieval_filter(part) for part in value]
        together = all if name == "andAll" else any
        return lambda metadata: together(part(metadata) for part in parts)
    if name in _RETRIEVE:
        return _operator(value["key"], _RETRIEVE[name], value["value"])
    key, wanted = value["key"], value["value"]
    if name == "startsWith":
        return lambda metadata: str(metadata.get(key, "")).startswith(wanted)
    if name == "stringContains":
        return lambda metadata: any(wanted in str(one) for one in _listed(metadata.get(key, "")))
    return lambda metadata: wanted in _listed(metadata.get(key, ()))


def s3_vectors_filter(given: Mapping[str, Any]) -> dict[str, Any]:
    """The `filter` of a vector search as S3 Vectors wants it; ValidationException for what that store cannot do."""
    (name, value), *_ = given.items()
    if name in ("andAll", "orAll"):
        return {"$and" if name == "andAll" else "$or": [s3_vectors_filter(part) for part in value]}
    operator = _RETRIEVE.get(name, "$eq" if name == "listContains" else "")
    if not operator:
        raise ApiError("ValidationException", f"The filter {name} is not supported with S3 Vectors.")
    return {value["key"]: {operator: value["value"]}}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
