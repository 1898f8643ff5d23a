"""What the knowledge base and its vector store use."""

from collections.abc import Iterator

from workshop.cost.assembly import DeclaredResource
from workshop.cost.prices import HOURS_PER_MONTH, tokens
from workshop.cost.usage import Circumstances, Usage

OCU = "OpenSearch Serverless OCU"
OPENSEARCH = "OpenSearch Serverless"
CLASSIC_OCUS = {"ENABLED": 2.0, "DISABLED": 1.0}
"""OCUs that a collection outside of a group keeps for ever, by its standby replicas."""


def knowledge_base(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A knowledge base: all documents are embedded once, and every question; retrieval itself is free of charge."""
    embedded = c.assumptions.document_tokens + c.agents * c.questions * c.assumptions.question_tokens
    yield Usage("Embedding model", tokens(c.config.embedding_model.id, "input"), day=embedded)


def index(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """An index of S3 Vectors: one search a question, and the stored vectors with their text."""
    gb = c.assumptions.bucket_gb / 10
    yield Usage("S3 Vectors", "S3 Vectors query", day=c.agents * c.questions)
    yield Usage("S3 Vectors", "S3 Vectors storage", always=gb / HOURS_PER_MONTH)


def collection_group(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A collection group: its minimum always, and its maximum while the workshop searches and indexes.

    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scale-to-zero.html
    """
    limits = resource.properties["CapacityLimits"]
    search, indexing = limits["MinSearchCapacityInOcu"], limits["MinIndexingCapacityInOcu"]
    more_search = (limits["MaxSearchCapacityInOcu"] - search) * c.assumptions.hours
    more_indexing = (limits["MaxIndexingCapacityInOcu"] - indexing) * c.assumptions.indexing_hours
    yield Usage(OPENSEARCH, OCU, always=search + indexing, day=more_search + more_indexing)


def collection(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A collection: in a group it is charged there, alone it never sleeps."""
    if "CollectionGroupName" not in resource.properties:
        yield Usage(OPENSEARCH, OCU, always=CLASSIC_OCUS[resource.properties.get("StandbyReplicas", "ENABLED")])


METERS = {
    "AWS::Bedrock::KnowledgeBase": knowledge_base,
    "AWS::OpenSearchServerless::Collection": collection,
    "AWS::OpenSearchServerless::CollectionGroup": collection_group,
    "AWS::S3Vectors::Index": index,
}
