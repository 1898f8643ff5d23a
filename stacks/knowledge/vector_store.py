"""What the knowledge base needs from a vector store, whichever one it is."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from constructs import IDependable


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
