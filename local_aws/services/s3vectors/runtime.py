"""The vectors of S3 Vectors: written, read and really compared."""

import json
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from local_aws.framework import ApiError, EmulatedResource, Params, Request, StandIn, World, operation, page
from local_aws.services.shared import metadata_filter
from local_aws.services.shared.nearest import Vector, nearest

FILTERABLE_BYTES = 2048
METADATA_BYTES = 40 * 1024


class VectorOperations(StandIn):
    """The operations on vectors. AWS has them in one service with the control plane, so `S3Vectors` inherits them."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._content: dict[str, dict[str, Vector]] = {}

    def forget(self, record: EmulatedResource) -> None:
        """Drop the vectors of a deleted index."""
        self._content.pop(record.arn, None)

    @operation("PutVectors")
    def put_vectors(self, call: Request) -> None:
        """Add or replace vectors; all or nothing."""
        index = self._index(call)
        vectors = [self._vector(index, given) for given in call.params["vectors"]]
        with self.world.lock:
            self._content.setdefault(index.arn, {}).update({vector.key: vector for vector in vectors})

    @operation("GetVectors")
    def get_vectors(self, call: Request) -> Params:
        """Vectors by key; unknown keys are left out."""
        content = self._vectors(self._index(call))
        chosen = [content[key] for key in call.params["keys"] if key in content]
        return {"vectors": [self._shown(vector, call.params) for vector in chosen]}

    @operation("ListVectors")
    def list_vectors(self, call: Request) -> Params:
        """A page of the index; segments divide it for parallel readers."""
        vectors: Iterable[Vector] = self._vectors(self._index(call)).values()
        count = call.params.get("segmentCount", 1)
        if count > 1:
            chosen = call.params.get("segmentIndex", 0)
            vectors = [vector for vector in vectors if vector.serial % count == chosen]
        found, token = page(self.world, vectors, call.params, "nextToken", "maxResults", "ValidationException")
        answer: Params = {"vectors": [self._shown(vector, call.params) for vector in found]}
        return {**answer, "nextToken": token} if token else answer

    @operation("DeleteVectors")
    def delete_vectors(self, call: Request) -> None:
        """Remove vectors by key; unknown keys are ignored."""
        content = self._vectors(self._index(call))
        for key in call.params["keys"]:
            content.pop(key, None)

    @operation("QueryVectors")
    def query(self, call: Request) -> Params:
        """The topK nearest vectors that the filter lets through, nearest first."""
        index = self._index(call)
        asked = self._numbers(index, call.params.get("queryVector") or {})
        allowed = metadata_filter.compile_filter(call.params.get("filter"), self._unfilterable(index))
        vectors = [vector for vector in self._vectors(index).values() if allowed(vector.metadata)]
        found = []
        for distance, vector in nearest(index["distanceMetric"], asked, vectors)[: call.params["topK"]]:
            shown: Params = {"key": vector.key}
            if call.params.get("returnMetadata"):
                shown["metadata"] = dict(vector.metadata)
            if call.params.get("returnDistance"):
                shown["distance"] = distance
            found.append(shown)
        return {"vectors": found, "distanceMetric": index["distanceMetric"]}

    def _bucket(self, call: Request) -> EmulatedResource:
        return call.store.need("VectorBucket", (call.params["vectorBucketName"],))

    def _index(self, call: Request) -> EmulatedResource:
        self._bucket(call)
        return call.store.need("Index", (call.params["vectorBucketName"], call.params.get("indexName", "")))

    def _vectors(self, index: EmulatedResource) -> dict[str, Vector]:
        with self.world.lock:
            return self._content.setdefault(index.arn, {})

    def _vector(self, index: EmulatedResource, given: Params) -> Vector:
        found = given.get("metadata") or {}
        filterable = {name: value for name, value in found.items() if name not in self._unfilterable(index)}
        if len(json.dumps(filterable, ensure_ascii=False).encode()) > FILTERABLE_BYTES:
            raise ApiError("ValidationException", f"Filterable metadata must be at most {FILTERABLE_BYTES} bytes.")
        if len(json.dumps(found, ensure_ascii=False).encode()) > METADATA_BYTES:
            raise ApiError("ValidationException", f"Metadata must be at most {METADATA_BYTES} bytes.")
        return Vector(given["key"], self._numbers(index, given["data"]), self.world.serial(), found)

    @staticmethod
    def _unfilterable(index: EmulatedResource) -> frozenset[str]:
        return frozenset((index.get("metadataConfiguration") or {}).get("nonFilterableMetadataKeys", ()))

    @staticmethod
    def _numbers(index: EmulatedResource, data: Params) -> NDArray[np.float32]:
        numbers = np.asarray(data.get("float32") or (), dtype=np.float32)
        if len(numbers) != index["dimension"]:
            expected = f"The index has dimension {index['dimension']}, the vector has {len(numbers)}."
            raise ApiError("ValidationException", expected)
        if not np.isfinite(numbers).all():
            raise ApiError("ValidationException", "A vector must not hold NaN or infinity.")
        if index["distanceMetric"] == "cosine" and not numbers.any():
            raise ApiError("ValidationException", "A zero vector has no direction to compare by cosine.")
        return numbers

    @staticmethod
    def _shown(vector: Vector, params: Params) -> Params:
        shown: Params = {"key": vector.key}
        if params.get("returnData"):
            shown["data"] = {"float32": [float(number) for number in vector.data]}
        if params.get("returnMetadata"):
            shown["metadata"] = dict(vector.metadata)
        return shown
