"""AgentCore's control plane: harnesses, gateways and their targets, memories.

Real here: ids, references, dependencies (a gateway with targets cannot go), a Lambda target needs its credentials and a
tool schema. Not here: runtimes, identities, policies, authorizers, search over tools, memory strategies at work.
"""

from local_aws.framework import ApiError, Codes, Params, Request, StandIn, Tagging, delete, find, operation
from local_aws.services.agentcore.kinds import KINDS


class AgentCoreControl(StandIn):
    """Control plane: harnesses, gateways, targets and memories."""

    service = "bedrock-agentcore-control"
    scope = "bedrock-agentcore"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds = KINDS

    @operation("DeleteAgentRuntime")
    def delete_runtime(self, call: Request) -> Params:
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
        return delete(kind, call)

    @operation("DeleteWorkloadIdentity")
    def delete_identity(self, call: Request) -> Params:
        """(33) One that a runtime made is the service's."""
        identity = find(self.kind_of["WorkloadIdentity"], call)
        if identity.get("linked"):
            raise ApiError(
                "ValidationException", "WorkloadIdentity is linked to a service and cannot be deleted by the caller"
            )
        call.store.remove(identity)
        return {}
