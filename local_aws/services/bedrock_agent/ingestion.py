"""An ingestion job: makes a knowledge base's vectors follow the objects of its data source."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.framework import ApiError, Params
from local_aws.services.bedrock_agent import documents
from local_aws.services.bedrock_agent.documents import UnreadableError
from local_aws.services.bedrock_agent.vector_store import CHUNK_ID, SOURCE_ID, SOURCE_URI, Chunk, ChunkStore
from local_aws.services.shared.backend import Backend, ObjectInfo

Embed = Callable[[list[str]], list[list[float]]]
EMBED_AT_ONCE = 90


@dataclass(frozen=True)
class Document:
    """What a data source knows of an object: its content's tag, its sidecar's tag, its chunks, why it failed."""

    etag: str
    sidecar: str
    keys: tuple[str, ...] = ()
    reason: str = ""


@dataclass
class Statistics:
    """Counters of a job, named as in its answer."""

    scanned: int = 0
    metadata_scanned: int = 0
    new: int = 0
    modified: int = 0
    metadata_modified: int = 0
    deleted: int = 0
    failed: int = 0

    def answer(self) -> Params:
        """The job's `statistics`, as GetIngestionJob answers them."""
        return {
            "numberOfDocumentsScanned": self.scanned,
            "numberOfMetadataDocumentsScanned": self.metadata_scanned,
            "numberOfNewDocumentsIndexed": self.new,
            "numberOfModifiedDocumentsIndexed": self.modified,
            "numberOfMetadataDocumentsModified": self.metadata_modified,
            "numberOfDocumentsDeleted": self.deleted,
            "numberOfDocumentsFailed": self.failed,
            "numberOfDocumentsSkipped": 0,
        }


@dataclass
class Ingestion:
    """One run over the documents of one data source."""

    backend: Backend
    store: ChunkStore
    embed: Embed
    source: Mapping[str, Any]
    source_id: str
    known: dict[str, Document]
    """The source's documents by URI, brought up to date."""
    statistics: Statistics = field(default_factory=Statistics)
    reasons: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Raises ApiError if the job as a whole fails: no bucket, no store. Documents fail one by one."""
        self.store.dimension()
        found, sidecars = self._objects()
        for uri in [uri for uri in self.known if uri not in found]:
            self._forget(uri)
        for uri, info in found.items():
            self.statistics.scanned += 1
            self._document(uri, info, sidecars.get(f"{info.key}{documents.SIDECAR}"))

    @property
    def bucket(self) -> str:
        """Name of the data source's bucket."""
        return str(self.source["dataSourceConfiguration"]["s3Configuration"]["bucketArn"]).rpartition(":")[2]

    def _objects(self) -> tuple[dict[str, ObjectInfo], dict[str, ObjectInfo]]:
        prefixes = self.source["dataSourceConfiguration"]["s3Configuration"].get("inclusionPrefixes") or [""]
        try:
            listed = [info for prefix in prefixes for info in self.backend.list_objects(self.bucket, prefix)]
        except KeyError as error:
            raise ApiError("ValidationException", f"The bucket {self.bucket} cannot be read.") from error
        sidecars = {info.key: info for info in listed if info.key.endswith(documents.SIDECAR)}
        self.statistics.metadata_scanned = len(sidecars)
        files = [info for info in listed if info.key not in sidecars and not info.key.endswith("/")]
        return {f"s3://{self.bucket}/{info.key}": info for info in files}, sidecars

    def _forget(self, uri: str) -> None:
        self.store.delete(self.known.pop(uri).keys)
        self.statistics.deleted += 1

    def _document(self, uri: str, info: ObjectInfo, sidecar: ObjectInfo | None) -> None:
        old = self.known.get(uri)
        tags = (info.etag, sidecar.etag if sidecar else "")
        if old and not old.reason and (old.etag, old.sidecar) == tags:
            return
        try:
            chunks = self._chunks(uri, info, sidecar)
            if old:
                self.store.delete(old.keys)
            self.store.put(chunks)
        except (UnreadableError, ApiError, KeyError) as error:
            reason = error.message if isinstance(error, ApiError) else str(error)
            kept = old.keys if old else ()
            self.known[uri] = Document(*tags, keys=kept, reason=reason)
            self.statistics.failed += 1
            self.reasons.append(f"Encountered error: {reason} [Files: {uri}]")
            return
        self.known[uri] = Document(*tags, keys=tuple(chunk.key for chunk in chunks))
        self._count(old, info)

    def _count(self, old: Document | None, info: ObjectInfo) -> None:
        if old is None or (old.reason and not old.keys):
            self.statistics.new += 1
        elif old.etag == info.etag and not old.reason:
            self.statistics.metadata_modified += 1
        else:
            self.statistics.modified += 1

    def _chunks(self, uri: str, info: ObjectInfo, sidecar: ObjectInfo | None) -> list[Chunk]:
        text = documents.text_of(info.key, self.backend.get_object(self.bucket, info.key))
        attributes: dict[str, Any] = {}
        if sidecar:
            attributes = documents.attributes_of(self.backend.get_object(self.bucket, sidecar.key))
        chunking = (self.source.get("vectorIngestionConfiguration") or {}).get("chunkingConfiguration")
        pieces = documents.chunks_of(text, chunking)
        vectors: list[list[float]] = []
        for start in range(0, len(pieces), EMBED_AT_ONCE):
            vectors += self.embed(pieces[start : start + EMBED_AT_ONCE])
        chunks = []
        for place, (piece, vector) in enumerate(zip(pieces, vectors, strict=True)):
            key = hashlib.sha256(f"{self.source_id}|{uri}|{place}".encode()).hexdigest()[:32]
            own = {SOURCE_URI: uri, SOURCE_ID: self.source_id, CHUNK_ID: key}
            chunks.append(Chunk(key, piece, vector, {**attributes, **own}))
        return chunks
