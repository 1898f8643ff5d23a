"""S3 Vectors."""

from typing import Any

from tests.local_aws.cloudformation.cases.case import Case, Change, Properties, by, get, resource

BUCKET = {"Vectors": resource("AWS::S3Vectors::VectorBucket")}
OTHER_BUCKET = {"OtherVectors": resource("AWS::S3Vectors::VectorBucket")}


def index(**more: Any) -> Properties:
    """An index of the bucket `Vectors`."""
    arn = get("Vectors", "VectorBucketArn")
    return {"VectorBucketArn": arn, "DataType": "float32", "Dimension": 1024, "DistanceMetric": "cosine", **more}


def _policy(effect: str) -> Properties:
    statement = {"Effect": effect, "Principal": "*", "Action": "s3vectors:GetIndex", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


CASES = (
    Case(
        "AWS::S3Vectors::VectorBucket",
        {},
        by("s3vectors", "get_vector_bucket", "vectorBucketArn", at="vectorBucket"),
        replace={"VectorBucketName": "another-bucket"},
    ),
    Case(
        "AWS::S3Vectors::Index",
        index(),
        by("s3vectors", "get_index", "indexArn", at="index"),
        replace={"Dimension": 256},
        needs=BUCKET,
    ),
    Case(
        "AWS::S3Vectors::VectorBucketPolicy",
        {"VectorBucketArn": get("Vectors", "VectorBucketArn"), "Policy": _policy("Allow")},
        by("s3vectors", "get_vector_bucket_policy", "vectorBucketArn"),
        in_place=Change({"Policy": _policy("Deny")}),
        replace={"VectorBucketArn": get("OtherVectors", "VectorBucketArn")},
        needs=BUCKET | OTHER_BUCKET,
    ),
)
