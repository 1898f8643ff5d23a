"""Knowledge bases, guardrails and agents of Amazon Bedrock."""

from typing import Any

from local_aws.cloudformation import shapes
from local_aws.cloudformation.api import Api
from local_aws.cloudformation.model import Applied, Part, ResourceType

DRAFT = "DRAFT"


def _attach_to_agent(applied: Applied) -> None:
    """Action groups and knowledge bases of the working draft, then the preparation that the template asks for."""
    agent_id = applied.attributes["AgentId"]
    _synchronise_action_groups(applied, agent_id)
    _synchronise_knowledge_bases(applied, agent_id)
    if applied.new.get("AutoPrepare"):
        applied.api.call("PrepareAgent", {"agentId": agent_id})


def _synchronise_action_groups(applied: Applied, agent_id: str) -> None:
    draft = {"agentId": agent_id, "agentVersion": DRAFT}
    listed = applied.api.call("ListAgentActionGroups", dict(draft))["actionGroupSummaries"]
    there = {group["actionGroupName"]: group["actionGroupId"] for group in listed}
    wanted = {group["ActionGroupName"]: group for group in applied.new.get("ActionGroups", [])}
    for name in sorted(there.keys() - wanted.keys()):
        gone = {**draft, "actionGroupId": there[name], "skipResourceInUseCheck": True}
        applied.api.call("DeleteAgentActionGroup", gone)
    for name, group in wanted.items():
        found = {"actionGroupId": there[name]} if name in there else {}
        _send(applied.api, "UpdateAgentActionGroup" if found else "CreateAgentActionGroup", group, {**draft, **found})


def _synchronise_knowledge_bases(applied: Applied, agent_id: str) -> None:
    draft = {"agentId": agent_id, "agentVersion": DRAFT}
    listed = applied.api.call("ListAgentKnowledgeBases", dict(draft))["agentKnowledgeBaseSummaries"]
    there = {link["knowledgeBaseId"] for link in listed}
    wanted = {link["KnowledgeBaseId"]: link for link in applied.new.get("KnowledgeBases", [])}
    for knowledge_base_id in sorted(there - wanted.keys()):
        applied.api.call("DisassociateAgentKnowledgeBase", {**draft, "knowledgeBaseId": knowledge_base_id})
    for knowledge_base_id, link in wanted.items():
        known = knowledge_base_id in there
        _send(applied.api, "UpdateAgentKnowledgeBase" if known else "AssociateAgentKnowledgeBase", link, draft)


def _send(api: Api, operation: str, properties: dict[str, Any], more: dict[str, Any]) -> None:
    kept = {name: value for name, value in properties.items() if name != "SkipResourceInUseCheckOnDelete"}
    api.call(operation, shapes.to_api(kept, shapes.input_members(api.operation(operation))) | more)


TYPES = (
    ResourceType(
        name="AWS::Bedrock::KnowledgeBase",
        service="bedrock-agent",
        create="CreateKnowledgeBase",
        read="GetKnowledgeBase",
        update="UpdateKnowledgeBase",
        delete="DeleteKnowledgeBase",
        identify={"knowledgeBaseId": Part("KnowledgeBaseId")},
        at="knowledgeBase",
        arn="{KnowledgeBaseArn}",
    ),
    ResourceType(
        name="AWS::Bedrock::DataSource",
        service="bedrock-agent",
        create="CreateDataSource",
        read="GetDataSource",
        update="UpdateDataSource",
        delete="DeleteDataSource",
        identify={"knowledgeBaseId": Part("KnowledgeBaseId"), "dataSourceId": Part("DataSourceId")},
        at="dataSource",
    ),
    ResourceType(
        name="AWS::Bedrock::Guardrail",
        service="bedrock",
        create="CreateGuardrail",
        read="GetGuardrail",
        update="UpdateGuardrail",
        delete="DeleteGuardrail",
        identify={"guardrailIdentifier": Part("GuardrailArn")},
        renames={
            "KmsKeyArn": "kmsKeyId",
            "CrossRegionConfig.GuardrailProfileArn": "guardrailProfileIdentifier",
            "ContentPolicyConfig.ContentFiltersTierConfig": "tierConfig",
            "TopicPolicyConfig.TopicsTierConfig": "tierConfig",
        },
        arn="{GuardrailArn}",
    ),
    ResourceType(
        name="AWS::Bedrock::GuardrailVersion",
        service="bedrock",
        create="CreateGuardrailVersion",
        read="GetGuardrail",
        delete="DeleteGuardrail",
        identify={"guardrailIdentifier": Part("GuardrailId"), "guardrailVersion": Part("Version")},
    ),
    ResourceType(
        name="AWS::Bedrock::Agent",
        service="bedrock-agent",
        create="CreateAgent",
        read="GetAgent",
        update="UpdateAgent",
        delete="DeleteAgent",
        identify={"agentId": Part("AgentId")},
        at="agent",
        arn="{AgentArn}",
        status="agentStatus",
        on_delete={"skipResourceInUseCheck": True},
        hooked=frozenset(
            {"ActionGroups", "KnowledgeBases", "AutoPrepare", "SkipResourceInUseCheckOnDelete", "TestAliasTags"}
        ),
        apply=_attach_to_agent,
    ),
    ResourceType(
        name="AWS::Bedrock::AgentAlias",
        service="bedrock-agent",
        create="CreateAgentAlias",
        read="GetAgentAlias",
        update="UpdateAgentAlias",
        delete="DeleteAgentAlias",
        identify={"agentId": Part("AgentId"), "agentAliasId": Part("AgentAliasId")},
        at="agentAlias",
        arn="{AgentAliasArn}",
        status="agentAliasStatus",
    ),
)
