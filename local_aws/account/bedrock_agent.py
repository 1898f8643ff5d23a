"""Bedrock's agents as far as their removal goes, beyond what a deployment needs. Numbers: see `docs/teardown.md`."""

from local_aws.framework import Call, Kind, Params, operation
from local_aws.framework.crud import find
from local_aws.services.bedrock_agent.control import BedrockAgent


class AccountBedrockAgent(BedrockAgent):
    """Adds prompts, flows with their aliases, and collaborators."""

    kinds = (
        *BedrockAgent.kinds,
        Kind(
            "Prompt", ("id",), create="CreatePrompt", get="GetPrompt", list="ListPrompts", delete="DeletePrompt",
            arn="prompt/{id}", arn_member="arn", id_prefix="", params={"promptIdentifier": "id"},
        ),
        Kind(
            "Flow", ("id",), create="CreateFlow", get="GetFlow", list="ListFlows", delete="DeleteFlow",
            arn="flow/{id}", arn_member="arn", id_prefix="", params={"flowIdentifier": "id"},
        ),
        Kind(
            "FlowAlias", ("flowId", "id"), create="CreateFlowAlias", list="ListFlowAliases", delete="DeleteFlowAlias",
            arn="flow/{flowId}/alias/{id}", arn_member="arn", id_prefix="",
            params={"flowIdentifier": "flowId", "aliasIdentifier": "id"},
        ),
    )  # fmt: skip

    @operation("ListAgentCollaborators")
    def collaborators(self, call: Call) -> Params:
        """(26) Agents that this one supervises: none but what a test has put there."""
        return {"agentCollaboratorSummaries": find(self.kind_of["Agent"], call).get("collaborators", [])}

    @operation("DisassociateAgentCollaborator")
    def dismiss(self, call: Call) -> Params:
        """One less."""
        agent = find(self.kind_of["Agent"], call)
        left = [
            each for each in agent.get("collaborators", []) if each["collaboratorId"] != call.params["collaboratorId"]
        ]
        agent.members["collaborators"] = left
        return {}
