"""Tools as the script wants them, from a Bedrock Agents function schema or from a gateway's tool schema."""

from collections.abc import Mapping
from typing import Any

from local_aws.services.shared.scripted_model.choose import ToolParameter, ToolSpec


def from_function(function: Mapping[str, Any], handle: Any) -> ToolSpec:
    """A function of an action group."""
    parameters = tuple(
        ToolParameter(name, detail["type"], detail.get("description", ""), bool(detail.get("required")))
        for name, detail in (function.get("parameters") or {}).items()
    )
    return ToolSpec(function["name"], function.get("description", ""), parameters, handle)


def from_definition(name: str, definition: Mapping[str, Any], handle: Any) -> ToolSpec:
    """A tool of a gateway target, under the name that the gateway gives it."""
    schema = definition["inputSchema"]
    required = set(schema.get("required") or ())
    parameters = tuple(
        ToolParameter(each, detail["type"], detail.get("description", ""), each in required)
        for each, detail in (schema.get("properties") or {}).items()
    )
    return ToolSpec(name, definition["description"], parameters, handle)


def as_text(value: Any) -> str:
    """A parameter's value as Bedrock Agents sends it: every type as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(as_text(item) for item in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
