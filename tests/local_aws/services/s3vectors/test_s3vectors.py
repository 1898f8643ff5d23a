"""S3 Vectors: real neighbours, filters, limits."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.framework import ApiError, World
from local_aws.services.s3vectors.control import S3Vectors
from tests.local_aws.doors import Client

INDEX = {"vectorBucketName": "bucket", "indexName": "index"}


def made(client: Client, metric: str = "cosine", dimension: int = 2, **more: Any) -> Any:
    vectors = client("s3vectors")
    vectors.create_vector_bucket(vectorBucketName="bucket")
    vectors.create_index(**INDEX, dataType="float32", dimension=dimension, distanceMetric=metric, **more)
    return vectors


def put(vectors: Any, **points: tuple[list[float], dict[str, Any]]) -> None:
    entries = [{"key": key, "data": {"float32": data}, "metadata": more} for key, (data, more) in points.items()]
    vectors.put_vectors(**INDEX, vectors=entries)


def found(vectors: Any, asked: list[float], **more: Any) -> list[str]:
    answer = vectors.query_vectors(**INDEX, queryVector={"float32": asked}, **{"topK": 10, **more})
    return [each["key"] for each in answer["vectors"]]


def test_cosine_looks_at_the_direction_and_euclid_at_the_place(client: Client) -> None:
    vectors = made(client)
    put(vectors, far_same=([10.0, 10.0], {}), near_other=([1.0, 0.0], {}), opposite=([-1.0, -1.0], {}))
    assert found(vectors, [1.0, 1.0]) == ["far_same", "near_other", "opposite"]
    vectors.create_index(
        vectorBucketName="bucket", indexName="euclid", dataType="float32", dimension=2, distanceMetric="euclidean"
    )
    entries = [
        {"key": "far_same", "data": {"float32": [10.0, 10.0]}},
        {"key": "near_other", "data": {"float32": [1.0, 0.0]}},
    ]
    vectors.put_vectors(vectorBucketName="bucket", indexName="euclid", vectors=entries)
    answer = vectors.query_vectors(
        vectorBucketName="bucket",
        indexName="euclid",
        topK=1,
        queryVector={"float32": [1.0, 1.0]},
        returnDistance=True,
        returnMetadata=True,
    )
    assert answer["vectors"] == [{"key": "near_other", "distance": 1.0, "metadata": {}}]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"lang": "vi"}, {"a"}),
        ({"lang": {"$ne": "vi"}}, {"b", "c"}),
        ({"lang": {"$in": ["vi", "fr"]}}, {"a", "c"}),
        ({"lang": {"$nin": ["vi"]}}, {"b", "c"}),
        ({"year": {"$gte": 2025, "$lt": 2027}}, {"a"}),
        ({"year": {"$exists": False}}, {"c"}),
        ({"tags": "rag"}, {"b"}),
        ({"$or": [{"lang": "vi"}, {"year": {"$gt": 2026}}]}, {"a", "b"}),
        ({"$and": [{"lang": "en"}, {"year": 2027}]}, {"b"}),
    ],
)
def test_filters(client: Client, wanted: dict[str, Any], keys: set[str]) -> None:
    vectors = made(client)
    put(
        vectors,
        a=([1.0, 0.0], {"lang": "vi", "year": 2026}),
        b=([1.0, 0.1], {"lang": "en", "year": 2027, "tags": ["rag", "agents"]}),
        c=([1.0, 0.2], {"lang": "fr"}),
    )
    assert set(found(vectors, [1.0, 0.0], filter=wanted)) == keys


@pytest.mark.parametrize(
    "wanted", [{"$not": []}, {"year": {"$gt": "x"}}, {"year": {"$near": 1}}, {"secret": "x"}, {"$or": {}}]
)
def test_filter_that_s3_vectors_would_refuse_is_refused(client: Client, wanted: dict[str, Any]) -> None:
    vectors = made(client, metadataConfiguration={"nonFilterableMetadataKeys": ["secret"]})
    with pytest.raises(vectors.exceptions.ValidationException):
        found(vectors, [1.0, 0.0], filter=wanted)


@pytest.mark.parametrize(
    ("data", "metadata"),
    [([1.0], {}), ([0.0, 0.0], {}), ([float("inf"), 1.0], {}), ([1.0, 1.0], {"text": "x" * 2048})],
)
def test_vector_against_the_rules_is_refused_and_nothing_is_stored(
    client: Client, data: list[float], metadata: dict[str, Any]
) -> None:
    vectors = made(client)
    with pytest.raises(ClientError):
        put(vectors, good=([1.0, 1.0], {}), bad=(data, metadata))
    assert vectors.list_vectors(**INDEX)["vectors"] == []


def test_large_metadata_goes_where_it_is_not_filterable(client: Client) -> None:
    vectors = made(client, metadataConfiguration={"nonFilterableMetadataKeys": ["text"]})
    put(vectors, good=([1.0, 1.0], {"text": "x" * 30_000}))
    with pytest.raises(vectors.exceptions.ValidationException, match="40960"):
        put(vectors, bad=([1.0, 1.0], {"text": "x" * 41_000}))


def test_index_by_arn_policy_and_order_of_deletion(client: Client) -> None:
    vectors = made(client)
    index = vectors.get_index(**INDEX)["index"]
    assert vectors.get_index(indexArn=index["indexArn"])["index"]["dimension"] == 2
    with pytest.raises(vectors.exceptions.NotFoundException):
        vectors.get_vector_bucket_policy(vectorBucketName="bucket")
    vectors.put_vector_bucket_policy(vectorBucketName="bucket", policy='{"Statement": []}')
    assert vectors.get_vector_bucket_policy(vectorBucketName="bucket")["policy"] == '{"Statement": []}'
    with pytest.raises(vectors.exceptions.ConflictException):
        vectors.delete_vector_bucket(vectorBucketName="bucket")
    put(vectors, a=([1.0, 1.0], {}))
    vectors.delete_index(indexArn=index["indexArn"])
    vectors.create_index(**INDEX, dataType="float32", dimension=2, distanceMetric="cosine")
    assert vectors.list_vectors(**INDEX)["vectors"] == []


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 40), size=st.integers(1, 12), segments=st.integers(1, 4))
def test_segments_and_pages_give_every_vector_exactly_once(count: int, size: int, segments: int) -> None:
    service = S3Vectors(World())
    service.call("CreateVectorBucket", {"vectorBucketName": "bucket"})
    service.call("CreateIndex", {**INDEX, "dataType": "float32", "dimension": 1, "distanceMetric": "euclidean"})
    keys = [f"k{number}" for number in range(count)]
    if keys:
        service.call("PutVectors", {**INDEX, "vectors": [{"key": key, "data": {"float32": [1.0]}} for key in keys]})
    seen: list[str] = []
    for segment in range(segments):
        token: dict[str, str] = {}
        while True:
            part = {"segmentCount": segments, "segmentIndex": segment, "maxResults": size}
            page = service.call("ListVectors", {**INDEX, **part, **token})
            seen += [each["key"] for each in page["vectors"]]
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
    assert sorted(seen) == sorted(keys)


def test_filter_is_checked_before_any_vector_is_there() -> None:
    service = S3Vectors(World())
    service.call("CreateVectorBucket", {"vectorBucketName": "bucket"})
    service.call("CreateIndex", {**INDEX, "dataType": "float32", "dimension": 1, "distanceMetric": "cosine"})
    with pytest.raises(ApiError, match="Unknown filter operator"):
        service.call("QueryVectors", {**INDEX, "topK": 1, "queryVector": {"float32": [1.0]}, "filter": {"$x": []}})
