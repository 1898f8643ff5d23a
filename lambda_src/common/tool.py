"""What a tool is: defined once here, read by both agent engines at synth and by the Lambda function that runs it.

Bedrock Agents (function schema) and AgentCore (gateway tool schema) can say different things. A definition that one of
them cannot express is refused when it is made, with every problem in one message.

Limits, with the pages they come from:
- Bedrock Agents: names `([0-9a-zA-Z][_-]?){1,100}`, at most 5 parameters per function, descriptions of at most 1,200
  (function) and 500 (parameter) characters, types string, number, integer, boolean and array
  (docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_Function.html, API_agent_ParameterDetail.html and
  docs.aws.amazon.com/bedrock/latest/userguide/quotas.html).
- AgentCore gateway: target names without underscore; a tool is called `<target>___<tool>`, which must fit the 64
  characters that a model allows for a tool name; an inline schema has no enum and no bounds, so the parameter's
  description says them (docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html,
  docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolSpecification.html).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

NAME = re.compile(r"([0-9a-zA-Z][_-]?){1,100}")
MAX_PARAMETERS = 5
MAX_TOOLS = 11
MAX_TOOL_DESCRIPTION = 1_200
MAX_GROUP_DESCRIPTION = 200
MAX_PARAMETER_DESCRIPTION = 500
MAX_MODEL_TOOL_NAME = 64
TARGET_SEPARATOR = "___"


class ToolInput(BaseModel):
    """Base of every tool's input: unknown parameters are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class ParameterType(StrEnum):
    """The types that both engines know; the values are what both schemas want."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ARRAY = "array"


@dataclass(frozen=True)
class Parameter:
    """One parameter as the engines see it."""

    name: str
    type: ParameterType
    description: str
    """Says the bounds, too, because neither schema has a place for them."""
    required: bool
    item_type: ParameterType | None = None
    """Type of the items of an array; None for everything else. Bedrock Agents cannot say it, AgentCore must."""


@dataclass(frozen=True)
class Tool:
    """One tool, with the name and the description that the model chooses it by."""

    name: str
    description: str
    input_model: type[ToolInput]
    confirm: bool
    """The tool changes something, so the person is asked first (`requireConfirmation`)."""

    def __post_init__(self) -> None:
        problems = list(_tool_problems(self))
        if problems:
            raise ValueError(f"Tool {self.name!r} does not fit both agent engines: {'; '.join(problems)}.")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters in the order of the input model, for both schema generators."""
        schema = self.input_model.model_json_schema()
        required = schema.get("required", [])
        return tuple(_parameter(name, p, name in required) for name, p in schema.get("properties", {}).items())


@dataclass(frozen=True)
class ToolGroup:
    """The tools of one Lambda function: one action group on Bedrock Agents, one gateway target on AgentCore."""

    name: str
    description: str
    tools: tuple[Tool, ...]

    def __post_init__(self) -> None:
        problems = list(_group_problems(self))
        if problems:
            raise ValueError(f"Tool group {self.name!r} does not fit both agent engines: {'; '.join(problems)}.")

    @property
    def target_name(self) -> str:
        """Name of the gateway target; AgentCore allows no underscore in it."""
        return self.name.replace("_", "-")


def _tool_problems(tool: Tool) -> Iterator[str]:
    if not NAME.fullmatch(tool.name) or TARGET_SEPARATOR in tool.name:
        yield f"the name must match {NAME.pattern}"
    if not 1 <= len(tool.description) <= MAX_TOOL_DESCRIPTION:
        yield f"the description must have 1 to {MAX_TOOL_DESCRIPTION} characters, it has {len(tool.description)}"
    if tool.input_model.model_config.get("extra") != "forbid":
        yield "the input model must forbid extra parameters (derive it from ToolInput)"
    properties: Mapping[str, Any] = tool.input_model.model_json_schema().get("properties", {})
    if len(properties) > MAX_PARAMETERS:
        yield f"at most {MAX_PARAMETERS} parameters are allowed, it has {len(properties)}"
    for name, schema in properties.items():
        yield from (f"parameter {name!r}: {problem}" for problem in _parameter_problems(name, schema))


def _group_problems(group: ToolGroup) -> Iterator[str]:
    names = [tool.name for tool in group.tools]
    if not NAME.fullmatch(group.name):
        yield f"the name must match {NAME.pattern}"
    if not 1 <= len(group.description) <= MAX_GROUP_DESCRIPTION:
        yield f"the description must have 1 to {MAX_GROUP_DESCRIPTION} characters, it has {len(group.description)}"
    if not 1 <= len(names) <= MAX_TOOLS:
        yield f"a group has 1 to {MAX_TOOLS} tools, this one {len(names)}"
    if len(set(names)) != len(names):
        yield "two tools have the same name"
    for name in names:
        if len(group.target_name + TARGET_SEPARATOR + name) > MAX_MODEL_TOOL_NAME:
            yield f"'{group.target_name}{TARGET_SEPARATOR}{name}' is longer than {MAX_MODEL_TOOL_NAME} characters"


def _parameter_problems(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    core = _without_null(schema)
    kind = core.get("type")
    if not NAME.fullmatch(name):
        yield f"the name must match {NAME.pattern}"
    if "description" not in schema:
        yield "a description is missing"
    if kind not in set(ParameterType):
        yield f"the type must be one of {', '.join(ParameterType)} (optional: '| None')"
        return
    if kind == ParameterType.STRING and not {"maxLength", "enum", "const"} & core.keys():
        yield "a string needs max_length or a Literal"
    if kind == ParameterType.ARRAY and core.get("items", {}).get("type") not in ("number", "integer"):
        yield "an array must hold numbers"
    if kind == ParameterType.ARRAY and "maxItems" not in core:
        yield "an array needs max_length"
    if len(_described(schema)) > MAX_PARAMETER_DESCRIPTION:
        yield f"the description with its bounds has more than {MAX_PARAMETER_DESCRIPTION} characters"


def _parameter(name: str, schema: Mapping[str, Any], required: bool) -> Parameter:
    core = _without_null(schema)
    items = core.get("items")
    return Parameter(
        name=name,
        type=ParameterType(core["type"]),
        description=_described(schema),
        required=required,
        item_type=ParameterType(items["type"]) if items else None,
    )


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the value itself: pydantic writes `str | None` as `anyOf: [string, null]`."""
    choices = [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"]
    return choices[0] if len(choices) == 1 else {}


def _described(schema: Mapping[str, Any]) -> str:
    core = _without_null(schema)
    sentences = [schema.get("description", "")]
    choices = core.get("enum") or [value for value in [core.get("const")] if value is not None]
    if choices:
        sentences.append(f"One of: {', '.join(map(str, choices))}.")
    if "maxLength" in core:
        sentences.append(f"{core.get('minLength', 0)} to {core['maxLength']} characters.")
    if "maxItems" in core:
        least, most = core.get("minItems", 0), core["maxItems"]
        sentences.append(f"Exactly {most} numbers." if least == most else f"{least} to {most} numbers.")
    if "minimum" in core:
        sentences.append(f"At least {core['minimum']}.")
    if "maximum" in core:
        sentences.append(f"At most {core['maximum']}.")
    return " ".join(sentences)
