"""What the knowledge base needs from a vector store, whichever one it is."""

import re
from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from constructs import IDependable

from stacks.regions import EmbeddingModel


def index_name(model: EmbeddingModel) -> str:
    """Such as `cohere-embed-multilingual-v3-1024`.

    Another model makes another index, also of vectors of the same length: in the old one a new knowledge base would
    find the vectors of its predecessor, with which its own have nothing in common.
    """
    return f"{re.sub('[^a-z0-9]+', '-', model.id.lower())}-{model.dimensions}"


class VectorStore(Protocol):
    """Met by `S3VectorStore` and `OpenSearchStore`."""

    @property
    def storage(self) -> bedrock.CfnKnowledgeBase.StorageConfigurationProperty:
        """What the knowledge base is told about the store; it cannot be changed later."""

    @property
    def role_statements(self) -> list[iam.PolicyStatement]:
        """What the knowledge base's role may do in the store."""

    def admit(self, role: iam.IRole) -> Sequence[IDependable]:
        """Let the role in. Returns what must exist before the knowledge base is created."""
