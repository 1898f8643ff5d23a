"""Knowledge: documents, their vectors, the knowledge base over them, and what keeps it in step."""

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from contract import Output, StackName
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import WorkshopConfig
from stacks.knowledge.bucket import DocumentBucket, OrganiserRole
from stacks.knowledge.knowledge_base import KnowledgeBase
from stacks.knowledge.opensearch import OpenSearchStore
from stacks.knowledge.s3_vectors import S3VectorStore
from stacks.knowledge.sync import DocumentSync
from stacks.knowledge.upload import DocumentUpload
from stacks.knowledge.vector_store import VectorStore


class KnowledgeStack(WorkshopStack):
    """From a Markdown file in `knowledge/docs/` to an answer with a citation."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        log_bucket: s3.IBucket,
        alarm_topic: sns.ITopic,
        key: CustomerKey | None,
    ) -> None:
        """Create the stack.

        Args:
            log_bucket: receives access logs.
            alarm_topic: hears when a document could not be ingested.
        """
        super().__init__(
            scope, StackName.KNOWLEDGE, config=config, description="Documents bucket, vectors and knowledge base"
        )
        workshop_id = config.workshop_id
        self.bucket = DocumentBucket(self, "Documents", log_bucket_name=log_bucket.bucket_name, key=key)
        organisers = OrganiserRole(self, "OrganiserRole", workshop_id=workshop_id, key=key)
        base = KnowledgeBase(
            self,
            "KnowledgeBase",
            workshop_id=workshop_id,
            bucket=self.bucket,
            store=self._vector_store(config, key),
            model=config.embedding_model,
            key=key,
        )
        upload = DocumentUpload(self, "Upload", workshop_id=workshop_id, key=key)
        self.bucket.lock(
            knowledge_base_role=base.role,
            ingest_role=upload.role,
            organiser_role=organisers,
            admin_role_arns=config.access.admin_role_arns,
            organization_id=config.knowledge.organization_id,
            vpc_endpoint_ids=config.knowledge.vpc_endpoint_ids,
        )
        sync = DocumentSync(
            self,
            "Sync",
            workshop_id=workshop_id,
            bucket=self.bucket,
            knowledge_base=base.resource,
            data_source=base.data_source,
            alarm_topic=alarm_topic,
            key=key,
        )
        # The upload's own events must find somebody who listens.
        uploaded = upload.to(self.bucket)
        uploaded.node.add_dependency(*(each for each in sync.node.children if each is not sync.fill))
        sync.fill.node.add_dependency(uploaded)  # so that the job which it asks for finds all documents
        # And nobody may listen when the bucket is emptied: a job that starts then makes the data source undeletable.
        sync.rule.node.add_dependency(self.bucket.node.find_child("AutoDeleteObjectsCustomResource"))
        self.knowledge_base = base.resource
        self.publish(Output.KNOWLEDGE_BUCKET_NAME, self.bucket.bucket_name, "Documents are under docs/")
        self.publish(Output.KNOWLEDGE_BASE_ID, base.resource.attr_knowledge_base_id, "Answers from the documents")
        self.publish(Output.DATA_SOURCE_ID, base.data_source.attr_data_source_id, "Data source of the documents")
        self.publish(Output.ORGANISER_ROLE_ARN, organisers.role_arn, "Assume this role to change documents")
        self.publish(Output.SYNC_DEAD_LETTER_QUEUE_URL, sync.dead_letters.queue_url, "Changes that were not ingested")

    def _vector_store(self, config: WorkshopConfig, key: CustomerKey | None) -> VectorStore:
        model = config.embedding_model
        if config.knowledge.vector_store == "opensearch":
            return OpenSearchStore(self, "OpenSearch", workshop_id=config.workshop_id, model=model, key=key)
        return S3VectorStore(self, "Vectors", model=model, key=key)
