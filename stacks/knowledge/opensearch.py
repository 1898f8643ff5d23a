"""Vectors in OpenSearch Serverless, next generation: scales to zero after ten idle minutes."""

import json

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct, IDependable

from stacks.common.customer_key import CustomerKey
from stacks.common.roles import cloudformation_role_arn
from stacks.knowledge.vector_store import index_name
from stacks.knowledge.wait import Waits
from stacks.regions import EmbeddingModel

PROPAGATION_SECONDS = 75
"""Access policies take up to a minute to be in force, and so does a new index to be found:
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html"""
VECTOR_FIELD, TEXT_FIELD, METADATA_FIELD = "vector", "text", "metadata"


class OpenSearchStore(Construct):
    """A collection in a group of its own, its three policies, and the index.

    The names are fixed by the workshop id, because the policies name the collection before it exists.
    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scale-to-zero.html
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, model: EmbeddingModel, key: CustomerKey | None
    ) -> None:
        """Create the construct.

        Args:
            model: makes the vectors.
        """
        super().__init__(scope, construct_id)
        self._waits = Waits(self, "Wait", workshop_id=workshop_id, key=key)
        self._name = workshop_id
        self._model = model
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}
        encryption = aoss.CfnSecurityPolicy(
            self,
            "Encryption",
            name=f"{self._name}-enc",
            type="encryption",
            policy=cdk.Stack.of(self).to_json_string(
                {"Rules": [rule], **({"KmsARN": key.arn} if key else {"AWSOwnedKey": True})}
            ),
        )
        network = aoss.CfnSecurityPolicy(
            self,
            "Network",
            name=f"{self._name}-net",
            type="network",
            # Public, because CloudFormation makes the index from outside; the access policy decides who gets in.
            policy=json.dumps([{"Rules": [rule], "AllowFromPublic": True}]),
        )
        group = aoss.CfnCollectionGroup(
            self,
            "Group",
            name=self._name,
            generation="NEXTGEN",
            # The only value that this generation takes; it scales to zero all the same.
            standby_replicas="ENABLED",
            capacity_limits=aoss.CfnCollectionGroup.CapacityLimitsProperty(
                min_indexing_capacity_in_ocu=0,
                max_indexing_capacity_in_ocu=2,
                min_search_capacity_in_ocu=0,
                max_search_capacity_in_ocu=2,
            ),
        )
        self._collection = aoss.CfnCollection(
            self,
            "Collection",
            name=self._name,
            type="VECTORSEARCH",
            collection_group_name=self._name,
            standby_replicas="ENABLED",
        )
        for needed in (encryption, network, group):
            self._collection.add_resource_dependency(needed)

    @property
    def storage(self) -> bedrock.CfnKnowledgeBase.StorageConfigurationProperty:
        """What the knowledge base is told about the store."""
        configuration = bedrock.CfnKnowledgeBase.OpenSearchServerlessConfigurationProperty(
            collection_arn=self._collection.attr_arn,
            vector_index_name=index_name(self._model),
            field_mapping=bedrock.CfnKnowledgeBase.OpenSearchServerlessFieldMappingProperty(
                vector_field=VECTOR_FIELD, text_field=TEXT_FIELD, metadata_field=METADATA_FIELD
            ),
        )
        return bedrock.CfnKnowledgeBase.StorageConfigurationProperty(
            type="OPENSEARCH_SERVERLESS", opensearch_serverless_configuration=configuration
        )

    @property
    def role_statements(self) -> list[iam.PolicyStatement]:
        """What the knowledge base's role may do here; the access policy says the rest."""
        return [iam.PolicyStatement(actions=["aoss:APIAccessAll"], resources=[self._collection.attr_arn])]

    def admit(self, role: iam.IRole) -> list[IDependable]:
        """Let the role and CloudFormation in and make the index. Returns what must exist before the knowledge base.

        Too early, CloudFormation is refused the index with 403, and the knowledge base its store with `The knowledge
        base storage configuration provided is invalid`.
        """
        stack = cdk.Stack.of(self)
        deployer = cloudformation_role_arn(stack)
        rules = [
            {
                "ResourceType": "index",
                "Resource": [f"index/{self._name}/*"],
                "Permission": [
                    f"aoss:{action}"
                    for action in ("CreateIndex", "DescribeIndex", "UpdateIndex", "DeleteIndex", "ReadDocument")
                ]
                + ["aoss:WriteDocument"],
            },
            {
                "ResourceType": "collection",
                "Resource": [f"collection/{self._name}"],
                # CreateIndex is refused without the right to create items, whatever the rule for the index says.
                "Permission": ["aoss:CreateCollectionItems", "aoss:DescribeCollectionItems"],
            },
        ]
        access = aoss.CfnAccessPolicy(
            self,
            "Access",
            name=f"{self._name}-data",
            type="data",
            policy=stack.to_json_string([{"Rules": rules, "Principal": [role.role_arn, deployer]}]),
        )
        index = aoss.CfnIndex(
            self,
            "Index",
            collection_endpoint=self._collection.attr_collection_endpoint,
            index_name=index_name(self._model),
            settings=aoss.CfnIndex.IndexSettingsProperty(index=aoss.CfnIndex.IndexProperty(knn=True)),
            mappings=aoss.CfnIndex.MappingsProperty(
                properties={
                    VECTOR_FIELD: aoss.CfnIndex.PropertyMappingProperty(
                        type="knn_vector",
                        dimension=self._model.dimensions,
                        # No engine: this generation has one only, and refuses to be told its name.
                        method=aoss.CfnIndex.MethodProperty(name="hnsw", space_type="cosinesimil"),
                    ),
                    TEXT_FIELD: aoss.CfnIndex.PropertyMappingProperty(type="text", index=True),
                    METADATA_FIELD: aoss.CfnIndex.PropertyMappingProperty(type="text", index=False),
                }
            ),
        )
        index.node.add_dependency(self._waits.after(access, seconds=PROPAGATION_SECONDS, value=role.role_arn))
        new = f"{self._collection.attr_collection_endpoint}/{index_name(self._model)}"
        return [self._waits.after(index, seconds=PROPAGATION_SECONDS, value=new)]
