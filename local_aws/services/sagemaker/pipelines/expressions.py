"""The expressions of a pipeline definition: Get, Std:Join, Std:JsonGet and the comparisons of a Condition.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
"""

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.framework import Params

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
READ: Mapping[str, Callable[[str], Any]] = {
    "String": str,
    "Integer": int,
    "Float": float,
    "Boolean": lambda text: {"true": True, "false": False}[text.lower()],
}
NAMES = ("OutputName", "InputName", "MetricName")
"""Members by which a definition names an entry of a list."""
Files = Callable[[str, str], Any]
"""Content of a property file by step and name."""


class ExpressionError(ValueError):
    """An expression that has no value."""


def parameters(declared: list[Params], given: Mapping[str, str]) -> Params:
    """The value of each parameter, of its type. Raises ExpressionError with every fault of what was given."""
    known = {each["Name"]: each for each in declared}
    faults = [f"the pipeline has no parameter {name}" for name in given if name not in known]
    values: Params = {}
    for name, parameter in known.items():
        if name not in given and "DefaultValue" not in parameter:
            faults.append(f"parameter {name} has no value and no default")
            continue
        try:
            value = READ[parameter["Type"]](given[name]) if name in given else parameter["DefaultValue"]
        except (ValueError, KeyError):
            faults.append(f"parameter {name}: {given[name]!r} is no {parameter['Type']}")
            continue
        allowed = parameter.get("EnumValues")
        if allowed and value not in allowed:
            faults.append(f"parameter {name}: {value!r} is not one of {allowed}")
        values[name] = value
    if faults:
        raise ExpressionError("; ".join(faults))
    return values


def text(value: Any) -> str:
    """A value inside of a text, as Std:Join has it."""
    return value if isinstance(value, str) else json.dumps(value)


def dig(value: Any, path: str) -> Any:
    """What a dotted path with brackets names. Lists of the API with names in them are found by the name too."""
    for part in re.findall(r"[^.\[\]'\"]+", path.removeprefix("$")):
        try:
            value = _part(value, part)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ExpressionError(f"there is no {path}") from error
    return value


def _part(value: Any, part: str) -> Any:
    if not isinstance(value, list):
        return value[part]
    named = [each for each in value if isinstance(each, dict) and part in (each.get(name) for name in NAMES)]
    return named[0] if named else value[int(part)]


class Scope:
    """What one execution knows so far: parameters, itself, the answers of its steps, property files."""

    def __init__(self, values: Params, execution: Mapping[str, str], files: Files) -> None:
        self._values, self._execution, self._files = values, execution, files
        self.steps: dict[str, Any] = {}
        """Describe answers by step, of steps that are done."""

    def resolve(self, thing: Any) -> Any:
        """A thing of the definition with every expression in it evaluated. Raises ExpressionError."""
        if isinstance(thing, list):
            return [self.resolve(each) for each in thing]
        if not isinstance(thing, dict):
            return thing
        if set(thing) == {"Get"}:
            return self._get(thing["Get"])
        if set(thing) == {"Std:Join"}:
            joined = thing["Std:Join"]
            return joined["On"].join(text(self.resolve(each)) for each in joined["Values"])
        if set(thing) == {"Std:JsonGet"}:
            _, step, _, name = thing["Std:JsonGet"]["PropertyFile"]["Get"].split(".", 3)
            return dig(self._files(step, name), self.resolve(thing["Std:JsonGet"]["Path"]))
        return {name: self.resolve(each) for name, each in thing.items()}

    def _get(self, reference: str) -> Any:
        place, _, rest = reference.partition(".")
        if place == "Parameters":
            return self._values[rest]
        if place == "Execution":
            return self._execution[rest]
        name, _, path = rest.partition(".")
        if name not in self.steps:
            raise ExpressionError(f"step {name} was not executed")
        return dig(self.steps[name], path)

    def holds(self, test: Params) -> bool:
        """Whether a condition of a Condition step is true. Raises ExpressionError."""
        kind = test["Type"]
        if kind in COMPARISONS:
            left, right = self.resolve(test["LeftValue"]), self.resolve(test["RightValue"])
            try:
                return COMPARISONS[kind](left, right)
            except TypeError as error:
                raise ExpressionError(f"{left!r} and {right!r} cannot be compared by {kind}") from error
        if kind == "In":
            return self.resolve(test["QueryValue"]) in [self.resolve(each) for each in test["Values"]]
        if kind == "Not":
            return not self.holds(test["Expression"])
        if kind == "Or":
            return any(self.holds(each) for each in test["Conditions"])
        raise ExpressionError(f"unknown condition {kind}")
