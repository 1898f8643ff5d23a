"""Rules for knowledge bases, their data sources and their vector indexes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stacks.checks.models import embedding_model
from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import elements, get, known_text, number

KNOWLEDGE_BASE = "AWS::Bedrock::KnowledgeBase"
DATA_SOURCE = "AWS::Bedrock::DataSource"

CONFIGURATIONS = {
    "VECTOR": "VectorKnowledgeBaseConfiguration",
    "KENDRA": "KendraKnowledgeBaseConfiguration",
    "SQL": "SqlKnowledgeBaseConfiguration",
    "MANAGED": "ManagedKnowledgeBaseConfiguration",
}
STORES = {
    "S3_VECTORS": "S3VectorsConfiguration",
    "OPENSEARCH_SERVERLESS": "OpensearchServerlessConfiguration",
    "OPENSEARCH_MANAGED_CLUSTER": "OpensearchManagedClusterConfiguration",
    "RDS": "RdsConfiguration",
    "PINECONE": "PineconeConfiguration",
    "MONGO_DB_ATLAS": "MongoDbAtlasConfiguration",
    "NEPTUNE_ANALYTICS": "NeptuneAnalyticsConfiguration",
}
DIMENSIONS = (
    "KnowledgeBaseConfiguration.VectorKnowledgeBaseConfiguration."
    "EmbeddingModelConfiguration.BedrockEmbeddingModelConfiguration.Dimensions"
)
METADATA_KEYS = ("AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA")
CHUNKING = "VectorIngestionConfiguration.ChunkingConfiguration"


def check_storage(resource: Resource, context: Context) -> Iterator[Problem]:
    """The type, its configuration and the store must be one combination that Bedrock knows."""
    configuration = get(resource.properties, "KnowledgeBaseConfiguration")
    storage = get(resource.properties, "StorageConfiguration")
    kind = known_text(get(configuration, "Type"))
    yield from _same_type("knowledge base", kind, configuration, CONFIGURATIONS)
    if kind == "VECTOR" and storage is None:
        yield Problem(
            "A knowledge base of type VECTOR has no StorageConfiguration, so there is nowhere to keep its vectors.",
            f"Add one of a Type out of {', '.join(STORES)}.",
        )
    elif kind in CONFIGURATIONS and kind != "VECTOR" and storage is not None:
        yield Problem(
            f"A knowledge base of type {kind} takes no StorageConfiguration.", "Remove it, or set the type to VECTOR."
        )
    yield from _same_type("store", known_text(get(storage, "Type")), storage, STORES)


def _same_type(what: str, kind: str | None, configuration: Any, names: Mapping[str, str]) -> Iterator[Problem]:
    wanted = names.get(kind or "")
    present = [name for name in names.values() if get(configuration, name) is not None]
    if wanted is not None and present != [wanted]:
        yield Problem(
            f"The {what} is of type {kind}, but its configuration is {' and '.join(present) or 'missing'}.",
            f"Give it {wanted} and no other, or change its type.",
        )


def check_dimensions(resource: Resource, context: Context) -> Iterator[Problem]:
    """Model, knowledge base and index must agree on the length of a vector."""
    wanted = number(get(resource.properties, DIMENSIONS))
    model = embedding_model(resource, context)
    if wanted is not None and model is not None and wanted not in model.allowed_dimensions:
        yield Problem(
            f"{model.id} does not make vectors of {wanted} dimensions.",
            f"Set Dimensions to one of {', '.join(map(str, model.allowed_dimensions))}.",
        )
    elif wanted is not None and model is not None and not model.chooses_dimensions:
        yield Problem(
            f"{model.id} makes vectors of {wanted} dimensions only and does not take the parameter.",
            "Remove EmbeddingModelConfiguration.",
        )
    if wanted is None and model is not None:
        wanted = model.allowed_dimensions[0]
    for index, dimension in _index_dimensions(resource, context):
        if wanted is not None and dimension is not None and dimension != wanted:
            yield Problem(
                f"The knowledge base makes vectors of {wanted} dimensions, but the index {index.logical_id} "
                f"holds vectors of {dimension}.",
                f"Set both to {wanted}; the index is replaced.",
            )


def _index_dimensions(resource: Resource, context: Context) -> Iterator[tuple[Resource, int | None]]:
    store = "StorageConfiguration.S3VectorsConfiguration"
    index = context.target(resource, f"{store}.IndexArn") or context.target(resource, f"{store}.IndexName")
    if index is not None:
        yield index, number(get(index.properties, "Dimension"))
    opensearch = get(resource.properties, "StorageConfiguration.OpensearchServerlessConfiguration")
    name = known_text(get(opensearch, "VectorIndexName"))
    field = known_text(get(opensearch, "FieldMapping.VectorField"))
    for index in context.assembly.of_type("AWS::OpenSearchServerless::Index"):
        if name is not None and field is not None and known_text(get(index.properties, "IndexName")) == name:
            yield index, number(get(get(index.properties, "Mappings.Properties"), f"{field}.Dimension"))


def check_chunks(resource: Resource, context: Context) -> Iterator[Problem]:
    """No chunk may be longer than the embedding model takes."""
    knowledge_base = context.target(resource, "KnowledgeBaseId")
    model = embedding_model(knowledge_base, context) if knowledge_base is not None else None
    if model is None:
        return
    sizes = _chunk_tokens(get(resource.properties, CHUNKING))
    if sizes is None:
        yield Problem(
            f"Documents go to {model.id} in one piece, but it takes at most {model.max_chunk_tokens} tokens.",
            f"Use FIXED_SIZE chunks of at most {model.max_chunk_tokens} tokens.",
        )
    elif sizes and min(sizes) > model.max_chunk_tokens:
        yield Problem(
            f"Chunks of {min(sizes)} tokens are too long for {model.id}, which takes at most {model.max_chunk_tokens}.",
            f"Set MaxTokens to at most {model.max_chunk_tokens}.",
        )


def _chunk_tokens(chunking: Any) -> Sequence[int] | None:
    """Sizes in tokens, of all levels; None for whole documents. Without configuration Bedrock takes about 300."""
    strategy = known_text(get(chunking, "ChunkingStrategy"))
    if strategy == "NONE":
        return None
    levels = elements(get(chunking, "HierarchicalChunkingConfiguration.LevelConfigurations"))
    sources = {
        "FIXED_SIZE": [get(chunking, "FixedSizeChunkingConfiguration.MaxTokens")],
        "SEMANTIC": [get(chunking, "SemanticChunkingConfiguration.MaxTokens")],
        # Only the smallest level is embedded; the larger ones are what the reader gets.
        "HIERARCHICAL": [get(level, "MaxTokens") for level in levels],
    }
    return [size for size in map(number, sources.get(strategy or "", [])) if size is not None]


def check_deletion(resource: Resource, context: Context) -> Iterator[Problem]:
    """A data source must not try to delete vectors from a store that may be gone already."""
    policy = get(resource.properties, "DataDeletionPolicy")
    if policy is None or known_text(policy) == "DELETE":
        yield Problem(
            "The data source deletes its vectors when it is removed, which fails once the store or the role is gone.",
            "Set DataDeletionPolicy to RETAIN: the vectors go with their index.",
        )


def check_index_metadata(resource: Resource, context: Context) -> Iterator[Problem]:
    """What Bedrock stores beside a vector is too long for filterable metadata."""
    configuration = get(resource.properties, "MetadataConfiguration")
    keys = {known_text(key) for key in elements(get(configuration, "NonFilterableMetadataKeys"))}
    missing = [key for key in METADATA_KEYS if key not in keys]
    if missing and None not in keys:
        yield Problem(
            f"The index keeps {' and '.join(missing)} as filterable metadata, which holds at most 2,048 bytes.",
            f"List {' and '.join(METADATA_KEYS)} in MetadataConfiguration.NonFilterableMetadataKeys.",
        )


RULES = (
    Rule(
        "knowledge-base-storage",
        "A knowledge base has exactly the store that its type names",
        "Creation fails; neither the CloudFormation schema nor boto3 compares type and configuration: "
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_StorageConfiguration.html",
        (KNOWLEDGE_BASE,),
        check_storage,
    ),
    Rule(
        "knowledge-base-dimensions",
        "Embedding model, knowledge base and index agree on the dimensions",
        "Creation or the first ingestion fails, and an index cannot be changed, only replaced: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/knowledge-base-setup.html",
        (KNOWLEDGE_BASE,),
        check_dimensions,
    ),
    Rule(
        "data-source-chunks",
        "Chunks fit the embedding model",
        "Ingestion reports 'expected maxLength: 2048' for every longer chunk: Cohere v3 takes 2,048 characters: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v3.html",
        (DATA_SOURCE,),
        check_chunks,
    ),
    Rule(
        "data-source-deletion",
        "A data source leaves its vectors to the store",
        "The deletion of the stack gets stuck in DELETE_UNSUCCESSFUL: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/kb-data-source-manage.html",
        (DATA_SOURCE,),
        check_deletion,
    ),
    Rule(
        "s3-vectors-metadata",
        "An S3 Vectors index keeps Bedrock's own metadata out of the filters",
        "Documents fail with 'Filterable metadata must have at most 2048 bytes', and the keys cannot be changed later: "
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-bedrock-kb.html",
        ("AWS::S3Vectors::Index",),
        check_index_metadata,
    ),
)
