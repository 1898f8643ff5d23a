"""The same over HTTP, as in a rehearsal: a pipeline on the running local AWS, with its own S3."""

import json
from typing import Any

import pytest

from tests.local_aws.conftest import Clients
from tests.local_aws.services.sagemaker import lab_pipeline
from tests.local_aws.services.sagemaker.lab import BUCKET
from tests.local_aws.services.sagemaker.lab_pipeline import GROUP
from tests.local_aws.support import ROLE, MemoryBackend

pytestmark = pytest.mark.rehearsal


def run(sagemaker: Any, token: str) -> Any:
    arn = sagemaker.start_pipeline_execution(PipelineName="lab", ClientRequestToken=token * 32)["PipelineExecutionArn"]
    while True:
        found = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        if found["PipelineExecutionStatus"] != "Executing":
            return found


def test_a_pipeline_registers_a_version_twice(clients: Clients) -> None:
    sagemaker, s3 = clients("sagemaker"), clients("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    files = MemoryBackend()
    lab_pipeline.fill(files)
    for (bucket, key), content in files.objects.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    sagemaker.create_pipeline(
        PipelineName="lab", ClientRequestToken="x" * 32, RoleArn=ROLE, PipelineDefinition=lab_pipeline.text()
    )
    for token, cached in (("a", []), ("b", ["Split", "Train"])):
        execution = run(sagemaker, token)
        steps = sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=execution["PipelineExecutionArn"], SortOrder="Ascending"
        )["PipelineExecutionSteps"]
        assert execution["PipelineExecutionStatus"] == "Succeeded", steps
        assert [each["StepName"] for each in steps if "CacheHitResult" in each] == cached
    versions = sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
    assert [each["ModelApprovalStatus"] for each in versions] == ["PendingManualApproval"] * 2
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="runs/")["Contents"]]
    report = json.loads(s3.get_object(Bucket=BUCKET, Key=keys[0])["Body"].read())
    assert report["metrics"]["auc"]["value"] > 0.8
    for each in versions:
        sagemaker.delete_model_package(ModelPackageName=each["ModelPackageArn"])
    sagemaker.delete_model_package_group(ModelPackageGroupName=GROUP)
    sagemaker.delete_pipeline(PipelineName="lab", ClientRequestToken="y" * 32)
    for kind in ("Training", "Processing"):
        listed = getattr(sagemaker, f"list_{kind.lower()}_jobs")()[f"{kind}JobSummaries"]
        for each in listed:
            getattr(sagemaker, f"delete_{kind.lower()}_job")(**{f"{kind}JobName": each[f"{kind}JobName"]})
    for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    s3.delete_bucket(Bucket=BUCKET)
