"""Bedrock Agents: action groups with function details.

Event and response: docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html. `responseState` is REPROMPT when
the model can do better with other input; FAILURE ends the turn with a DependencyFailedException.

Powertools reads the event here. Its resolver (BedrockAgentFunctionResolver 3.37) is not used: it hands the text of any
exception to the model, ignores the types of parameters, and lets the last of two equal parameters win.
"""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes import BedrockAgentFunctionEvent

from lambda_src.common.answer import to_json
from lambda_src.common.arguments import MAX_ARGUMENTS, from_text
from lambda_src.common.engine import ToolCall
from lambda_src.common.errors import RETRY_BY_MODEL, ErrorCode, ToolError
from lambda_src.common.identity import TICKET_ATTRIBUTE, ticket_from
from lambda_src.common.tool import NAME, Tool

MESSAGE_VERSION = "1.0"
MAX_ECHO_BYTES = 4_000
"""Per map of attributes. A bigger one is left out of the response, which keeps the session's own; AWS cuts at 25 KB."""


class BedrockAgents:
    """The event of one action group call."""

    name = "bedrock-agents"

    def __init__(self, event: dict[str, Any]) -> None:
        self._raw = event
        self._event = BedrockAgentFunctionEvent(event)

    def call(self, tools: Mapping[str, Tool]) -> ToolCall:
        if self._raw.get("messageVersion") != MESSAGE_VERSION:
            raise ToolError(ErrorCode.UNSUPPORTED_EVENT)
        name = self._raw.get("function")
        tool = tools.get(name) if isinstance(name, str) else None
        if tool is None:
            raise ToolError(ErrorCode.UNKNOWN_TOOL)
        session = self._raw.get("sessionId")
        return ToolCall(
            tool=tool,
            arguments=self._arguments(tool),
            ticket=self._ticket(),
            session=session if isinstance(session, str) else "",
        )

    def reply(self, body: Mapping[str, object], error: ErrorCode | None) -> dict[str, Any]:
        function_response: dict[str, object] = {"responseBody": {"TEXT": {"body": to_json(body)}}}
        if error is not None:
            function_response["responseState"] = "REPROMPT" if error in RETRY_BY_MODEL else "FAILURE"
        response: dict[str, Any] = {
            "messageVersion": MESSAGE_VERSION,
            "response": {
                "actionGroup": _echoed_name(self._raw.get("actionGroup")),
                "function": _echoed_name(self._raw.get("function")),
                "functionResponse": function_response,
            },
        }
        for key in ("sessionAttributes", "promptSessionAttributes"):
            if _can_echo(self._raw.get(key)):
                response[key] = self._raw[key]
        return response

    def _ticket(self) -> str | None:
        attributes = self._event.session_attributes
        if not isinstance(attributes, dict):
            raise ToolError(ErrorCode.UNSUPPORTED_EVENT)
        return ticket_from(attributes.get(TICKET_ATTRIBUTE))

    def _arguments(self, tool: Tool) -> dict[str, object]:
        parameters = self._raw.get("parameters") or []
        if not isinstance(parameters, list) or not all(isinstance(item, dict) for item in parameters):
            raise ToolError(ErrorCode.UNSUPPORTED_EVENT)
        if len(parameters) > MAX_ARGUMENTS:
            raise ToolError(ErrorCode.INVALID_INPUT, f"At most {MAX_ARGUMENTS} parameters are read.")
        known = {parameter.name: parameter for parameter in tool.parameters}
        arguments: dict[str, object] = {}
        for item in parameters:
            name, value = item.get("name"), item.get("value")
            if not isinstance(name, str):
                raise ToolError(ErrorCode.UNSUPPORTED_EVENT)
            if name in arguments:
                raise ToolError(ErrorCode.INVALID_INPUT, "Send each parameter once.")
            arguments[name] = from_text(known[name], value) if name in known else value
        return arguments


def engine_for(event: Any, context: Any) -> BedrockAgents | None:
    """The engine if this is an action group event, however broken."""
    if isinstance(event, dict) and ("messageVersion" in event or "actionGroup" in event):
        return BedrockAgents(event)
    return None


def _echoed_name(value: object) -> str:
    return value if isinstance(value, str) and NAME.fullmatch(value) else ""


def _can_echo(attributes: object) -> bool:
    if not isinstance(attributes, dict):
        return False
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in attributes.items()):
        return False
    try:
        return len(json.dumps(attributes, ensure_ascii=False).encode()) <= MAX_ECHO_BYTES
    except UnicodeEncodeError:
        return False
