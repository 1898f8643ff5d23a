"""Values of a CloudFormation template: what is written down, and what only the deployment knows.

Intrinsic functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final


class _Unknown(Enum):
    UNKNOWN = "decided at deployment"


UNKNOWN: Final = _Unknown.UNKNOWN
"""Stands for a value that cannot be read from the template."""

ARN_PART = r"(?:\$\{[^}]*\}|[^:])*"
"""Pattern of what is between two colons of a rendered ARN; a placeholder may have colons of its own."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_NO_VALUE = {"Ref": "AWS::NoValue"}


def is_intrinsic(value: object) -> bool:
    """True for a `Ref` or an `Fn::…` object."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    key = next(iter(value))
    return isinstance(key, str) and (key == "Ref" or key.startswith("Fn::"))


def get(value: Any, path: str) -> Any:
    """The value at a dotted path such as `StorageConfiguration.Type`.

    Returns None where nothing is written, UNKNOWN where an intrinsic on the way decides.
    """
    for key in path.split("."):
        if value is UNKNOWN or is_intrinsic(value):
            return UNKNOWN
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return None if value == _NO_VALUE else value


def elements(value: Any) -> list[Any]:
    """The elements of a list; nothing for a list that is absent or unknown."""
    if not isinstance(value, list):
        return []
    return [element for element in value if element != _NO_VALUE]


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects that are written down in a list; whole elements that an intrinsic decides are left out."""
    return [element for element in elements(value) if isinstance(element, Mapping) and not is_intrinsic(element)]


def as_list(value: Any) -> list[Any]:
    """A list as it is, a single value as a list of one, nothing for None: how IAM reads `Action` and the like."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def render(value: Any) -> str:
    """A scalar as text; what only the deployment knows becomes `${…}`.

    `Ref X` gives `${X}`, `Fn::GetAtt` gives `${X.Attribute}`, everything that cannot be followed gives `${?}`.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    if not is_intrinsic(value):
        return "${?}"
    name, argument = next(iter(value.items()))
    if name == "Ref":
        return f"${{{argument}}}"
    if name == "Fn::GetAtt":
        return f"${{{'.'.join(map(render, argument)) if isinstance(argument, list) else argument}}}"
    if name == "Fn::Join":
        return _join(argument)
    if name == "Fn::Sub":
        return _substitute(argument)
    return "${?}"


def _join(argument: Any) -> str:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[1], list):
        return "${?}"
    return str(argument[0]).join(render(part) for part in argument[1])


def _substitute(argument: Any) -> str:
    text, variables = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(variables, Mapping):
        return "${?}"

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.startswith("!"):
            return f"${{{name}}}"
        return render(variables[name]) if name in variables else match.group(0)

    return _PLACEHOLDER.sub(replace, text)


def known(text: str) -> bool:
    """True if nothing in a rendered text is left to the deployment."""
    return "${" not in text


def known_text(value: Any) -> str | None:
    """The text of a value, or None if it is absent or not known before the deployment."""
    if value is None or value is UNKNOWN:
        return None
    text = render(value)
    return text if known(text) else None


def number(value: Any) -> int | None:
    """The integer that is written down, also as text; None if there is none."""
    text = known_text(value)
    return int(text) if text is not None and re.fullmatch(r"-?\d+", text) else None


def reference(value: Any) -> str | None:
    """Logical id that a `Ref`, a `Fn::GetAtt` or a `Fn::Sub` or `Fn::Join` of nothing else names, or None."""
    if not is_intrinsic(value):
        return None
    placeholder = re.fullmatch(r"\$\{(\w+)(\.[\w.]+)?\}", render(value))
    return placeholder[1] if placeholder else None
