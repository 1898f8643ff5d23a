"""The content of OpenSearch Serverless's vector indexes, as a knowledge base writes and searches it."""

from typing import Any

import numpy as np

from local_aws.framework import ApiError, EmulatedResource, Params, StandIn, World
from local_aws.services.shared.nearest import Vector, nearest


class IndexContent(StandIn):
    """Documents with vectors, without the HTTP interface that a collection has."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._content: dict[tuple[str, ...], dict[str, Vector]] = {}

    def forget(self, record: EmulatedResource) -> None:
        """Drop the documents of a deleted index."""
        self._content.pop(record.key, None)

    def index(self, region: str, collection_arn: str, name: str) -> EmulatedResource:
        """An index by its collection's ARN; ResourceNotFoundException if either is not there."""
        store = self.store(region)
        return store.need("Index", (store.need("Collection", (collection_arn,)).key[0], name))

    def put(self, index: EmulatedResource, field: str, key: str, data: list[float], metadata: Params) -> None:
        """Add or replace a document with a vector; ValidationException if the dimension is not the field's."""
        dimension = index["dimensions"].get(field)
        if dimension != len(data):
            text = f"Field {field} has dimension {dimension}, the vector has {len(data)}."
            raise ApiError("ValidationException", text)
        vector = Vector(key, np.asarray(data, dtype=np.float32), self.world.serial(), metadata)
        with self.world.lock:
            self._content.setdefault(index.key, {})[key] = vector

    def delete(self, index: EmulatedResource, keys: list[str]) -> None:
        """Remove the documents with these ids."""
        for key in keys:
            self._content.get(index.key, {}).pop(key, None)

    def query(self, index: EmulatedResource, data: list[float], allowed: Any) -> list[tuple[float, Vector]]:
        """(distance, vector) of all documents that `allowed` lets through, nearest first."""
        with self.world.lock:
            vectors = [each for each in self._content.get(index.key, {}).values() if allowed(each.metadata)]
        return nearest("cosine", np.asarray(data, dtype=np.float32), vectors)
