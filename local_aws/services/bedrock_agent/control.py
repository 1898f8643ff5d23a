"""Bedrock's build-time service: knowledge bases with ingestion here, agents in `bedrock_agents`.

Real here: a knowledge base refuses a store that is missing or has other dimensions than its model; ingestion reads the
bucket, its sidecars, chunks, embeds and writes the vectors, removes those of vanished documents, counts, and runs once
per data source at a time; a data source whose store has gone cannot delete its data. Not here: roles and their
permissions, other sources than S3, parsing, flows, prompts' content checks.
"""

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedResource,
    Params,
    Request,
    StandIn,
    Tagging,
    World,
    answer,
    delete,
    find,
    listing,
    new_record,
    operation,
)
from local_aws.services.bedrock.models import vectors
from local_aws.services.bedrock_agent import agents
from local_aws.services.bedrock_agent.ingestion import Document, Ingestion
from local_aws.services.bedrock_agent.kinds import JOB_LIFE, KINDS, embedding_of
from local_aws.services.bedrock_agent.vector_store import ChunkStore, open_store
from local_aws.services.shared.backend import Backend


class BedrockAgent(StandIn):
    """Knowledge bases, data sources, ingestion jobs; agents and what belongs to them."""

    service = "bedrock-agent"
    scope = "bedrock"
    codes = Codes()
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds = KINDS

    def __init__(self, world: World, backend: Backend) -> None:
        super().__init__(world)
        self._backend = backend
        self._documents: dict[tuple[str, ...], dict[str, Document]] = {}

    def open_store(self, region: str, storage: Params) -> ChunkStore:
        """The vector store of a storageConfiguration."""
        return open_store(self.neighbours, region, storage)

    def forget(self, record: EmulatedResource) -> None:
        """Drop what is known of a deleted data source's documents."""
        if record.kind.name == "DataSource":
            self._documents.pop(record.key, None)

    @operation("StartIngestionJob")
    def start_job(self, call: Request) -> Params:
        """Run a job to its end; it looks unfinished for as long as the world's delay says."""
        kind = self.kind_of["IngestionJob"]
        with self.world.lock:
            source = find(self.kind_of["DataSource"], call)
            self._refuse_running(call, source.key)
            job = new_record(kind, call)
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

    def _refuse_running(self, call: Request, source: tuple[str, ...]) -> None:
        for job in call.store.all("IngestionJob"):
            if job.key[:2] == source and call.store.status(job) == JOB_LIFE.creating:
                raise ApiError(
                    "ConflictException",
                    f"Ongoing ingestion job {job.key[2]} for data source {source[1]}. Retry when it has completed.",
                )

    def _job(self, call: Request, key: tuple[str, ...]) -> Params:
        record = call.store.need("IngestionJob", key)
        shape = self.model.operation_model("GetIngestionJob").output_shape
        shown = answer(shape, record, call.store.status(record))
        if shown["ingestionJob"]["status"] == JOB_LIFE.creating:
            shown["ingestionJob"].pop("failureReasons", None)
        return shown

    @operation("GetIngestionJob")
    def get_job(self, call: Request) -> Params:
        return self._job(call, find(self.kind_of["IngestionJob"], call).key)

    @operation("ListIngestionJobs")
    def list_jobs(self, call: Request) -> Params:
        """Jobs of a data source; `filters` by status; in the order of their start, or as `sortBy` says."""
        source = find(self.kind_of["DataSource"], call)
        wanted = [filter_["values"] for filter_ in call.params.get("filters", ())]
        jobs = [job for job in call.store.all("IngestionJob") if job.key[:2] == source.key]
        jobs = [job for job in jobs if all(call.store.status(job) in values for values in wanted)]
        if by := call.params.get("sortBy"):
            if by["attribute"] == "STATUS":
                jobs.sort(key=call.store.status)
            jobs = jobs[::-1] if by["order"] == "DESCENDING" else jobs
        return listing(call, jobs)

    @operation("StopIngestionJob")
    def stop_job(self, call: Request) -> Params:
        """Stop a job that still looks unfinished."""
        job = find(self.kind_of["IngestionJob"], call)
        if call.store.status(job) != JOB_LIFE.creating:
            raise ApiError("ValidationException", "The ingestion job is not in progress.")
        job.members["status"] = "STOPPED"
        job.ready_at = self.world.clock()
        return self._job(call, job.key)

    @operation("ListKnowledgeBaseDocuments")
    def list_documents(self, call: Request) -> Params:
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
    def delete_source(self, call: Request) -> Params:
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
            return delete(kind, call)

    def _delete_vectors(self, call: Request, source: tuple[str, ...]) -> bool:
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
    def prepare_agent(self, call: Request) -> Params:
        """The draft as it is now answers from the test alias on."""
        return agents.prepare_agent(call)

    @operation("DeleteAgent")
    def delete_agent(self, call: Request) -> Params:
        """Refused with aliases unless skipResourceInUseCheck says otherwise."""
        return agents.delete_agent(call)

    @operation("ListAgentCollaborators")
    def collaborators(self, call: Request) -> Params:
        """(26) Agents that this one supervises: none but what a test has put there."""
        return {"agentCollaboratorSummaries": find(self.kind_of["Agent"], call).get("collaborators", [])}

    @operation("DisassociateAgentCollaborator")
    def dismiss(self, call: Request) -> Params:
        agent = find(self.kind_of["Agent"], call)
        left = [
            each for each in agent.get("collaborators", []) if each["collaboratorId"] != call.params["collaboratorId"]
        ]
        agent.members["collaborators"] = left
        return {}
