"""The Condition element.

AWS pages: "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or values",
"Set operators for multivalued context keys", "Condition operator that checks existence".
"""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.iam.matching import arn_like, like, literal, resolve
from tests.iam.model import ContextValue

Test = Callable[[str, str], bool]
"""Compares a value of the policy with a value of the request."""

FOR_ALL, FOR_ANY, IF_EXISTS = "ForAllValues:", "ForAnyValue:", "IfExists"


class PolicyError(Exception):
    """The policy uses the language in a way that AWS refuses or leaves undefined."""


def _numeric(compare: Callable[[float, float], bool]) -> Test:
    def test(wanted: str, given: str) -> bool:
        try:
            return compare(float(given), float(wanted))
        except ValueError:
            return False

    return test


def _date(compare: Callable[[datetime, datetime], bool]) -> Test:
    def parse(text: str) -> datetime:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)

    return lambda wanted, given: compare(parse(given), parse(wanted))


def _in_network(wanted: str, given: str) -> bool:
    return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)


_PATTERNS: dict[str, Test] = {
    "StringLike": like,
    "ArnEquals": arn_like,  # the same as ArnLike ("Amazon Resource Name (ARN) condition operators")
    "ArnLike": arn_like,
}
_STRINGS: dict[str, Test] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringEqualsIgnoreCase": lambda wanted, given: wanted.lower() == given.lower(),
}
_OTHERS: dict[str, Test] = {
    "Bool": lambda wanted, given: wanted.lower() == given.lower(),
    "BinaryEquals": lambda wanted, given: wanted == given,
    "NumericEquals": _numeric(lambda given, wanted: given == wanted),
    "NumericLessThan": _numeric(lambda given, wanted: given < wanted),
    "NumericLessThanEquals": _numeric(lambda given, wanted: given <= wanted),
    "NumericGreaterThan": _numeric(lambda given, wanted: given > wanted),
    "NumericGreaterThanEquals": _numeric(lambda given, wanted: given >= wanted),
    "DateEquals": _date(lambda given, wanted: given == wanted),
    "DateLessThan": _date(lambda given, wanted: given < wanted),
    "DateLessThanEquals": _date(lambda given, wanted: given <= wanted),
    "DateGreaterThan": _date(lambda given, wanted: given > wanted),
    "DateGreaterThanEquals": _date(lambda given, wanted: given >= wanted),
    "IpAddress": _in_network,
}
_KNOWN = {*_PATTERNS, *_STRINGS, *_OTHERS}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}


def condition_holds(condition: Mapping[str, Mapping[str, Any]], keys: Mapping[str, ContextValue]) -> bool:
    """True if all operators and all keys match; several values of one key are alternatives.

    Raises:
        PolicyError: unknown operator, or a multivalued key without ForAllValues or ForAnyValue.
        UnresolvedVariableError: a policy variable has no single value.
    """
    return all(
        _holds(operator, key, as_list(wanted), keys)
        for operator, entries in condition.items()
        for key, wanted in entries.items()
    )


def as_list(value: Any) -> list[Any]:
    """A policy element may be one value or a list of values."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _holds(operator: str, key: str, wanted: list[Any], keys: Mapping[str, ContextValue]) -> bool:
    given = keys.get(key.lower())
    if operator == "Null":
        absent = given is None or given == ()
        return any(str(value).lower() == str(absent).lower() for value in wanted)
    qualifier = next((prefix for prefix in (FOR_ALL, FOR_ANY) if operator.startswith(prefix)), "")
    name = operator.removeprefix(qualifier)
    if_exists = name.endswith(IF_EXISTS)
    name = name.removesuffix(IF_EXISTS)
    negated = name in _NEGATED
    if _NEGATED.get(name, name) not in _KNOWN:
        raise PolicyError(f"no such condition operator: {operator}")
    if given is None:
        # ForAllValues is true of an absent key and ForAnyValue false, also with a negated operator.
        return if_exists or qualifier == FOR_ALL or (negated and not qualifier)
    if isinstance(given, tuple) and not qualifier:
        raise PolicyError(f"{key} has several values: use ForAllValues or ForAnyValue with {operator}")
    test = _test(_NEGATED.get(name, name), [str(value) for value in wanted], keys)
    matches = [test(value) != negated for value in ((given,) if isinstance(given, str) else given)]
    return any(matches) if qualifier == FOR_ANY else all(matches)


def _test(name: str, wanted: list[str], keys: Mapping[str, ContextValue]) -> Callable[[str], bool]:
    """Whether a given value matches one of the wanted; policy variables work in string and ARN operators only."""
    if name in _OTHERS:
        return lambda given: any(_OTHERS[name](value, given) for value in wanted)
    patterns = [resolve(value, keys) for value in wanted]
    if name in _PATTERNS:
        return lambda given: any(_PATTERNS[name](value, given) for value in patterns)
    texts = [literal(value) for value in patterns]
    return lambda given: any(_STRINGS[name](value, given) for value in texts)
