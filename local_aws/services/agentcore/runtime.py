"""AgentCore's data plane: InvokeHarness, memory events, and the gateway's MCP endpoint.

Real here: the guardrail of the harness's model configuration judges question and answer, the chosen tool's function is
really called through the gateway, with the headers of the call's own remote MCP server, and both sides of the
conversation are kept in the memory. Not here: a model (`scripted_model` picks the tools), runtimes, sessions'
computers, identities, signatures of requests.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from local_aws.framework import ApiError, EmulatedResource, Params, Request, Response, StandIn, World, operation
from local_aws.services.agentcore.allowed import BUILT_IN, BUILT_IN_SERVER, is_allowed
from local_aws.services.agentcore.control import AgentCoreControl
from local_aws.services.agentcore.gateway import Gateways, ToolAnswer, mcp
from local_aws.services.agentcore.memory import MemoryEvents
from local_aws.services.bedrock.embedding import token_count
from local_aws.services.bedrock.runtime import BedrockRuntime
from local_aws.services.shared.backend import Backend
from local_aws.services.shared.scripted_model import choose as scripted_model
from local_aws.services.shared.scripted_model import plan

_MCP_PATH = re.compile(r"/_agentcore/gateways/(?P<region>[^/]+)/(?P<gateway>[^/]+)/mcp/?")


class AgentCore(StandIn):
    """Data plane: calls of a harness, events of a memory, MCP of a gateway."""

    service = "bedrock-agentcore"

    def __init__(self, world: World, control: AgentCoreControl, backend: Backend, runtime: BedrockRuntime) -> None:
        super().__init__(world)
        self._control = control
        self._runtime = runtime
        self._gateways = Gateways(control, backend)
        self._memories = MemoryEvents(world, control)

    def raw(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response | None:
        """The gateways' MCP endpoint, which no service model describes."""
        found = _MCP_PATH.fullmatch(path)
        if not found:
            return None
        if method != "POST":
            return 405, {"Allow": "POST"}, b""
        try:
            message = json.loads(body)
            gateway = self._gateways.find(found["region"], found["gateway"])
        except ValueError:
            return _json(400, {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}})
        except ApiError as error:
            return _json(404, {"message": error.message})
        if not isinstance(message, dict):
            return _json(400, {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid Request"}})
        answer = mcp(self._gateways, found["region"], gateway, message, headers)
        return _json(200, answer) if answer is not None else (202, {}, b"")

    def serves_raw(self, path: str) -> bool:
        """True for the gateways' MCP endpoints."""
        return bool(_MCP_PATH.fullmatch(path))

    @operation("InvokeHarness")
    def invoke_harness(self, call: Request) -> Params:
        """A stream in the form of ConverseStream: the tool's call and result, then the answer."""
        harness = self._control.store(call.region).need("Harness", (call.params["harnessArn"],))
        question = _question(call.params)
        model = call.params.get("model") or harness["model"]
        text, called, reason = self._answer(call, harness, model, question)
        self._remember(call, harness, question, text)
        events = [event for each in called for event in _tool_events(self.world.new_id(20), *each)]
        events += _text_events(text, reason)
        counts = {"inputTokens": token_count(question), "outputTokens": token_count(text)}
        usage = {**counts, "totalTokens": sum(counts.values())}
        return {"stream": [*events, {"metadata": {"usage": usage, "metrics": {"latencyMs": 0}}}]}

    def _answer(
        self, call: Request, harness: EmulatedResource, model: Params, question: str
    ) -> tuple[str, list[tuple[scripted_model.Choice, ToolAnswer]], str]:
        config = ((model.get("bedrockModelConfig") or {}).get("additionalParams") or {}).get("guardrailConfig")
        asked = self._runtime.judge(call.region, config, "INPUT", [question]) if config else None
        if asked is not None and asked.blocked:
            return asked.texts[0], [], "content_filtered"
        passed = asked.texts[0] if asked is not None else question
        recalled = plan.recalled(passed, self._asked_before(call, harness))
        chosen = [] if recalled else plan.plan(passed, self._tools(call, harness))
        called = [(choice, self._use(choice)) for choice in chosen]
        told = [scripted_model.answer(choice.tool.name, answer.data) for choice, answer in called]
        text = recalled or "\n\n".join(told) or scripted_model.NOTHING_FOUND
        said = self._runtime.judge(call.region, config, "OUTPUT", [text]) if config else None
        if said is not None and said.intervened:
            return said.texts[0], called, "content_filtered" if said.blocked else "end_turn"
        return text, called, "end_turn"

    def _use(self, choice: scripted_model.Choice) -> ToolAnswer:
        if choice.tool in BUILT_IN:
            return ToolAnswer("The stand-in has no computer to do this on.", is_error=True)
        target, headers = choice.tool.handle
        return self._gateways.call(target, choice.tool.name, choice.arguments, self.world.new_id(36), headers)

    def _tools(self, call: Request, harness: EmulatedResource) -> list[scripted_model.ToolSpec]:
        allowed = call.params.get("allowedTools") or harness["allowedTools"] or ["*"]
        found = [spec for spec in BUILT_IN if is_allowed(BUILT_IN_SERVER, spec.name, allowed)]
        for each in call.params.get("tools") or harness["tools"]:
            gateway, headers = self._server(call, each)
            offered = self._gateways.tools(call.region, gateway)
            mine = [replace(spec, handle=(spec.handle, headers)) for spec in offered]
            found += [spec for spec in mine if is_allowed(each["name"], spec.name, allowed)]
        return found

    def _server(self, call: Request, tool: Params) -> tuple[EmulatedResource, Params]:
        """The gateway behind a tool, by ARN or as a remote MCP server, and the headers that go to it."""
        config = tool["config"]
        if tool["type"] == "agentcore_gateway":
            return self._gateways.find(call.region, config["agentCoreGateway"]["gatewayArn"]), {}
        if tool["type"] != "remote_mcp":
            raise ApiError("UnknownOperationException", f"The stand-in has no tools of type {tool['type']}.", 501)
        remote = config["remoteMcp"]
        found = _MCP_PATH.fullmatch(urlsplit(remote["url"]).path)
        if not found:
            raise ApiError("UnknownOperationException", "The stand-in reaches no MCP server but its own gateways.", 501)
        gateway = self._gateways.find(found["region"], found["gateway"])
        if gateway["authorizerType"] == "AWS_IAM" and "awsIam" not in (remote.get("outboundAuth") or {}):
            # Without `outboundAuth` a remote MCP server is asked without authentication (botocore's model).
            raise ApiError("RuntimeClientError", "The MCP server answered 403: the request is not signed.")
        return gateway, remote.get("headers") or {}

    def _asked_before(self, call: Request, harness: EmulatedResource) -> list[str]:
        """The person's questions of this session, from the memory and from what the call itself tells."""
        kept: list[str] = []
        if memory := (harness.get("memory") or {}).get("agentCoreMemoryConfiguration"):
            actor = call.params.get("actorId") or memory.get("actorId") or "default"
            events = self._memories.living(call.region, memory["arn"])
            mine = [each.answer for each in events if each.at(actor, call.params["runtimeSessionId"])]
            kept = [event["payload"][0]["conversational"]["content"]["text"] for event in mine]
        told = [block for each in call.params["messages"][:-1] if each["role"] == "user" for block in each["content"]]
        return [*kept, *(block["text"] for block in told if "text" in block)]

    def _remember(self, call: Request, harness: EmulatedResource, question: str, text: str) -> None:
        memory = (harness.get("memory") or {}).get("agentCoreMemoryConfiguration")
        if not memory:
            return
        actor = call.params.get("actorId") or memory.get("actorId") or "default"
        payload = [
            {"conversational": {"content": {"text": said}, "role": role}}
            for role, said in (("USER", question), ("ASSISTANT", text))
        ]
        session = call.params["runtimeSessionId"]
        self._memories.add(call.region, memory["arn"], actor, session, payload, self.world.now())

    @operation("CreateEvent")
    def create_event(self, call: Request) -> Params:
        params = call.params
        session = params.get("sessionId") or self.world.new_id(36)
        more = {name: params[name] for name in ("branch", "metadata") if name in params}
        return {
            "event": self._memories.add(
                call.region,
                params["memoryId"],
                params["actorId"],
                session,
                params["payload"],
                params["eventTimestamp"],
                **more,
            )
        }

    @operation("GetEvent")
    def get_event(self, call: Request) -> Params:
        return {"event": self._memories.find(call).answer}

    @operation("DeleteEvent")
    def delete_event(self, call: Request) -> Params:
        self._memories.delete(call)
        return {"eventId": call.params["eventId"]}

    @operation("ListEvents")
    def list_events(self, call: Request) -> Params:
        """Events of a session, newest first."""
        return self._memories.listed(call)

    @operation("ListActors")
    def list_actors(self, call: Request) -> Params:
        """Actors who have events, in one page."""
        events = self._memories.living(call.region, call.params["memoryId"])
        return {"actorSummaries": [{"actorId": actor} for actor in sorted({each.answer["actorId"] for each in events})]}

    @operation("ListSessions")
    def list_sessions(self, call: Request) -> Params:
        """Sessions of an actor who have events, in one page."""
        first: dict[str, Any] = {}
        for event in self._memories.living(call.region, call.params["memoryId"]):
            if event.answer["actorId"] == call.params["actorId"]:
                first.setdefault(event.answer["sessionId"], event.answer["eventTimestamp"])
        actor = call.params["actorId"]
        found = [{"sessionId": name, "actorId": actor, "createdAt": when} for name, when in first.items()]
        return {"sessionSummaries": found}


def _question(params: Params) -> str:
    last = params["messages"][-1]
    text = "\n".join(block["text"] for block in last["content"] if "text" in block)
    if last["role"] != "user" or not text.strip():
        raise ApiError("ValidationException", "The last message must be a user's text.", reason="FieldValidationFailed")
    return text


def _tool_events(use_id: str, choice: scripted_model.Choice, answer: ToolAnswer) -> list[Params]:
    """As a model asks for a tool, and as the result comes back."""
    status = "error" if answer.is_error else "success"
    result = {"text": answer.data} if isinstance(answer.data, str) else {"json": answer.data}
    asked = {"toolUseId": use_id, "name": choice.tool.name, "type": "tool_use"}
    return [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockStart": {"contentBlockIndex": 0, "start": {"toolUse": asked}}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"toolUse": {"input": json.dumps(choice.arguments)}}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "tool_use"}},
        {"messageStart": {"role": "user"}},
        {
            "contentBlockStart": {
                "contentBlockIndex": 0,
                "start": {"toolResult": {"toolUseId": use_id, "status": status}},
            }
        },
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"toolResult": [result]}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "tool_result"}},
    ]


def _text_events(text: str, reason: str) -> list[Params]:
    return [
        {"messageStart": {"role": "assistant"}},
        *({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": piece}}} for piece in plan.pieces(text)),
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": reason}},
    ]


def _json(status: int, body: Params) -> Response:
    return status, {"Content-Type": "application/json"}, json.dumps(body, ensure_ascii=False).encode()
