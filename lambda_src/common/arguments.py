"""From what an engine sent to a validated input model."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from lambda_src.common.errors import ErrorCode, ToolError
from lambda_src.common.text import clean_value
from lambda_src.common.tool import Parameter, ParameterType, Tool, ToolInput

MAX_ARGUMENTS = 20

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


def validated(tool: Tool, arguments: Mapping[str, object]) -> ToolInput:
    """The tool's input. Raises ToolError that names the wrong parameters and their rules, never their values."""
    if len(arguments) > MAX_ARGUMENTS:
        raise ToolError(ErrorCode.INVALID_INPUT, f"At most {MAX_ARGUMENTS} parameters are read.")
    optional = {parameter.name for parameter in tool.parameters if not parameter.required}
    cleaned = {name: clean_value(value) for name, value in arguments.items()}
    # Models fill optional parameters with "" when they mean none.
    present = {name: value for name, value in cleaned.items() if not (name in optional and value == "")}
    try:
        return tool.input_model.model_validate(present)
    except ValidationError as error:
        wrong = {str(detail["loc"][0]) for detail in error.errors(include_input=False) if detail["loc"]}
    raise ToolError(ErrorCode.INVALID_INPUT, _rules(tool, wrong))


def from_text(parameter: Parameter, value: object) -> object:
    """The value of a parameter that came as text, which is how Bedrock Agents sends every type.

    Text that is not of the parameter's type is given back as it is, for the validation to refuse.
    """
    if not isinstance(value, str):
        return value
    match parameter.type:
        case ParameterType.INTEGER:
            return int(value) if _INTEGER.fullmatch(value.strip()) else value
        case ParameterType.NUMBER:
            return _number(value)
        case ParameterType.BOOLEAN:
            return _BOOLEANS.get(value.strip().lower(), value)
        case ParameterType.ARRAY:
            return _numbers(value)
        case _:
            return value


def _number(text: str) -> object:
    return float(text) if _NUMBER.fullmatch(text.strip()) else text


def _numbers(text: str) -> object:
    """`[1, 2.5]` or `1, 2.5`: the form of a list is not documented, and models write both."""
    inner = text.strip().removeprefix("[").removesuffix("]").strip()
    return [_number(item.strip().strip("\"'")) for item in inner.split(",")] if inner else []


def _rules(tool: Tool, wrong: set[str]) -> str:
    """What is allowed for the wrong parameters, in the words of the definition."""
    known = [parameter for parameter in tool.parameters if parameter.name in wrong]
    sentences = [
        f"{parameter.name} ({parameter.type}, {'required' if parameter.required else 'optional'}): "
        f"{parameter.description}"
        for parameter in known
    ]
    if len(known) < len(wrong):
        names = ", ".join(parameter.name for parameter in tool.parameters) or "none"
        sentences.append(f"Allowed parameters: {names}.")
    return " ".join(sentences)
