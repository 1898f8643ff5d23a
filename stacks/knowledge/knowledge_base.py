"""The Bedrock knowledge base over the documents bucket, and its data source."""

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from contract import DOCUMENTS_PREFIX
from stacks.common.acknowledge import acknowledge, nag_text
from stacks.common.bedrock_models import embedding_model_arn
from stacks.common.customer_key import CustomerKey
from stacks.common.roles import ServiceRole
from stacks.common.synthesizer import digest_of
from stacks.knowledge.vector_store import VectorStore
from stacks.regions import EmbeddingModel

CHUNK_OVERLAP_PERCENT = 20
MAX_CHUNK_TOKENS = 300
"""A question is answered by one paragraph of the documents; the embedding model may ask for less."""


class KnowledgeBase(Construct):
    """Role, knowledge base and data source.

    What cannot be changed in place is in the names as a short hash, so that a replacement never meets its predecessor:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-bedrock-knowledgebase.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        bucket: s3.IBucket,
        store: VectorStore,
        model: EmbeddingModel,
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            bucket: its documents are under `docs/`.
            store: empty, of the model's dimensions.
        """
        super().__init__(scope, construct_id)
        self._stack = cdk.Stack.of(self)
        self._chunk_tokens = min(MAX_CHUNK_TOKENS, model.max_chunk_tokens)
        self.role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service="bedrock.amazonaws.com",
            description="The knowledge base reads documents, embeds them and keeps the vectors",
            source_arn=self._stack.format_arn(service="bedrock", resource="knowledge-base", resource_name="*"),
            statements={
                "ReadDocuments": _read_documents(bucket),
                "Embed": [iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[embedding_model_arn(model)])],
                "KeepVectors": store.role_statements,
                "Key": key.use_through("bedrock", "s3") if key else [],
            },
        )
        acknowledge(
            self.role,
            f"AwsSolutions-IAM5[Resource::{nag_text(self._stack, bucket.arn_for_objects(f'{DOCUMENTS_PREFIX}*'))}]",
            "The knowledge base reads every document, and nothing outside the documents' prefix",
        )
        self.resource = bedrock.CfnKnowledgeBase(
            self,
            "KnowledgeBase",
            name=f"{workshop_id}-{digest_of('KnowledgeBaseConfiguration', 'StorageConfiguration')}",
            description="Documents about the workshop, Vietnamese and English",
            role_arn=self.role.role_arn,
            knowledge_base_configuration=_vector_configuration(model),
            storage_configuration=store.storage,
        )
        self.resource.node.add_dependency(self.role, *store.admit(self.role))
        self.data_source = self._data_source(
            f"{workshop_id}-documents-{digest_of('VectorIngestionConfiguration')}", bucket, key
        )

    def _data_source(self, name: str, bucket: s3.IBucket, key: CustomerKey | None) -> bedrock.CfnDataSource:
        source = bedrock.CfnDataSource
        return source(
            self,
            "Documents",
            name=name,
            knowledge_base_id=self.resource.attr_knowledge_base_id,
            # DELETE wedges when the role or the index is gone first; the index is deleted with the stack anyway.
            data_deletion_policy="RETAIN",
            server_side_encryption_configuration=(
                source.ServerSideEncryptionConfigurationProperty(kms_key_arn=key.arn) if key else None
            ),
            data_source_configuration=source.DataSourceConfigurationProperty(
                type="S3",
                s3_configuration=source.S3DataSourceConfigurationProperty(
                    bucket_arn=bucket.bucket_arn,
                    bucket_owner_account_id=self._stack.account,
                    inclusion_prefixes=[DOCUMENTS_PREFIX],
                ),
            ),
            vector_ingestion_configuration=source.VectorIngestionConfigurationProperty(
                chunking_configuration=source.ChunkingConfigurationProperty(
                    chunking_strategy="FIXED_SIZE",
                    fixed_size_chunking_configuration=source.FixedSizeChunkingConfigurationProperty(
                        max_tokens=self._chunk_tokens, overlap_percentage=CHUNK_OVERLAP_PERCENT
                    ),
                )
            ),
        )


def _vector_configuration(model: EmbeddingModel) -> bedrock.CfnKnowledgeBase.KnowledgeBaseConfigurationProperty:
    base = bedrock.CfnKnowledgeBase
    return base.KnowledgeBaseConfigurationProperty(
        type="VECTOR",
        vector_knowledge_base_configuration=base.VectorKnowledgeBaseConfigurationProperty(
            embedding_model_arn=embedding_model_arn(model),
            embedding_model_configuration=(
                base.EmbeddingModelConfigurationProperty(
                    bedrock_embedding_model_configuration=base.BedrockEmbeddingModelConfigurationProperty(
                        dimensions=model.dimensions, embedding_data_type="FLOAT32"
                    )
                )
                if model.chooses_dimensions
                else None
            ),
        ),
    )


def _read_documents(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    own_account = {"StringEquals": {"aws:ResourceAccount": cdk.Aws.ACCOUNT_ID}}
    return [
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=own_account),
        iam.PolicyStatement(
            actions=["s3:GetObject"],
            resources=[bucket.arn_for_objects(f"{DOCUMENTS_PREFIX}*")],
            conditions=own_account,
        ),
    ]
