"""AgentCore gateway with a Lambda target: the event is the map of arguments, everything else is in the client context.

docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html (event, tool name) and
gateway-headers.html (propagated headers). The client context comes from whoever invokes the function, so a model, which
fills the event only, cannot reach it.
"""

import json
from collections.abc import Mapping
from typing import Any

from lambda_src.common.engine import ToolCall
from lambda_src.common.errors import ErrorCode, ToolError
from lambda_src.common.identity import TICKET_HEADER, ticket_from
from lambda_src.common.tool import TARGET_SEPARATOR, Tool

TOOL_NAME_KEY = "bedrockAgentCoreToolName"
HEADERS_KEY = "bedrockAgentCorePropagatedHeaders"


class Gateway:
    """The event of one call from a gateway."""

    name = "agentcore"

    def __init__(self, event: Any, custom: Mapping[str, object]) -> None:
        self._event = event
        self._custom = custom

    def call(self, tools: Mapping[str, Tool]) -> ToolCall:
        if not isinstance(self._event, dict):
            raise ToolError(ErrorCode.UNSUPPORTED_EVENT)
        tool = tools.get(str(self._custom.get(TOOL_NAME_KEY)).rpartition(TARGET_SEPARATOR)[2])
        if tool is None:
            raise ToolError(ErrorCode.UNKNOWN_TOOL)
        return ToolCall(tool=tool, arguments=self._event, ticket=ticket_from(self._ticket()), session="")

    def reply(self, body: Mapping[str, object], error: ErrorCode | None) -> dict[str, Any]:
        return dict(body)

    def _ticket(self) -> object:
        headers = self._custom.get(HEADERS_KEY) or {}
        if isinstance(headers, str):  # some runtimes hand the map over as JSON text
            try:
                headers = json.loads(headers)
            except ValueError:
                raise ToolError(ErrorCode.INVALID_IDENTITY) from None
        if not isinstance(headers, dict):
            raise ToolError(ErrorCode.INVALID_IDENTITY)
        values = [value for name, value in headers.items() if str(name).lower() == TICKET_HEADER.lower()]
        if len(values) > 1:
            raise ToolError(ErrorCode.INVALID_IDENTITY)
        return values[0] if values else None


def engine_for(event: Any, context: Any) -> Gateway | None:
    """The engine if the invocation has the client context of a gateway."""
    custom = getattr(getattr(context, "client_context", None), "custom", None)
    if isinstance(custom, dict) and TOOL_NAME_KEY in custom:
        return Gateway(event, custom)
    return None
