"""Buckets of CloudFormation: every property is applied or refused, and only an empty bucket goes."""

from typing import Any

import pytest

from tests.local_aws.cloudformation.cases.case import resource
from tests.local_aws.conftest import Clients, Stack

pytestmark = pytest.mark.rehearsal

BUCKET = "AWS::S3::Bucket"


def with_encryption(algorithm: str) -> dict[str, Any]:
    rules = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, "BucketKeyEnabled": True}]
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": rules}}


def expiring(days: int) -> dict[str, Any]:
    rule = {"Id": "short", "Status": "Enabled", "ExpirationInDays": days, "Prefix": "logs/"}
    return {"LifecycleConfiguration": {"Rules": [rule]}}


def test_properties_are_applied_changed_and_taken_away(stack: Stack, clients: Clients) -> None:
    s3 = clients("s3")
    owner = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
    target = {"Target": resource(BUCKET)}
    logging = {"LoggingConfiguration": {"DestinationBucketName": {"Ref": "Target"}, "LogFilePrefix": "access/"}}
    first = resource(BUCKET, **with_encryption("AES256"), **expiring(30), **owner, **logging)
    name = stack.deploy({**target, "It": first}, {"Name": {"Ref": "It"}})["Name"]

    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]["Expiration"]["Days"] == 30
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"] == owner["OwnershipControls"]
    assert s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]["TargetPrefix"] == "access/"
    assert {"Key": "workshop:id", "Value": stack.name} in s3.get_bucket_tagging(Bucket=name)["TagSet"]

    stack.deploy({**target, "It": resource(BUCKET, **with_encryption("aws:kms"), **owner, **logging)})
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)


def test_a_property_that_nobody_applies_is_refused(stack: Stack) -> None:
    with pytest.raises(AssertionError, match="does not apply AccelerateConfiguration"):
        stack.deploy({"It": resource(BUCKET, AccelerateConfiguration={"AccelerationStatus": "Enabled"})})


@pytest.mark.parametrize("versions", [False, True])
def test_only_an_empty_bucket_is_deleted(stack: Stack, clients: Clients, versions: bool) -> None:
    s3 = clients("s3")
    name = stack.deploy(
        {"It": resource(BUCKET, VersioningConfiguration={"Status": "Enabled"})}, {"Name": {"Ref": "It"}}
    )["Name"]
    s3.put_object(Bucket=name, Key="a", Body=b"b")
    if versions:
        s3.delete_object(Bucket=name, Key="a")  # leaves the version and a delete marker
    assert stack.delete() == "DELETE_FAILED"
    assert "BucketNotEmpty" in "\n".join(stack.reasons())
    listed = s3.list_object_versions(Bucket=name)
    for item in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=name, Key=item["Key"], VersionId=item["VersionId"])
    assert stack.delete() == "DELETE_COMPLETE"
    assert name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_a_write_with_kms_and_no_key_uses_the_managed_key(stack: Stack, clients: Clients) -> None:
    s3 = clients("s3")
    name = stack.deploy({"It": resource(BUCKET)}, {"Name": {"Ref": "It"}})["Name"]
    s3.put_object(Bucket=name, Key="a", Body=b"b", ServerSideEncryption="aws:kms")
    assert s3.head_object(Bucket=name, Key="a")["SSEKMSKeyId"].endswith(":alias/aws/s3")
