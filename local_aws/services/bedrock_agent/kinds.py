"""What Bedrock's build-time service declares: knowledge bases and their jobs, prompts, flows; agents from `agents`."""

from local_aws.framework import ApiError, EmulatedKind, Life, Params, Request
from local_aws.services.bedrock.models import Served, resolve
from local_aws.services.bedrock_agent import agents
from local_aws.services.bedrock_agent.vector_store import open_store

SOURCE_LIFE = Life("CREATING", "AVAILABLE", "DELETING", "UPDATING")
JOB_LIFE = Life("IN_PROGRESS", "COMPLETE", "STOPPING")


def _knowledge_base(call: Request, members: Params) -> Params:
    try:
        model, dimension = embedding_of(call.region, members)
        found = open_store(call.owner.neighbours, call.region, members["storageConfiguration"]).dimension()
    except KeyError as error:
        raise ApiError("ValidationException", f"The stand-in needs {error} of a vector knowledge base.") from error
    except ApiError as error:
        text = f"The knowledge base storage configuration provided is invalid: {error.message}"
        raise ApiError("ValidationException", text) from error
    if found != dimension:
        raise ApiError(
            "ValidationException",
            "The knowledge base storage configuration provided is invalid: "
            f"query vector dimension {dimension} of {model.id} does not match index dimension {found}.",
        )
    return {}


def embedding_of(region: str, knowledge_base: Params) -> tuple[Served, int]:
    """(model, dimension) of a knowledge base's embeddings; ValidationException if the region does not serve it."""
    vector = knowledge_base["knowledgeBaseConfiguration"]["vectorKnowledgeBaseConfiguration"]
    model = resolve(region, vector["embeddingModelArn"])
    if not model.is_embedding:
        raise ApiError("ValidationException", f"{model.id} is not an embedding model.")
    configured = (vector.get("embeddingModelConfiguration") or {}).get("bedrockEmbeddingModelConfiguration") or {}
    if "dimensions" in configured and len(model.dimensions) == 1:
        raise ApiError(
            "ValidationException", f"The specified model {model.id} does not support configurable dimensions."
        )
    return model, int(configured.get("dimensions", model.dimensions[0]))


def _source(_: Request, members: Params) -> Params:
    if members["dataSourceConfiguration"]["type"] != "S3":
        raise ApiError("ValidationException", "The stand-in reads data sources of type S3 only.")
    return {"dataDeletionPolicy": members.get("dataDeletionPolicy", "DELETE")}


def _draft(_: Request, __: Params) -> Params:
    return {"version": agents.DRAFT}


KINDS = (
    EmulatedKind(
        "KnowledgeBase",
        ("knowledgeBaseId",),
        create="CreateKnowledgeBase",
        get="GetKnowledgeBase",
        list="ListKnowledgeBases",
        update="UpdateKnowledgeBase",
        delete="DeleteKnowledgeBase",
        arn="knowledge-base/{knowledgeBaseId}",
        arn_member="knowledgeBaseArn",
        id_prefix="",
        unique="name",
        life=Life("CREATING", "ACTIVE", "DELETING", "UPDATING"),
        prepare=_knowledge_base,
    ),
    EmulatedKind(
        "DataSource",
        ("knowledgeBaseId", "dataSourceId"),
        create="CreateDataSource",
        get="GetDataSource",
        list="ListDataSources",
        update="UpdateDataSource",
        id_prefix="",
        unique="name",
        parents=("KnowledgeBase",),
        orphan="delete",
        life=SOURCE_LIFE,
        prepare=_source,
    ),
    EmulatedKind(
        "IngestionJob",
        ("knowledgeBaseId", "dataSourceId", "ingestionJobId"),
        get="GetIngestionJob",
        id_prefix="",
        parents=("DataSource",),
        orphan="delete",
        life=JOB_LIFE,
    ),
    *agents.KINDS,
    EmulatedKind(
        "Prompt",
        ("id",),
        create="CreatePrompt",
        get="GetPrompt",
        list="ListPrompts",
        delete="DeletePrompt",
        arn="prompt/{id}",
        arn_member="arn",
        id_prefix="",
        params={"promptIdentifier": "id"},
        made_up=True,
        prepare=_draft,
    ),
    EmulatedKind(
        "Flow",
        ("id",),
        create="CreateFlow",
        get="GetFlow",
        list="ListFlows",
        delete="DeleteFlow",
        arn="flow/{id}",
        arn_member="arn",
        id_prefix="",
        params={"flowIdentifier": "id"},
        life=Life("Preparing", "NotPrepared", "Preparing"),
        made_up=True,
        prepare=_draft,
    ),
    EmulatedKind(
        "FlowAlias",
        ("flowId", "id"),
        create="CreateFlowAlias",
        list="ListFlowAliases",
        delete="DeleteFlowAlias",
        arn="flow/{flowId}/alias/{id}",
        arn_member="arn",
        id_prefix="",
        params={"flowIdentifier": "flowId", "aliasIdentifier": "id"},
        made_up=True,
    ),
)
