"""Knowledge bases: from objects in a bucket to the right passage first, over both vector stores."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from local_aws.framework import World
from local_aws.services.bedrock_agent.documents import UnreadableError, attributes_of, chunks_of
from local_aws.services.shared.backend import ObjectInfo
from tests.local_aws.doors import Client
from tests.local_aws.support import COHERE, ROLE, Clock, MemoryBackend

UNFILTERABLE = {"nonFilterableMetadataKeys": ["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]}
DOCUMENTS = {
    "docs/en/agenda.md": "# Agenda\nSageMaker in the morning. A break. Bedrock and agents in the afternoon.",
    "docs/vi/agenda.md": "# Lịch trình\nBuổi sáng SageMaker. Nghỉ giải lao. Buổi chiều Bedrock và agent.",
    "docs/en/rag.md": "# Retrieval\nRAG answers from passages that a vector search finds in the documents.",
}
LANGUAGES = {"docs/en/agenda.md": "en", "docs/vi/agenda.md": "vi", "docs/en/rag.md": "en"}


def vector_configuration(**bedrock: Any) -> dict[str, Any]:
    configured = {"embeddingModelConfiguration": {"bedrockEmbeddingModelConfiguration": bedrock}} if bedrock else {}
    return {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": COHERE, **configured}}


def s3_vectors_storage(client: Client, dimension: int = 1024, **more: Any) -> dict[str, Any]:
    vectors = client("s3vectors")
    vectors.create_vector_bucket(vectorBucketName="bucket")
    arn = vectors.create_index(
        vectorBucketName="bucket",
        indexName="documents",
        dataType="float32",
        dimension=dimension,
        distanceMetric="cosine",
        **(more or {"metadataConfiguration": UNFILTERABLE}),
    )["indexArn"]
    return {"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": arn}}


def opensearch_storage(client: Client, dimension: int = 1024) -> dict[str, Any]:
    service = client("opensearchserverless")
    rule = {"ResourceType": "collection", "Resource": ["collection/ws*"]}
    policy = json.dumps({"Rules": [rule], "AWSOwnedKey": True})
    service.create_security_policy(name="ws-enc", type="encryption", policy=policy)
    collection = service.create_collection(name="ws-1", type="VECTORSEARCH")["createCollectionDetail"]
    field = {"type": "knn_vector", "dimension": dimension, "method": {"engine": "faiss", "name": "hnsw"}}
    schema = {"settings": {"index": {"knn": True}}, "mappings": {"properties": {"vector": field}}}
    service.create_index(id=collection["id"], indexName="documents", indexSchema=schema)
    mapping = {"vectorField": "vector", "textField": "text", "metadataField": "metadata"}
    configuration = {
        "collectionArn": collection["arn"],
        "vectorIndexName": "documents",
        "fieldMapping": mapping,
    }
    return {"type": "OPENSEARCH_SERVERLESS", "opensearchServerlessConfiguration": configuration}


STORES = {"s3vectors": s3_vectors_storage, "opensearch": opensearch_storage}


def made(client: Client, storage: dict[str, Any], **source: Any) -> dict[str, str]:
    agent = client("bedrock-agent")
    base = agent.create_knowledge_base(
        name="kb", roleArn=ROLE, knowledgeBaseConfiguration=vector_configuration(), storageConfiguration=storage
    )["knowledgeBase"]["knowledgeBaseId"]
    s3 = {"bucketArn": "arn:aws:s3:::bkt", "inclusionPrefixes": ["docs/"]}
    data_source = agent.create_data_source(
        knowledgeBaseId=base,
        name="documents",
        dataSourceConfiguration={"type": "S3", "s3Configuration": s3},
        **source,
    )["dataSource"]["dataSourceId"]
    return {"knowledgeBaseId": base, "dataSourceId": data_source}


def store_documents(backend: MemoryBackend) -> None:
    for key, text in DOCUMENTS.items():
        backend.objects["bkt", key] = text.encode()
        sidecar = {"metadataAttributes": {"language": LANGUAGES[key]}}
        backend.objects["bkt", f"{key}.metadata.json"] = json.dumps(sidecar).encode()
    backend.objects["bkt", "other/secret.md"] = b"not below the prefix: agenda agenda agenda"


def ingest(client: Client, ids: dict[str, str]) -> Any:
    return client("bedrock-agent").start_ingestion_job(**ids)["ingestionJob"]


def sources(client: Client, ids: dict[str, str], question: str, **search: Any) -> list[str]:
    answer = client("bedrock-agent-runtime").retrieve(
        knowledgeBaseId=ids["knowledgeBaseId"],
        retrievalQuery={"text": question},
        retrievalConfiguration={"vectorSearchConfiguration": {"numberOfResults": 5, **search}},
    )
    return [each["location"]["s3Location"]["uri"].removeprefix("s3://bkt/docs/") for each in answer["retrievalResults"]]


@pytest.mark.parametrize("store", STORES)
def test_right_document_comes_first_in_both_languages(client: Client, backend: MemoryBackend, store: str) -> None:
    store_documents(backend)
    ids = made(client, STORES[store](client))
    job = ingest(client, ids)
    assert job["status"] == "COMPLETE"
    assert job["statistics"]["numberOfNewDocumentsIndexed"] == 3
    assert job["statistics"]["numberOfMetadataDocumentsScanned"] == 3
    assert sources(client, ids, "What is on the agenda?")[0] == "en/agenda.md"
    assert sources(client, ids, "Lịch trình buổi chiều?")[0] == "vi/agenda.md"
    assert sources(client, ids, "lich trinh buoi chieu")[0] == "vi/agenda.md"
    assert sources(client, ids, "How does RAG find passages?")[0] == "en/rag.md"
    only_vi = {"equals": {"key": "language", "value": "vi"}}
    assert sources(client, ids, "What is on the agenda?", filter=only_vi) == ["vi/agenda.md"]
    assert len(sources(client, ids, "agenda", numberOfResults=1)) == 1


@pytest.mark.parametrize("store", STORES)
def test_index_follows_the_bucket(client: Client, backend: MemoryBackend, store: str) -> None:
    store_documents(backend)
    ids = made(client, STORES[store](client))
    ingest(client, ids)
    assert ingest(client, ids)["statistics"]["numberOfModifiedDocumentsIndexed"] == 0
    del backend.objects["bkt", "docs/en/rag.md"], backend.objects["bkt", "docs/en/rag.md.metadata.json"]
    backend.objects["bkt", "docs/en/agenda.md"] = b"Lunch is served by penguins."
    backend.objects["bkt", "docs/vi/agenda.md.metadata.json"] = b'{"metadataAttributes": {"language": "other"}}'
    statistics = ingest(client, ids)["statistics"]
    assert (
        statistics["numberOfDocumentsDeleted"],
        statistics["numberOfModifiedDocumentsIndexed"],
        statistics["numberOfMetadataDocumentsModified"],
        statistics["numberOfNewDocumentsIndexed"],
    ) == (1, 1, 1, 0)
    assert sources(client, ids, "penguins")[0] == "en/agenda.md"
    assert "en/rag.md" not in sources(client, ids, "RAG passages")
    assert sources(client, ids, "agenda", filter={"equals": {"key": "language", "value": "other"}}) == ["vi/agenda.md"]


def test_document_that_shrinks_leaves_no_chunk_behind(client: Client, backend: MemoryBackend) -> None:
    storage = s3_vectors_storage(client)
    ids = made(client, storage)
    index = storage["s3VectorsConfiguration"]["indexArn"]
    backend.objects["bkt", "docs/a.md"] = ("word " * 700).encode()
    ingest(client, ids)
    assert len(client("s3vectors").list_vectors(indexArn=index)["vectors"]) == 3
    backend.objects["bkt", "docs/a.md"] = b"word"
    ingest(client, ids)
    assert len(client("s3vectors").list_vectors(indexArn=index)["vectors"]) == 1


@pytest.mark.parametrize("store", STORES)
def test_store_of_another_dimension_is_refused(client: Client, store: str) -> None:
    with pytest.raises(ClientError, match=r"dimension 1024 .* does not match index dimension 512") as error:
        made(client, STORES[store](client, 512))
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_model_of_one_length_does_not_take_the_parameter(client: Client) -> None:
    with pytest.raises(ClientError, match="does not support configurable dimensions"):
        client("bedrock-agent").create_knowledge_base(
            name="kb",
            roleArn=ROLE,
            knowledgeBaseConfiguration=vector_configuration(dimensions=1024),
            storageConfiguration=s3_vectors_storage(client),
        )


def test_the_next_generation_keeps_its_replicas_and_its_engine(client: Client) -> None:
    service = client("opensearchserverless")
    with pytest.raises(ClientError, match="cannot be set to DISABLED for NEXTGEN"):
        service.create_collection_group(name="ws-g", generation="NEXTGEN", standbyReplicas="DISABLED")
    service.create_collection_group(name="ws-g", generation="NEXTGEN", standbyReplicas="ENABLED")
    rule = {"ResourceType": "collection", "Resource": ["collection/ws*"]}
    policy = json.dumps({"Rules": [rule], "AWSOwnedKey": True})
    service.create_security_policy(name="ws-enc", type="encryption", policy=policy)
    with pytest.raises(ClientError, match="must match its collection group"):
        service.create_collection(name="ws-1", collectionGroupName="ws-g", standbyReplicas="DISABLED")
    collection = service.create_collection(name="ws-1", collectionGroupName="ws-g")["createCollectionDetail"]["id"]
    field = {"type": "knn_vector", "dimension": 4, "method": {"engine": "faiss", "name": "hnsw"}}
    with pytest.raises(ClientError, match="'engine' is not supported"):
        service.create_index(id=collection, indexName="a", indexSchema={"mappings": {"properties": {"vector": field}}})
    del field["method"]
    service.create_index(id=collection, indexName="a", indexSchema={"mappings": {"properties": {"vector": field}}})


def test_store_that_is_not_there_is_refused(client: Client) -> None:
    arn = "arn:aws:s3vectors:ap-southeast-1:111122223333:bucket/bucket/index/nope"
    with pytest.raises(ClientError, match="storage configuration provided is invalid"):
        made(client, {"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": arn}})


def test_documents_fail_one_by_one_with_their_reason(client: Client, backend: MemoryBackend) -> None:
    store_documents(backend)
    backend.objects["bkt", "docs/long.md"] = b"x" * 2049
    backend.objects["bkt", "docs/slides.pdf"] = b"%PDF"
    backend.objects["bkt", "docs/latin.txt"] = b"\xe9t\xe9"
    backend.objects["bkt", "docs/odd.md"] = b"text"
    backend.objects["bkt", "docs/odd.md.metadata.json"] = b"{}"
    ids = made(client, s3_vectors_storage(client))
    job = ingest(client, ids)
    assert job["status"] == "COMPLETE"
    assert job["statistics"]["numberOfDocumentsFailed"] == 4
    assert job["statistics"]["numberOfNewDocumentsIndexed"] == 3
    reasons = "\n".join(job["failureReasons"])
    for expected in ("actual: 2049, please", "s3://bkt/docs/slides.pdf", "not UTF-8", "metadataAttributes"):
        assert expected in reasons
    details = client("bedrock-agent").list_knowledge_base_documents(**ids)["documentDetails"]
    assert sorted(each["status"] for each in details) == ["FAILED"] * 4 + ["INDEXED"] * 3
    backend.objects["bkt", "docs/long.md"] = b"short now"
    assert ingest(client, ids)["statistics"]["numberOfNewDocumentsIndexed"] == 1


def test_index_without_unfilterable_keys_fails_as_on_aws(client: Client, backend: MemoryBackend) -> None:
    backend.objects["bkt", "docs/a.md"] = ("wordy " * 300).encode()
    ids = made(client, s3_vectors_storage(client, metadataConfiguration={"nonFilterableMetadataKeys": ["x"]}))
    assert "Filterable metadata must be at most 2048 bytes" in ingest(client, ids)["failureReasons"][0]


def test_bucket_that_is_not_there_fails_the_job(client: Client) -> None:
    job = ingest(client, made(client, s3_vectors_storage(client)))
    assert job["status"] == "FAILED"
    assert "bkt" in job["failureReasons"][0]


def test_one_job_at_a_time_by_the_clock(client: Client, backend: MemoryBackend, world: World, clock: Clock) -> None:
    store_documents(backend)
    ids = made(client, s3_vectors_storage(client))
    agent = client("bedrock-agent")
    world.delays = {"bedrock-agent.IngestionJob.create": 10}
    job = ingest(client, ids)
    assert job["status"] == "IN_PROGRESS"
    with pytest.raises(agent.exceptions.ConflictException, match=job["ingestionJobId"]):
        ingest(client, ids)
    with pytest.raises(agent.exceptions.ConflictException):
        agent.delete_data_source(**ids)
    clock.pass_by(10)
    assert agent.get_ingestion_job(**ids, ingestionJobId=job["ingestionJobId"])["ingestionJob"]["status"] == "COMPLETE"
    second = ingest(client, ids)
    stopped = agent.stop_ingestion_job(**ids, ingestionJobId=second["ingestionJobId"])["ingestionJob"]
    assert stopped["status"] == "STOPPED"
    asked = [{"attribute": "STATUS", "operator": "EQ", "values": ["STOPPED"]}]
    listed = agent.list_ingestion_jobs(**ids, filters=asked)["ingestionJobSummaries"]
    assert [each["ingestionJobId"] for each in listed] == [second["ingestionJobId"]]


def test_one_job_at_a_time_between_threads(
    client: Client, backend: MemoryBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_documents(backend)
    ids = made(client, s3_vectors_storage(client))
    agent = client("bedrock-agent")
    reading, go_on = Event(), Event()
    listed = backend.list_objects

    def slowly(bucket: str, prefix: str) -> Any:
        reading.set()
        assert go_on.wait(30)
        found: list[ObjectInfo] = list(listed(bucket, prefix))
        return iter(found)

    monkeypatch.setattr(backend, "list_objects", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ingest, client, ids)
        assert reading.wait(30)
        with pytest.raises(agent.exceptions.ConflictException):
            ingest(client, ids)
        go_on.set()
        assert first.result()["status"] == "COMPLETE"


def test_vectors_go_with_the_data_source_or_stay_as_its_policy_says(client: Client, backend: MemoryBackend) -> None:
    store_documents(backend)
    storage = s3_vectors_storage(client)
    agent, vectors = client("bedrock-agent"), client("s3vectors")
    index = storage["s3VectorsConfiguration"]["indexArn"]
    ids = made(client, storage, dataDeletionPolicy="RETAIN")
    ingest(client, ids)
    agent.delete_data_source(**ids)
    assert len(vectors.list_vectors(indexArn=index)["vectors"]) == 3
    agent.delete_knowledge_base(knowledgeBaseId=ids["knowledgeBaseId"])
    ids = made(client, storage, dataDeletionPolicy="DELETE")
    ingest(client, ids)
    assert len(vectors.list_vectors(indexArn=index)["vectors"]) == 6
    agent.delete_data_source(**ids)
    assert len(vectors.list_vectors(indexArn=index)["vectors"]) == 3


def test_data_source_whose_store_is_gone_cannot_be_deleted_until_it_retains(
    client: Client, backend: MemoryBackend
) -> None:
    store_documents(backend)
    storage = s3_vectors_storage(client)
    agent = client("bedrock-agent")
    ids = made(client, storage)
    ingest(client, ids)
    client("s3vectors").delete_index(indexArn=storage["s3VectorsConfiguration"]["indexArn"])
    assert agent.delete_data_source(**ids)["status"] == "DELETING"
    stuck = agent.get_data_source(**ids)["dataSource"]
    assert stuck["status"] == "DELETE_UNSUCCESSFUL"
    assert "RETAIN" in stuck["failureReasons"][0]
    agent.update_data_source(
        **ids,
        name=stuck["name"],
        dataSourceConfiguration=stuck["dataSourceConfiguration"],
        dataDeletionPolicy="RETAIN",
    )
    agent.delete_data_source(**ids)
    with pytest.raises(agent.exceptions.ResourceNotFoundException):
        agent.get_data_source(**ids)


def test_hybrid_search_and_unknown_base_are_refused(client: Client) -> None:
    ids = made(client, s3_vectors_storage(client))
    with pytest.raises(ClientError, match="HYBRID"):
        sources(client, ids, "x", overrideSearchType="HYBRID")
    with pytest.raises(ClientError, match="NOPE000000"):
        sources(client, {"knowledgeBaseId": "NOPE000000"}, "x")


@given(st.text(max_size=2_000), st.integers(20, 60), st.integers(1, 99))
def test_chunks_cover_every_word_in_order(text: str, size: int, overlap: int) -> None:
    fixed = {"maxTokens": size, "overlapPercentage": overlap}
    pieces = chunks_of(text, {"chunkingStrategy": "FIXED_SIZE", "fixedSizeChunkingConfiguration": fixed})
    tokens = text.split()
    assert [piece for piece in pieces if len(piece.split()) > size] == []
    covered: list[str] = []
    step = max(1, size - size * overlap // 100)
    for place, piece in enumerate(pieces):
        covered[place * step :] = piece.split()
    assert covered == tokens


@pytest.mark.parametrize(
    "sidecar",
    [b"[]", b"{}", b"{", b'{"metadataAttributes": {"a": {}}}', b'{"metadataAttributes": {"a": null}}', b"x" * 11_000],
)
def test_broken_sidecar_is_unreadable_and_nothing_worse(sidecar: bytes) -> None:
    with pytest.raises(UnreadableError):
        attributes_of(sidecar)


def test_long_form_of_sidecars_is_read() -> None:
    long = {"value": {"type": "STRING_LIST", "stringListValue": ["a", "b"]}, "includeForEmbedding": False}
    given_as = json.dumps({"metadataAttributes": {"short": 7, "long": long}}).encode()
    assert attributes_of(given_as) == {"short": 7, "long": ["a", "b"]}
