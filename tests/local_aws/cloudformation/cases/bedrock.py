"""Knowledge bases, guardrails and agents."""

from typing import Any

from tests.local_aws.cloudformation.cases.case import (
    MODEL,
    REGION,
    ROLE,
    WITH_ROLE,
    Case,
    Change,
    Properties,
    by,
    get,
    resource,
)
from tests.local_aws.cloudformation.cases.s3vectors import BUCKET, index
from tests.local_aws.conftest import ACCOUNT, Clients

EMBEDDING = f"arn:aws:bedrock:{REGION}::foundation-model/cohere.embed-multilingual-v3"
GUARDRAIL_PROFILE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail-profile/apac.guardrail.v1:0"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tool"
STORE = {**WITH_ROLE, **BUCKET, "Index": resource("AWS::S3Vectors::Index", **index())}


def _knowledge_base(**more: Any) -> Properties:
    vector = {"EmbeddingModelArn": EMBEDDING}
    return {
        "Name": "base",
        "RoleArn": ROLE,
        "KnowledgeBaseConfiguration": {"Type": "VECTOR", "VectorKnowledgeBaseConfiguration": vector},
        "StorageConfiguration": {
            "Type": "S3_VECTORS",
            "S3VectorsConfiguration": {"IndexArn": get("Index", "IndexArn")},
        },
        **more,
    }


BASE = {"Base": resource("AWS::Bedrock::KnowledgeBase", **_knowledge_base())}
OTHER_STORE = {"OtherIndex": resource("AWS::S3Vectors::Index", **index())}
OTHER_INDEX = {"Type": "S3_VECTORS", "S3VectorsConfiguration": {"IndexArn": get("OtherIndex", "IndexArn")}}


def _data_source(prefix: str, tokens: int = 300) -> Properties:
    chunks = {"MaxTokens": tokens, "OverlapPercentage": 10}
    return {
        "Name": f"documents-{tokens}",
        "KnowledgeBaseId": {"Ref": "Base"},
        "DataSourceConfiguration": {
            "Type": "S3",
            "S3Configuration": {"BucketArn": get("Bucket", "Arn"), "InclusionPrefixes": [prefix]},
        },
        "DataDeletionPolicy": "RETAIN",
        "VectorIngestionConfiguration": {
            "ChunkingConfiguration": {"ChunkingStrategy": "FIXED_SIZE", "FixedSizeChunkingConfiguration": chunks}
        },
    }


def _guardrail(**more: Any) -> Properties:
    return {
        "Name": "guard",
        "BlockedInputMessaging": "No.",
        "BlockedOutputsMessaging": "No.",
        "CrossRegionConfig": {"GuardrailProfileArn": GUARDRAIL_PROFILE},
        "ContentPolicyConfig": {
            "FiltersConfig": [{"Type": "HATE", "InputStrength": "HIGH", "OutputStrength": "HIGH"}],
            "ContentFiltersTierConfig": {"TierName": "STANDARD"},
        },
        **more,
    }


def _agent(**more: Any) -> Properties:
    return {
        "AgentName": "agent",
        "AgentResourceRoleArn": ROLE,
        "FoundationModel": MODEL,
        "Instruction": "Help the attendees of the workshop with all of their questions.",
        "AutoPrepare": True,
        **more,
    }


def _action_group(name: str) -> Properties:
    functions = [{"Name": "ask", "Description": "Ask for a helper"}]
    executor = {"Lambda": FUNCTION}
    return {"ActionGroupName": name, "ActionGroupExecutor": executor, "FunctionSchema": {"Functions": functions}}


def _agent_there(clients: Clients, reference: str) -> Any:
    client = clients("bedrock-agent")
    draft = {"agentId": reference, "agentVersion": "DRAFT"}
    groups = client.list_agent_action_groups(**draft)["actionGroupSummaries"]
    bases = client.list_agent_knowledge_bases(**draft)["agentKnowledgeBaseSummaries"]
    return {
        "groups": sorted(group["actionGroupName"] for group in groups),
        "bases": len(bases),
        **client.get_agent(agentId=reference)["agent"],
    }


CASES = (
    Case(
        "AWS::Bedrock::KnowledgeBase",
        _knowledge_base(),
        by("bedrock-agent", "get_knowledge_base", "knowledgeBaseId", at="knowledgeBase"),
        in_place=Change({"Description": "changed"}, {"description": "changed"}),
        replace={"Name": "other", "StorageConfiguration": OTHER_INDEX},
        needs=STORE | OTHER_STORE,
    ),
    Case(
        "AWS::Bedrock::DataSource",
        _data_source("docs/"),
        by("bedrock-agent", "get_data_source", "knowledgeBaseId", "dataSourceId", at="dataSource"),
        in_place=Change(
            _data_source("other/"), {"dataSourceConfiguration.s3Configuration.inclusionPrefixes.0": "other/"}
        ),
        replace=_data_source("other/", tokens=200),
        needs=STORE | BASE | {"Bucket": resource("AWS::S3::Bucket")},
    ),
    Case(
        "AWS::Bedrock::Guardrail",
        _guardrail(),
        by("bedrock", "get_guardrail", "guardrailIdentifier"),
        in_place=Change(
            {"WordPolicyConfig": {"WordsConfig": [{"Text": "cheating"}]}},
            {"wordPolicy.words.0.text": "cheating", "contentPolicy.tier.tierName": "STANDARD"},
        ),
    ),
    Case(
        "AWS::Bedrock::GuardrailVersion",
        {"GuardrailIdentifier": get("Guard", "GuardrailId"), "Description": "first"},
        by("bedrock", "get_guardrail", "guardrailIdentifier", "guardrailVersion"),
        replace={"Description": "second"},
        needs={"Guard": resource("AWS::Bedrock::Guardrail", **_guardrail())},
    ),
    Case(
        "AWS::Bedrock::Agent",
        _agent(ActionGroups=[_action_group("desk")]),
        _agent_there,
        in_place=Change(
            {
                "ActionGroups": [_action_group("predict"), _action_group("language")],
                "KnowledgeBases": [{"KnowledgeBaseId": {"Ref": "Base"}, "Description": "About the workshop"}],
                "Description": "changed",
            },
            {"groups": ["language", "predict"], "bases": 1, "description": "changed", "agentStatus": "PREPARED"},
        ),
        needs=STORE | BASE,
    ),
    Case(
        "AWS::Bedrock::AgentAlias",
        {"AgentAliasName": "live", "AgentId": {"Ref": "Agent"}},
        by("bedrock-agent", "get_agent_alias", "agentId", "agentAliasId", at="agentAlias"),
        in_place=Change({"Description": "changed"}, {"description": "changed"}),
        replace={"AgentId": {"Ref": "OtherAgent"}},
        needs=WITH_ROLE
        | {
            "Agent": resource("AWS::Bedrock::Agent", **_agent()),
            "OtherAgent": resource("AWS::Bedrock::Agent", **_agent(AgentName="other")),
        },
    ),
)
