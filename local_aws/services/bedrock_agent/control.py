"""Bedrock's build-time service: knowledge bases with ingestion here, agents in `bedrock_agents`.

Real here: a knowledge base refuses a store that is missing or has other dimensions than its model; ingestion reads the
bucket, its sidecars, chunks, embeds and writes the vectors, removes those of vanished documents, counts, and runs once
per data source at a time; a data source whose store has gone cannot delete its data. Not here: roles and their
permissions, other sources than S3, parsing, flows, prompts' content checks.
"""

from typing import ClassVar

from local_aws.framework import ApiError, Call, Codes, Kind, Life, Params, Record, StandIn, Tagging, World, operation
from local_aws.framework.crud import answer, delete, find, listing, new_record
from local_aws.services.backend import Backend
from local_aws.services.bedrock.models import Served, resolve, vectors
from local_aws.services.bedrock_agent import agents as bedrock_agents
from local_aws.services.bedrock_agent.ingestion import Document, Ingestion
from local_aws.services.bedrock_agent.vector_store import VectorStore, open_store
from local_aws.services.vectors.opensearchserverless import OpenSearchServerless
from local_aws.services.vectors.s3vectors import S3Vectors

SOURCE_LIFE = Life("CREATING", "AVAILABLE", "DELETING", "UPDATING")
JOB_LIFE = Life("IN_PROGRESS", "COMPLETE", "STOPPING")


def _knowledge_base(call: Call, members: Params) -> Params:
    if not isinstance(call.owner, BedrockAgent):
        return {}
    try:
        model, dimension = embedding_of(call.region, members)
        found = call.owner.open_store(call.region, members["storageConfiguration"]).dimension()
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
    return model, int(configured.get("dimensions", model.dimensions[0]))


def _source(_: Call, members: Params) -> Params:
    if members["dataSourceConfiguration"]["type"] != "S3":
        raise ApiError("ValidationException", "The stand-in reads data sources of type S3 only.")
    return {"dataDeletionPolicy": members.get("dataDeletionPolicy", "DELETE")}


def _no_documents(call: Call, record: Record) -> None:
    if isinstance(call.owner, BedrockAgent):
        call.owner.forget_documents(record.key)


