"""Text matching of the policy language: wildcards, ARNs, policy variables.

AWS pages: "IAM JSON policy elements: Resource", "IAM policy elements: Variables and tags", "Amazon Resource Names".
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from tests.iam.model import ContextValue

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}
ARN_SEPARATORS = 5


class UnresolvedVariableError(Exception):
    """A policy variable has no single value in this request, so the element that holds it matches nothing."""


@cache
def _compiled(pattern: str, ignore_case: bool) -> Callable[[str], object]:
    """A pattern in which `\\x` stands for the literal character x."""
    parts = re.findall(r"\\.|.", pattern, flags=re.DOTALL)
    wildcards = {"*": ".*", "?": "."}
    text = "".join(wildcards.get(part) or re.escape(part[-1]) for part in parts)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)).fullmatch


def like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """True if the pattern, `*` for any characters and `?` for one, describes the whole text."""
    return _compiled(pattern, ignore_case)(text) is not None


@cache
def arn_like(pattern: str, arn: str) -> bool:
    """True if each of the six parts of the ARN matches its part of the pattern.

    A wildcard does not reach beyond the colon of its part, except in the last one.
    """
    patterns, parts = pattern.split(":", ARN_SEPARATORS), arn.split(":", ARN_SEPARATORS)
    if len(patterns) <= ARN_SEPARATORS or len(parts) <= ARN_SEPARATORS:
        return pattern == arn
    return all(like(one, other) for one, other in zip(patterns, parts, strict=True))


def resource_like(pattern: str, resource: str) -> bool:
    """True if a Resource element's entry names the resource; a lone `*` names everything."""
    return pattern == "*" or arn_like(pattern, resource)


def resolve(pattern: str, keys: Mapping[str, ContextValue]) -> str:
    """Replace policy variables. What comes out of one is literal: a tag with the value `*` is no wildcard.

    Raises:
        UnresolvedVariableError: the key is absent or multivalued, and there is no default.
    """

    def value(match: re.Match[str]) -> str:
        name, comma, default = match[1].partition(",")
        if name in _LITERALS:
            return f"\\{name}"
        found = keys.get(name.strip().lower())
        if found is None and comma:
            found = default.strip().strip("'")
        if not isinstance(found, str):
            raise UnresolvedVariableError(name)
        return re.sub(r"([*?\\])", r"\\\1", found)

    return _VARIABLE.sub(value, pattern) if "${" in pattern else pattern


def literal(resolved: str) -> str:
    """The text that a resolved pattern means where wildcards have no meaning."""
    return re.sub(r"\\(.)", r"\1", resolved) if "\\" in resolved else resolved
