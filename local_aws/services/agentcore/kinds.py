"""What AgentCore's control plane declares: harnesses, gateways and targets, memories, and what people make beside them.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

import string
from collections.abc import Callable
from typing import Any

from local_aws.framework import ApiError, EmulatedKind, EmulatedResource, Life, Params, Request, named
from local_aws.services.bedrock.models import resolve

LOWER = string.ascii_lowercase + string.digits
LIFE = Life("CREATING", "READY", "DELETING", "UPDATING")
ACTIVE_LIFE = Life("CREATING", "ACTIVE", "DELETING", "UPDATING")


def _named(members: Params, member: str, name: str) -> str:
    """The service makes ids of the name and ten letters; an update finds the finished id."""
    known = str(members[member])
    return known if "-" in known else f"{name}-{known}"


def _unwrapped(members: Params) -> Params:
    """UpdateHarness wraps what may be removed: `{"optionalValue": …}`."""
    return {
        name: value.get("optionalValue")
        for name, value in members.items()
        if isinstance(value, dict) and (not value or "optionalValue" in value)
    }


def _harness(call: Request, members: Params) -> Params:
    model = (members.get("model") or {}).get("bedrockModelConfig")
    if model:
        resolve(call.region, model["modelId"])
    harness_id = _named(members, "harnessId", members["harnessName"])
    runtime = call.arn("bedrock-agentcore", f"runtime/{harness_id}")
    environment: Params = {
        "agentRuntimeArn": runtime,
        "agentRuntimeName": members["harnessName"],
        "agentRuntimeId": harness_id,
        "lifecycleConfiguration": {},
        "networkConfiguration": {"networkMode": "PUBLIC"},
    }
    given = (members.get("environment") or {}).get("agentCoreRuntimeEnvironment") or {}
    return {
        **_unwrapped(
            {name: members.get(name) for name in ("memory", "environmentArtifact", "authorizerConfiguration")}
        ),
        "harnessId": harness_id,
        "harnessVersion": str(int(members.get("harnessVersion", 0)) + 1),
        "model": members.get("model") or {},
        "systemPrompt": members.get("systemPrompt") or [],
        "tools": members.get("tools") or [],
        "skills": members.get("skills") or [],
        "allowedTools": members.get("allowedTools") or [],
        "truncation": members.get("truncation") or {"strategy": "none"},
        "environment": {"agentCoreRuntimeEnvironment": {**environment, **given}},
    }


def _gateway(call: Request, members: Params) -> Params:
    gateway_id = _named(members, "gatewayId", members["name"].lower())
    return {"gatewayId": gateway_id, "gatewayUrl": _gateway_url(call, gateway_id)}


def _gateway_url(call: Request, gateway_id: str) -> str:
    """Where a gateway's MCP endpoint is: on the HTTP door if there is one, else the name that AWS gives."""
    if call.world.endpoint:
        return f"{call.world.endpoint}/_agentcore/gateways/{call.region}/{gateway_id}/mcp"
    return f"https://{gateway_id}.gateway.bedrock-agentcore.{call.region}.amazonaws.com/mcp"


def _target(call: Request, members: Params) -> Params:
    function = (members["targetConfiguration"].get("mcp") or {}).get("lambda")
    if function is None:
        raise ApiError("ValidationException", "The stand-in has Lambda targets only.")
    if not members.get("credentialProviderConfigurations"):
        raise ApiError("ValidationException", "CredentialProviderConfigurations is required for Lambda targets.")
    if not function["toolSchema"].get("inlinePayload"):
        raise ApiError("ValidationException", "The stand-in reads inline tool schemas only.")
    gateway = call.store.need("Gateway", (members["gatewayId"],))
    return {"gatewayArn": gateway.arn, "name": members.get("name") or f"target-{members['targetId'].lower()}"}


def _memory(_: Request, members: Params) -> Params:
    return {"id": _named(members, "id", members.get("name", "")), "strategies": members.get("strategies", [])}


def _custom(member: str, name: str) -> Callable[[Request, Params], Params]:
    return lambda _, members: {member: _named(members, member, members[name])}


def _default_stays(_: Request, record: EmulatedResource) -> None:
    """(32) ConflictException: Default endpoints are removed when you delete the agent."""
    if record.key[-1] == "DEFAULT":
        raise ApiError("ConflictException", "Default endpoints are removed when you delete the agent")


def _kind(name: str, *key: str, **more: Any) -> EmulatedKind:
    return named(name, *key, **{"get": "Get", "life": LIFE, **more})


KINDS = (
    _kind(
        "Harness",
        "harnessId",
        plural="Harnesses",
        update="UpdateHarness",
        arn_member="arn",
        id_prefix="",
        unique="harnessName",
        prepare=_harness,
    ),
    _kind(
        "Gateway",
        "gatewayId",
        update="UpdateGateway",
        arn_member="gatewayArn",
        id_prefix="",
        id_alphabet=LOWER,
        unique="name",
        params={"gatewayIdentifier": "gatewayId"},
        prepare=_gateway,
    ),
    _kind(
        "GatewayTarget",
        "gatewayId",
        "targetId",
        update="UpdateGatewayTarget",
        arn="",
        arn_member="",
        id_prefix="",
        unique="name",
        params={"gatewayIdentifier": "gatewayId"},
        parents=("Gateway",),
        prepare=_target,
    ),
    _kind(
        "Memory",
        "id",
        plural="Memories",
        update="UpdateMemory",
        arn_member="arn",
        id_prefix="",
        unique="name",
        params={"memoryId": "id"},
        outputs={"memoryId": "id"},
        life=ACTIVE_LIFE,
        prepare=_memory,
    ),
    _kind(
        "AgentRuntime",
        "agentRuntimeId",
        arn="runtime/{agentRuntimeId}",
        arn_member="agentRuntimeArn",
        id_prefix="runtime-",
        made_up=True,
    ),
    _kind(
        "AgentRuntimeEndpoint",
        "agentRuntimeId",
        "name",
        arn="runtime/{agentRuntimeId}/runtime-endpoint/{name}",
        arn_member="agentRuntimeEndpointArn",
        params={"endpointName": "name"},
        parents=("AgentRuntime",),
        made_up=True,
        before_delete=_default_stays,
    ),
    _kind(
        "Browser",
        "browserId",
        arn="browser-custom/{browserId}",
        arn_member="browserArn",
        id_prefix="",
        filters={"type": "type"},
        made_up=True,
        prepare=_custom("browserId", "name"),
    ),
    _kind(
        "CodeInterpreter",
        "codeInterpreterId",
        arn="code-interpreter-custom/{codeInterpreterId}",
        arn_member="codeInterpreterArn",
        id_prefix="",
        filters={"type": "type"},
        made_up=True,
        prepare=_custom("codeInterpreterId", "name"),
    ),
    _kind(
        "Evaluator",
        "evaluatorId",
        arn_member="evaluatorArn",
        id_prefix="",
        life=ACTIVE_LIFE,
        made_up=True,
        prepare=_custom("evaluatorId", "evaluatorName"),
    ),
    _kind(
        "WorkloadIdentity",
        "name",
        plural="WorkloadIdentities",
        arn="workload-identity-directory/default/workload-identity/{name}",
        arn_member="workloadIdentityArn",
        made_up=True,
        life=None,
    ),
)
