"""Where a knowledge base keeps its vectors: S3 Vectors or OpenSearch Serverless, behind one interface."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from local_aws.framework import ApiError, Params
from local_aws.services.opensearchserverless.control import OpenSearchServerless
from local_aws.services.s3vectors.control import S3Vectors
from local_aws.services.shared import metadata_filter

# The names that Bedrock gives to what it stores; the first two must not be filterable in an S3 Vectors index.
TEXT, METADATA = "AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"
SOURCE_URI, SOURCE_ID, CHUNK_ID = (
    "x-amz-bedrock-kb-source-uri",
    "x-amz-bedrock-kb-data-source-id",
    "x-amz-bedrock-kb-chunk-id",
)


@dataclass(frozen=True)
class Chunk:
    """A piece of a document and its vector."""

    key: str
    text: str
    vector: list[float]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Hit:
    """A piece that was found; the score is 1 for the same direction and falls with the distance."""

    text: str
    score: float
    attributes: Mapping[str, Any]


class ChunkStore(Protocol):
    """What ingestion and retrieval need."""

    def dimension(self) -> int:
        """Length of its vectors; ApiError if the store is not there."""
        ...

    def put(self, chunks: Sequence[Chunk]) -> None:
        """Keep the chunks of one document; ApiError says why it cannot."""
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove the chunks with these keys."""
        ...

    def query(self, vector: list[float], count: int, wanted: Mapping[str, Any] | None) -> list[Hit]:
        """The nearest chunks that the retrieval filter lets through."""
        ...


class S3VectorsChunkStore:
    """An index of the S3 Vectors stand-in, used through its operations like anybody else."""

    def __init__(self, service: S3Vectors, region: str, configuration: Params) -> None:
        self._service = service
        self._region = region
        if "indexArn" in configuration:
            self._index: Params = {"indexArn": configuration["indexArn"]}
        else:
            self._index = {
                name: configuration[name] for name in ("vectorBucketArn", "indexName") if name in configuration
            }

    def _call(self, operation: str, **params: Any) -> Params:
        return self._service.call(operation, {**self._index, **params}, self._region)

    def dimension(self) -> int:
        return int(self._call("GetIndex")["index"]["dimension"])

    def put(self, chunks: Sequence[Chunk]) -> None:
        vectors = [
            {
                "key": chunk.key,
                "data": {"float32": chunk.vector},
                "metadata": {
                    TEXT: chunk.text,
                    METADATA: json.dumps(dict(chunk.attributes), ensure_ascii=False),
                    **chunk.attributes,
                },
            }
            for chunk in chunks
        ]
        for start in range(0, len(vectors), 500):
            self._call("PutVectors", vectors=vectors[start : start + 500])

    def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), 500):
            self._call("DeleteVectors", keys=list(keys[start : start + 500]))

    def query(self, vector: list[float], count: int, wanted: Mapping[str, Any] | None) -> list[Hit]:
        asked: Params = {"queryVector": {"float32": vector}, "topK": count}
        if wanted:
            asked["filter"] = metadata_filter.s3_vectors_filter(wanted)
        found = self._call("QueryVectors", returnMetadata=True, returnDistance=True, **asked)["vectors"]
        return [_hit(each["metadata"], each["distance"]) for each in found]


class OpenSearchChunkStore:
    """An index of the OpenSearch Serverless stand-in."""

    def __init__(self, service: OpenSearchServerless, region: str, configuration: Params) -> None:
        self._service = service
        self._region = region
        self._configuration = configuration
        self._field = configuration["fieldMapping"]["vectorField"]

    def _index(self) -> Any:
        name = self._configuration["vectorIndexName"]
        return self._service.index(self._region, self._configuration["collectionArn"], name)

    def dimension(self) -> int:
        found = self._index()["dimensions"]
        if self._field not in found:
            raise ApiError("ValidationException", f"The index has no vector field {self._field}.")
        return int(found[self._field])

    def put(self, chunks: Sequence[Chunk]) -> None:
        index = self._index()
        for chunk in chunks:
            self._service.put(index, self._field, chunk.key, chunk.vector, {TEXT: chunk.text, **chunk.attributes})

    def delete(self, keys: Sequence[str]) -> None:
        self._service.delete(self._index(), list(keys))

    def query(self, vector: list[float], count: int, wanted: Mapping[str, Any] | None) -> list[Hit]:
        allowed = metadata_filter.retrieval_filter(wanted)
        found = self._service.query(self._index(), vector, allowed)[:count]
        return [_hit(each.metadata, distance) for distance, each in found]


def _hit(metadata: Mapping[str, Any], distance: float) -> Hit:
    attributes = {name: value for name, value in metadata.items() if name not in (TEXT, METADATA)}
    return Hit(metadata[TEXT], 1 - distance / 2, attributes)


def open_store(services: Mapping[str, Any], region: str, storage: Params) -> ChunkStore:
    """The store of a storageConfiguration, in one of `services`; ValidationException for kinds without a stand-in."""
    if storage["type"] == "S3_VECTORS":
        return S3VectorsChunkStore(services["s3vectors"], region, storage["s3VectorsConfiguration"])
    if storage["type"] == "OPENSEARCH_SERVERLESS":
        return OpenSearchChunkStore(
            services["opensearchserverless"], region, storage["opensearchServerlessConfiguration"]
        )
    raise ApiError("ValidationException", f"There is no stand-in for the vector store {storage['type']}.")
