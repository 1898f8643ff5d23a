"""S3 Vectors: buckets, indexes, policies, and vectors that are really compared.

Real here: exact (not approximate) nearest neighbours by cosine or euclidean distance, metadata filters, dimensions, the
size limits of metadata, dependencies. Not here: encryption, ENHANCED mode with text search, throughput.
The rules are those of docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors.html.
"""

import json
import re
from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from local_aws.framework import ApiError, Call, Codes, Kind, Params, Record, StandIn, Tagging, World, operation
from local_aws.framework.store import page
from local_aws.services.vectors import metadata_filter
from local_aws.services.vectors.nearest import Vector, nearest

_INDEX_ARN = re.compile(r"arn:[^:]+:s3vectors:[^:]*:[^:]*:bucket/(?P<bucket>[^/]+)(/index/(?P<index>[^/]+))?")
FILTERABLE_BYTES = 2048
METADATA_BYTES = 40 * 1024


def _no_content(call: Call, record: Record) -> None:
    if isinstance(call.owner, S3Vectors):
        call.owner.drop(record.arn)


class S3Vectors(StandIn):
    """Vector buckets, indexes and vectors."""

    service = "s3vectors"
    codes = Codes(missing="NotFoundException")
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds: ClassVar[tuple[Kind, ...]] = (
        Kind(
            "VectorBucket",
            ("vectorBucketName",),
            create="CreateVectorBucket",
            get="GetVectorBucket",
            list="ListVectorBuckets",
            delete="DeleteVectorBucket",
            arn="bucket/{vectorBucketName}",
            arn_member="vectorBucketArn",
        ),
        Kind(
            "Index",
            ("vectorBucketName", "indexName"),
            create="CreateIndex",
            get="GetIndex",
            list="ListIndexes",
            delete="DeleteIndex",
            arn="bucket/{vectorBucketName}/index/{indexName}",
            arn_member="indexArn",
            parents=("VectorBucket",),
            after_delete=_no_content,
        ),
    )

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._content: dict[str, dict[str, Vector]] = {}

    def normalise(self, call: Call) -> None:
        """Names in place of ARNs: every operation takes either."""
        if call.operation.endswith(("TagResource", "UntagResource", "TagsForResource")):
            return
        for member in ("vectorBucketArn", "indexArn"):
            arn = call.params.pop(member, None)
            found = _INDEX_ARN.fullmatch(arn) if arn else None
            if found:
                call.params["vectorBucketName"] = found["bucket"]
            if found and found["index"]:
                call.params["indexName"] = found["index"]
        needs_bucket = "VectorBuckets" not in call.operation
        if needs_bucket and not call.params.get("vectorBucketName"):
            raise ApiError("ValidationException", "Name the vector bucket by name or by ARN.")

    def drop(self, index_arn: str) -> None:
        """Forget the vectors of a deleted index."""
        self._content.pop(index_arn, None)

    @operation("PutVectorBucketPolicy")
    def put_policy(self, call: Call) -> None:
        """Keep a policy; it is not enforced."""
        try:
            json.loads(call.params["policy"])
        except ValueError as error:
            raise ApiError("ValidationException", "The policy is not JSON.") from error
        self._bucket(call).members["policy"] = call.params["policy"]

    @operation("GetVectorBucketPolicy")
    def get_policy(self, call: Call) -> Params:
        """The policy that was put."""
        policy = self._bucket(call).get("policy")
        if policy is None:
            raise ApiError("NotFoundException", "The vector bucket has no policy.")
        return {"policy": policy}

    @operation("DeleteVectorBucketPolicy")
    def delete_policy(self, call: Call) -> None:
        """Remove the policy, if there is one."""
        self._bucket(call).members.pop("policy", None)

    @operation("PutVectors")
    def put_vectors(self, call: Call) -> None:
        """Add or replace vectors; all or nothing."""
        index = self._index(call)
        vectors = [self._vector(index, given) for given in call.params["vectors"]]
        with self.world.lock:
            self._content.setdefault(index.arn, {}).update({vector.key: vector for vector in vectors})

    @operation("GetVectors")
    def get_vectors(self, call: Call) -> Params:
        """Vectors by key; unknown keys are left out."""
        content = self._vectors(self._index(call))
        chosen = [content[key] for key in call.params["keys"] if key in content]
        return {"vectors": [self._shown(vector, call.params) for vector in chosen]}

    @operation("ListVectors")
    def list_vectors(self, call: Call) -> Params:
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
    def delete_vectors(self, call: Call) -> None:
        """Remove vectors by key; unknown keys are ignored."""
        content = self._vectors(self._index(call))
        for key in call.params["keys"]:
            content.pop(key, None)

    @operation("QueryVectors")
    def query(self, call: Call) -> Params:
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

    def _bucket(self, call: Call) -> Record:
        return call.store.need("VectorBucket", (call.params["vectorBucketName"],))

    def _index(self, call: Call) -> Record:
        self._bucket(call)
        return call.store.need("Index", (call.params["vectorBucketName"], call.params.get("indexName", "")))

    def _vectors(self, index: Record) -> dict[str, Vector]:
        with self.world.lock:
            return self._content.setdefault(index.arn, {})

    def _vector(self, index: Record, given: Params) -> Vector:
        found = given.get("metadata") or {}
        filterable = {name: value for name, value in found.items() if name not in self._unfilterable(index)}
        if len(json.dumps(filterable, ensure_ascii=False).encode()) > FILTERABLE_BYTES:
            raise ApiError("ValidationException", f"Filterable metadata must be at most {FILTERABLE_BYTES} bytes.")
        if len(json.dumps(found, ensure_ascii=False).encode()) > METADATA_BYTES:
            raise ApiError("ValidationException", f"Metadata must be at most {METADATA_BYTES} bytes.")
        return Vector(given["key"], self._numbers(index, given["data"]), self.world.serial(), found)

    @staticmethod
    def _unfilterable(index: Record) -> frozenset[str]:
        return frozenset((index.get("metadataConfiguration") or {}).get("nonFilterableMetadataKeys", ()))

    @staticmethod
    def _numbers(index: Record, data: Params) -> NDArray[np.float32]:
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
