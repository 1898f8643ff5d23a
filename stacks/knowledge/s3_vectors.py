"""Vectors in S3 Vectors: nothing to pay while idle, gone with the stack."""

from typing import Any

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3vectors as s3vectors
from constructs import Construct, IDependable

from stacks.common.customer_key import CustomerKey
from stacks.common.synthesizer import digest_of
from stacks.knowledge.vector_store import index_name
from stacks.regions import EmbeddingModel

CREATE_ONLY = ("VectorBucketArn", "DataType", "Dimension", "DistanceMetric", "MetadataConfiguration")
"""Of an index, besides its name, in which they are a short hash:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3vectors-index.html"""
ROLE_ACTIONS = (
    "s3vectors:GetIndex",
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "s3vectors:PutVectors",
    "s3vectors:DeleteVectors",
    "s3vectors:QueryVectors",
)
VECTOR_ACTIONS = (
    "s3vectors:GetVectors",
    "s3vectors:ListVectors",
    "s3vectors:PutVectors",
    "s3vectors:DeleteVectors",
    "s3vectors:QueryVectors",
)


class S3VectorStore(Construct):
    """A vector bucket with one index; only the knowledge base's role reads or writes vectors."""

    def __init__(self, scope: Construct, construct_id: str, *, model: EmbeddingModel, key: CustomerKey | None) -> None:
        """Create the construct.

        Args:
            model: makes the vectors.
            key: None for S3's own keys.
        """
        super().__init__(scope, construct_id)
        self._bucket = s3vectors.CfnVectorBucket(
            self,
            "Bucket",
            encryption_configuration=s3vectors.CfnVectorBucket.EncryptionConfigurationProperty(
                sse_type="aws:kms" if key else "AES256", kms_key_arn=key.arn if key else None
            ),
        )
        self._key = key
        self._index = s3vectors.CfnIndex(
            self,
            "Index",
            vector_bucket_arn=self._bucket.attr_vector_bucket_arn,
            data_type="float32",
            index_name=f"{index_name(model)}-{digest_of(*CREATE_ONLY)}",
            dimension=model.dimensions,
            distance_metric="cosine",
            # Bedrock keeps the chunk itself in these two; filterable metadata may hold only 2,048 bytes:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-bedrock-kb.html
            metadata_configuration=s3vectors.CfnIndex.MetadataConfigurationProperty(
                non_filterable_metadata_keys=["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]
            ),
        )

    @property
    def storage(self) -> bedrock.CfnKnowledgeBase.StorageConfigurationProperty:
        """What the knowledge base is told about the store."""
        return bedrock.CfnKnowledgeBase.StorageConfigurationProperty(
            type="S3_VECTORS",
            s3_vectors_configuration=bedrock.CfnKnowledgeBase.S3VectorsConfigurationProperty(
                index_arn=self._index.attr_index_arn
            ),
        )

    @property
    def role_statements(self) -> list[iam.PolicyStatement]:
        """What the knowledge base's role may do here."""
        return [
            iam.PolicyStatement(
                actions=["s3vectors:GetVectorBucket", "s3vectors:ListIndexes"],
                resources=[self._bucket.attr_vector_bucket_arn],
            ),
            iam.PolicyStatement(actions=list(ROLE_ACTIONS), resources=[self._index.attr_index_arn]),
            *(self._key.use_through("s3vectors") if self._key else []),
        ]

    def admit(self, role: iam.IRole) -> list[IDependable]:
        """Refuse the vectors to everybody but the role. Returns what must exist before the knowledge base."""
        policy: dict[str, Any] = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "VectorsOnlyForKnowledgeBase",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": list(VECTOR_ACTIONS),
                    "Resource": self._index.attr_index_arn,
                    "Condition": {"ArnNotEquals": {"aws:PrincipalArn": role.role_arn}},
                }
            ],
        }
        vector_policy = s3vectors.CfnVectorBucketPolicy(
            self, "Policy", vector_bucket_arn=self._bucket.attr_vector_bucket_arn, policy=policy
        )
        return [self._index, vector_policy]
