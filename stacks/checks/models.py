"""Rules for model ids: the region must serve the model, under that prefix, and the role must be allowed to call it."""

import re
from collections.abc import Iterator
from typing import Any

from stacks.checks.policies import IDENTITY_POLICIES, identity_statements
from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import get, known, objects, render
from stacks.regions import EmbeddingModel

EMBEDDING_MODEL = "KnowledgeBaseConfiguration.VectorKnowledgeBaseConfiguration.EmbeddingModelArn"
CHAT_MODEL = {
    "AWS::Bedrock::Agent": "FoundationModel",
    "AWS::BedrockAgentCore::Harness": "Model.BedrockModelConfig.ModelId",
}
INVOKE = ("bedrock:invokemodel", "bedrock:invokemodelwithresponsestream", "bedrock:invokemodel*", "bedrock:*")
_ARN_TAIL = re.compile(r".*:(foundation-model|inference-profile)/")


def model_id(value: Any) -> str | None:
    """Id of a model that is given by id or ARN; None if it is absent or only the deployment knows it."""
    text = _ARN_TAIL.sub("", render(value))
    return text if known(text) else None


def embedding_model(knowledge_base: Resource, context: Context) -> EmbeddingModel | None:
    """What the region's table says about the embedding model of a knowledge base."""
    name = model_id(get(knowledge_base.properties, EMBEDDING_MODEL))
    return context.region.embedding_model(name) if name else None


def check_embedding_model(resource: Resource, context: Context) -> Iterator[Problem]:
    """The region must have the embedding model."""
    name = model_id(get(resource.properties, EMBEDDING_MODEL))
    if name is None or context.region.embedding_model(name):
        return
    yield Problem(
        f"{context.region.name} does not serve the embedding model {name}.",
        f"Use one of {', '.join(model.id for model in context.region.embedding_models)} (stacks/regions.toml).",
    )


def check_chat_model(resource: Resource, context: Context) -> Iterator[Problem]:
    """The region must have the chat model, under this prefix."""
    for name in filter(None, map(model_id, _chat_models(resource))):
        if context.region.chat_model(name) is None:
            yield Problem(
                f"{context.region.name} does not serve the chat model {name}.",
                f"Use one of {', '.join(model.id for model in context.region.chat_models)} (stacks/regions.toml); "
                "the prefix is part of the id.",
            )


def _chat_models(resource: Resource) -> Iterator[Any]:
    path = CHAT_MODEL.get(resource.type)
    if path is not None:
        yield get(resource.properties, path)
    for variant in objects(get(resource.properties, "Variants")):
        yield get(variant, "ModelId")


def check_profile_permission(resource: Resource, context: Context) -> Iterator[Problem]:
    """Who may call a profile must also be allowed to call the model in every region to which the profile routes."""
    allowed = {
        text
        for statement in identity_statements(resource)
        if statement.allows and {action.lower() for action in statement.actions} & set(INVOKE)
        for text in statement.resources
    }
    for model in context.region.chat_models:
        if not any(text.endswith(f":inference-profile/{model.id}") for text in allowed):
            continue
        needed = [*model.destination_regions, *([""] if model.is_global else [])]
        missing = [
            region for region in needed if not _allows_model(allowed, model.foundation_model_id, region, context)
        ]
        if missing:
            yield Problem(
                f"The policy allows the inference profile {model.id}, but not its model in "
                f"{', '.join(region or '(no region)' for region in missing)}.",
                f"Allow foundation-model/{model.foundation_model_id} there, as stacks/common/bedrock_models.py does.",
                detail=model.id,
            )


def _allows_model(allowed: set[str], name: str, region: str, context: Context) -> bool:
    regions = {region, "*"} | ({"${AWS::Region}"} if region == context.region.name else set())
    return any(
        text == "*" or any(text.endswith(f":bedrock:{place}::foundation-model/{name}") for place in regions)
        for text in allowed
    )


RULES = (
    Rule(
        "embedding-model",
        "The region serves the embedding model",
        "The knowledge base fails to be created; Singapore, for one, has no Titan embeddings: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/models-regions.html",
        ("AWS::Bedrock::KnowledgeBase",),
        check_embedding_model,
    ),
    Rule(
        "chat-model",
        "The region serves the chat model under this id",
        "The first call fails with 'on-demand throughput isn't supported' or 'model identifier is invalid': "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html",
        ("AWS::Bedrock::Agent", "AWS::Bedrock::Prompt", "AWS::BedrockAgentCore::Harness"),
        check_chat_model,
    ),
    Rule(
        "inference-profile-permission",
        "Whoever may call an inference profile may call its model in every destination region",
        "Calls fail with AccessDenied whenever Bedrock routes them to a region that is not listed: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html",
        IDENTITY_POLICIES,
        check_profile_permission,
    ),
)
