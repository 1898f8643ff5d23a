"""AgentCore's control plane as far as its removal goes. Numbers: rows of the catalog in `docs/teardown.md`."""

from typing import Any

from local_aws.framework import ApiError, Call, Kind, Life, Params, Record, operation
from local_aws.framework.crud import delete, find
from local_aws.services.agentcore.control import AgentCoreControl

_LIFE = Life("CREATING", "READY", "DELETING", "UPDATING")
_ACTIVE = Life("CREATING", "ACTIVE", "DELETING", "UPDATING")


def _default_stays(_: Call, record: Record) -> None:
    """(32) ConflictException: Default endpoints are removed when you delete the agent."""
    if record.key[-1] == "DEFAULT":
        raise ApiError("ConflictException", "Default endpoints are removed when you delete the agent")


def _kind(name: str, key: str, noun: str, plural: str, member: str, **more: Any) -> Kind:
    declared: dict[str, Any] = {
        "create": f"Create{name}",
        "get": f"Get{name}",
        "list": f"List{plural}",
        "delete": f"Delete{name}",
        "arn": f"{noun}/{{{key}}}",
        "arn_member": member,
        "life": _LIFE,
    }
    return Kind(name, (key,), **{**declared, **more})


class AccountAgentCore(AgentCoreControl):
    """Adds runtimes, custom tools, evaluators and identities."""

    kinds = (
        *AgentCoreControl.kinds,
        _kind("AgentRuntime", "agentRuntimeId", "runtime", "AgentRuntimes", "agentRuntimeArn", id_prefix="runtime-"),
        Kind(
            "AgentRuntimeEndpoint", ("agentRuntimeId", "name"), create="CreateAgentRuntimeEndpoint",
            list="ListAgentRuntimeEndpoints", delete="DeleteAgentRuntimeEndpoint", parents=("AgentRuntime",),
            life=_LIFE, arn="runtime/{agentRuntimeId}/runtime-endpoint/{name}", arn_member="agentRuntimeEndpointArn",
            params={"endpointName": "name"}, before_delete=_default_stays,
        ),
        _kind("Browser", "browserId", "browser-custom", "Browsers", "browserArn", filters={"type": "type"}),
        _kind("CodeInterpreter", "codeInterpreterId", "code-interpreter-custom", "CodeInterpreters",
              "codeInterpreterArn", filters={"type": "type"}),
        _kind("Evaluator", "evaluatorId", "evaluator", "Evaluators", "evaluatorArn", life=_ACTIVE),
        _kind("WorkloadIdentity", "name", "workload-identity-directory/default/workload-identity", "WorkloadIdentities",
              "workloadIdentityArn", life=None),
    )  # fmt: skip

    @operation("DeleteAgentRuntime")
    def delete_runtime(self, call: Call) -> Params:
        """(32) Own endpoints first; DEFAULT goes with the runtime. (33) So does its workload identity."""
        kind = self.kind_of["AgentRuntime"]
        runtime = find(kind, call)
        children = [each for each in call.store.all("AgentRuntimeEndpoint") if each.key[0] == runtime.key[0]]
        if any(each.key[1] != "DEFAULT" for each in children):
            raise ApiError("ConflictException", "This agent has endpoints that must be deleted first")
        for each in children:
            call.store.remove(each)
        for identity in call.store.all("WorkloadIdentity"):
            if identity.get("linked") == runtime.key[0]:
                call.store.remove(identity)
        return delete(kind, call, self.model.operation_model(call.operation))

    @operation("DeleteWorkloadIdentity")
    def delete_identity(self, call: Call) -> Params:
        """(33) One that a runtime made is the service's."""
        identity = find(self.kind_of["WorkloadIdentity"], call)
        if identity.get("linked"):
            raise ApiError(
                "ValidationException", "WorkloadIdentity is linked to a service and cannot be deleted by the caller"
            )
        call.store.remove(identity)
        return {}
