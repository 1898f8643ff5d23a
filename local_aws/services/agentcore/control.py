"""AgentCore's control plane: harnesses, gateways and their targets, memories.

Real here: ids, references, dependencies (a gateway with targets cannot go), a Lambda target needs its credentials and a
tool schema. Not here: runtimes, identities, policies, authorizers, search over tools, memory strategies at work.
"""

import string
from typing import Any, ClassVar

from local_aws.framework import ApiError, Call, Codes, Kind, Life, Params, StandIn, Tagging, World
from local_aws.services.bedrock.models import resolve

LOWER = string.ascii_lowercase + string.digits
LIFE = Life("CREATING", "READY", "DELETING", "UPDATING")
MEMORY_LIFE = Life("CREATING", "ACTIVE", "DELETING", "UPDATING")


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


def _harness(call: Call, members: Params) -> Params:
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


def _gateway(call: Call, members: Params) -> Params:
    gateway_id = _named(members, "gatewayId", members["name"].lower())
    if not isinstance(call.owner, AgentCoreControl):
        return {}
    return {"gatewayId": gateway_id, "gatewayUrl": call.owner.gateway_url(call.region, gateway_id)}


def _target(call: Call, members: Params) -> Params:
    function = (members["targetConfiguration"].get("mcp") or {}).get("lambda")
    if function is None:
        raise ApiError("ValidationException", "The stand-in has Lambda targets only.")
    if not members.get("credentialProviderConfigurations"):
        raise ApiError("ValidationException", "CredentialProviderConfigurations is required for Lambda targets.")
    if not function["toolSchema"].get("inlinePayload"):
        raise ApiError("ValidationException", "The stand-in reads inline tool schemas only.")
    gateway = call.store.need("Gateway", (members["gatewayId"],))
    return {"gatewayArn": gateway.arn, "name": members.get("name") or f"target-{members['targetId'].lower()}"}


def _memory(_: Call, members: Params) -> Params:
    return {"id": _named(members, "id", members.get("name", "")), "strategies": members.get("strategies", [])}


def _kind(name: str, key: tuple[str, ...], **more: Any) -> Kind:
    plural = {"Harness": "Harnesses", "Memory": "Memories"}.get(name, f"{name}s")
    return Kind(
        name,
        key,
        create=f"Create{name}",
        get=f"Get{name}",
        list=f"List{plural}",
        update=f"Update{name}",
        delete=f"Delete{name}",
        id_prefix="",
        **{"life": LIFE, **more},
    )


class AgentCoreControl(StandIn):
    """Control plane. `endpoint` is where the HTTP door listens, such as `http://127.0.0.1:4566`."""

    service = "bedrock-agentcore-control"
    scope = "bedrock-agentcore"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds: ClassVar[tuple[Kind, ...]] = (
        _kind(
            "Harness",
            ("harnessId",),
            arn="harness/{harnessId}",
            arn_member="arn",
            unique="harnessName",
            prepare=_harness,
        ),
        _kind(
            "Gateway",
            ("gatewayId",),
            arn="gateway/{gatewayId}",
            arn_member="gatewayArn",
            id_alphabet=LOWER,
            unique="name",
            params={"gatewayIdentifier": "gatewayId"},
            prepare=_gateway,
        ),
        _kind(
            "GatewayTarget",
            ("gatewayId", "targetId"),
            unique="name",
            params={"gatewayIdentifier": "gatewayId"},
            parents=("Gateway",),
            prepare=_target,
        ),
        _kind(
            "Memory",
            ("id",),
            arn="memory/{id}",
            arn_member="arn",
            unique="name",
            params={"memoryId": "id"},
            outputs={"memoryId": "id"},
            life=MEMORY_LIFE,
            prepare=_memory,
        ),
    )

    def __init__(self, world: World, endpoint: str = "") -> None:
        super().__init__(world)
        self._endpoint = endpoint

    def gateway_url(self, region: str, gateway_id: str) -> str:
        """Where a gateway's MCP endpoint is: on the HTTP door if there is one, else the name that AWS gives."""
        if self._endpoint:
            return f"{self._endpoint}/_agentcore/gateways/{region}/{gateway_id}/mcp"
        return f"https://{gateway_id}.gateway.bedrock-agentcore.{region}.amazonaws.com/mcp"
