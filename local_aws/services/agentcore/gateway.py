"""An AgentCore gateway at work: its tools, and the call of a tool's function.

Event and context: docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.framework import EmulatedResource, Params
from local_aws.services.agentcore.control import AgentCoreControl
from local_aws.services.shared.backend import Backend
from local_aws.services.shared.scripted_model.choose import ToolSpec
from local_aws.services.shared.scripted_model.tool_schemas import from_definition

SEPARATOR = "___"


@dataclass(frozen=True)
class ToolAnswer:
    """What a tool said; an error is for the model to read."""

    data: Any
    is_error: bool = False


class Gateways:
    """All gateways of the control plane, with the backend that runs their functions."""

    def __init__(self, control: AgentCoreControl, backend: Backend) -> None:
        self._control = control
        self._backend = backend

    def find(self, region: str, identifier: str) -> EmulatedResource:
        """A gateway by id or ARN; ResourceNotFoundException otherwise."""
        return self._control.store(region).need("Gateway", (identifier,))

    def tools(self, region: str, gateway: EmulatedResource) -> list[ToolSpec]:
        """Every tool of every target, named `<target>___<tool>`."""
        targets = [each for each in self._control.store(region).all("GatewayTarget") if each.key[0] == gateway.key[0]]
        return [
            from_definition(f"{target['name']}{SEPARATOR}{definition['name']}", definition, target)
            for target in targets
            for definition in definitions(target)
        ]

    def call(
        self,
        target: EmulatedResource,
        tool: str,
        arguments: Mapping[str, Any],
        request_id: str,
        headers: Mapping[str, str],
    ) -> ToolAnswer:
        """Call a tool's function: the event is the arguments, all else is in the client context."""
        custom: Params = {
            "bedrockAgentCoreMessageVersion": "1.0",
            "bedrockAgentCoreAwsRequestId": request_id,
            "bedrockAgentCoreMcpMessageId": request_id,
            "bedrockAgentCoreGatewayId": target.key[0],
            "bedrockAgentCoreTargetId": target.key[1],
            "bedrockAgentCoreToolName": tool,
        }
        passed_on = _propagated(target, headers)
        if passed_on:
            custom["bedrockAgentCorePropagatedHeaders"] = passed_on
        function = target["targetConfiguration"]["mcp"]["lambda"]["lambdaArn"]
        try:
            answer = self._backend.invoke_lambda(function, dict(arguments), {"custom": custom})
        except LookupError:
            return ToolAnswer(f"The function of tool {tool} does not exist.", is_error=True)
        if answer.error:
            return ToolAnswer(f"The function of tool {tool} failed: {answer.error}.", is_error=True)
        return ToolAnswer(answer.payload)


def definitions(target: EmulatedResource) -> list[Params]:
    """The tool definitions of a target."""
    payload: list[Params] = target["targetConfiguration"]["mcp"]["lambda"]["toolSchema"]["inlinePayload"]
    return payload


def _propagated(target: EmulatedResource, headers: Mapping[str, str]) -> dict[str, str]:
    allowed = {name.lower() for name in (target.get("metadataConfiguration") or {}).get("allowedRequestHeaders", ())}
    return {name: value for name, value in headers.items() if name.lower() in allowed}


def mcp(
    gateways: Gateways, region: str, gateway: EmulatedResource, message: Params, headers: Mapping[str, str]
) -> Params | None:
    """One JSON-RPC message of MCP (modelcontextprotocol.io); None if it needs no answer."""
    if "id" not in message:
        return None
    method, params = message.get("method"), message.get("params") or {}
    head = {"jsonrpc": "2.0", "id": message["id"]}
    if method == "initialize":
        info = {"name": gateway["name"], "version": "1.0.0"}
        version = params.get("protocolVersion", "2025-03-26")
        return {**head, "result": {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}}
    if method == "ping":
        return {**head, "result": {}}
    if method == "tools/list":
        return {**head, "result": {"tools": [_listed(spec) for spec in gateways.tools(region, gateway)]}}
    if method == "tools/call":
        return {**head, **_tool_call(gateways, region, gateway, params, headers, str(message["id"]))}
    return {**head, "error": {"code": -32601, "message": "Method not found"}}


def _listed(spec: ToolSpec) -> Params:
    name = spec.name.rpartition(SEPARATOR)[2]
    definition = next(each for each in definitions(spec.handle) if each["name"] == name)
    return {"name": spec.name, "description": spec.description, "inputSchema": definition["inputSchema"]}


def _tool_call(
    gateways: Gateways,
    region: str,
    gateway: EmulatedResource,
    params: Params,
    headers: Mapping[str, str],
    request_id: str,
) -> Params:
    wanted = params.get("name")
    spec = next((each for each in gateways.tools(region, gateway) if each.name == wanted), None)
    if spec is None:
        return {"error": {"code": -32602, "message": f"Unknown tool: {wanted}"}}
    answer = gateways.call(spec.handle, spec.name, params.get("arguments") or {}, request_id, headers)
    text = answer.data if isinstance(answer.data, str) else json.dumps(answer.data, ensure_ascii=False)
    return {"result": {"isError": answer.is_error, "content": [{"type": "text", "text": text}]}}