class BedrockAgent(StandIn):
    """Knowledge bases, data sources, ingestion jobs; agents and what belongs to them."""

    service = "bedrock-agent"
    scope = "bedrock"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds: ClassVar[tuple[Kind, ...]] = (
        Kind(
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
        Kind(
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
            after_delete=_no_documents,
        ),
        Kind(
            "IngestionJob",
            ("knowledgeBaseId", "dataSourceId", "ingestionJobId"),
            get="GetIngestionJob",
            id_prefix="",
            parents=("DataSource",),
            orphan="delete",
            life=JOB_LIFE,
        ),
        *bedrock_agents.KINDS,
    )

    def __init__(self, world: World, backend: Backend, s3vectors: S3Vectors, opensearch: OpenSearchServerless) -> None:
        super().__init__(world)
        self._backend = backend
        self._s3vectors = s3vectors
        self._opensearch = opensearch
        self._documents: dict[tuple[str, ...], dict[str, Document]] = {}

    def open_store(self, region: str, storage: Params) -> VectorStore:
        """The vector store of a storageConfiguration."""
        return open_store(self._s3vectors, self._opensearch, region, storage)

    def forget_documents(self, source: tuple[str, ...]) -> None:
        """Drop what is known of a deleted data source's documents."""
        self._documents.pop(source, None)

    @operation("StartIngestionJob")
    def start_job(self, call: Call) -> Params:
        """Run a job to its end; it looks unfinished for as long as the world's delay says."""
        kind = self.kind_of["IngestionJob"]
        with self.world.lock:
            source = find(self.kind_of["DataSource"], call)
            self._refuse_running(call, source.key)
            job = new_record(kind, call, self.model.operation_model(call.operation).input_shape)
            ready, job.ready_at = job.ready_at, float("inf")
        known = self._documents.setdefault(source.key, {})
        base = call.store.need("KnowledgeBase", source.key[:1])
        try:
            model, dimension = embedding_of(call.region, base.members)
            store = self.open_store(call.region, base["storageConfiguration"])

            def embed(texts: list[str]) -> list[list[float]]:
                return vectors(model, texts, dimension, "search_document")

            run = Ingestion(self._backend, store, embed, source.members, source.key[1], known)
            run.run()
            job.members |= {"status": "COMPLETE", "statistics": run.statistics.answer(), "failureReasons": run.reasons}
        except ApiError as error:
            job.members |= {"status": "FAILED", "failureReasons": [error.message]}
        finally:
            job.ready_at = ready
        return self._job(call, job.key)

    def _refuse_running(self, call: Call, source: tuple[str, ...]) -> None:
        for job in call.store.all("IngestionJob"):
            if job.key[:2] == source and call.store.status(job) == JOB_LIFE.creating:
                raise ApiError(
                    "ConflictException",
                    f"Ongoing ingestion job {job.key[2]} for data source {source[1]}. Retry when it has completed.",
                )

    def _job(self, call: Call, key: tuple[str, ...]) -> Params:
        record = call.store.need("IngestionJob", key)
        shape = self.model.operation_model("GetIngestionJob").output_shape
        shown = answer(shape, record, call.store.status(record))
        if shown["ingestionJob"]["status"] == JOB_LIFE.creating:
            shown["ingestionJob"].pop("failureReasons", None)
        return shown

    @operation("GetIngestionJob")
    def get_job(self, call: Call) -> Params:
        """One job."""
        return self._job(call, find(self.kind_of["IngestionJob"], call).key)

    @operation("ListIngestionJobs")
    def list_jobs(self, call: Call) -> Params:
        """Jobs of a data source; `filters` by status; in the order of their start."""
        source = find(self.kind_of["DataSource"], call)
        wanted = [filter_["values"] for filter_ in call.params.get("filters", ())]
        jobs = [job for job in call.store.all("IngestionJob") if job.key[:2] == source.key]
        jobs = [job for job in jobs if all(call.store.status(job) in values for values in wanted)]
        return listing(call, self.model.operation_model(call.operation), jobs)

    @operation("StopIngestionJob")
    def stop_job(self, call: Call) -> Params:
        """Stop a job that still looks unfinished."""
        job = find(self.kind_of["IngestionJob"], call)
        if call.store.status(job) != JOB_LIFE.creating:
            raise ApiError("ValidationException", "The ingestion job is not in progress.")
        job.members["status"] = "STOPPED"
        job.ready_at = self.world.clock()
        return self._job(call, job.key)

    @operation("ListKnowledgeBaseDocuments")
    def list_documents(self, call: Call) -> Params:
        """What the data source has seen, with the reason of each failure, in one page."""
        source = find(self.kind_of["DataSource"], call)
        details = []
        for uri, document in sorted(self._documents.get(source.key, {}).items()):
            detail: Params = {
                "knowledgeBaseId": source.key[0],
                "dataSourceId": source.key[1],
                "status": "FAILED" if document.reason else "INDEXED",
                "identifier": {"dataSourceType": "S3", "s3": {"uri": uri}},
            }
            details.append({**detail, "statusReason": document.reason} if document.reason else detail)
        return {"documentDetails": details}

    @operation("DeleteDataSource")
    def delete_source(self, call: Call) -> Params:
        """Refused while a job runs; with the policy DELETE the vectors go first, or it ends in DELETE_UNSUCCESSFUL."""
        kind = self.kind_of["DataSource"]
        with self.world.lock:
            source = find(kind, call)
            self._refuse_running(call, source.key)
            if source["dataDeletionPolicy"] == "DELETE" and not self._delete_vectors(call, source.key):
                reason = "Unable to delete data from vector store. Consider updating the dataDeletionPolicy to RETAIN."
                source.members |= {"status": "DELETE_UNSUCCESSFUL", "failureReasons": [reason]}
                return {"knowledgeBaseId": source.key[0], "dataSourceId": source.key[1], "status": "DELETING"}
            source.members.pop("status", None)
            return delete(kind, call, self.model.operation_model(call.operation))

    def _delete_vectors(self, call: Call, source: tuple[str, ...]) -> bool:
        base = call.store.need("KnowledgeBase", source[:1])
        try:
            store = self.open_store(call.region, base["storageConfiguration"])
            store.dimension()
            for document in self._documents.get(source, {}).values():
                store.delete(document.keys)
        except ApiError:
            return False
        return True

    @operation("PrepareAgent")
    def prepare_agent(self, call: Call) -> Params:
        """The draft as it is now answers from the test alias on."""
        return bedrock_agents.prepare_agent(call)

    @operation("DeleteAgent")
    def delete_agent(self, call: Call) -> Params:
        """Refused with aliases unless skipResourceInUseCheck says otherwise."""
        return bedrock_agents.delete_agent(call)
