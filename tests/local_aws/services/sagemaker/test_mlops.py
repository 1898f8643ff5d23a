"""The model registry, pipelines and labelling jobs over HTTP, as in a rehearsal."""

from typing import Any

import pytest

from tests.local_aws.doors import Client
from tests.local_aws.services.sagemaker import lab_pipeline
from tests.local_aws.support import ROLE


@pytest.fixture
def group(http_client: Client) -> Any:
    sagemaker = http_client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="fraud", Tags=[{"Key": "workshop:id", "Value": "ws"}])
    return sagemaker


def packages(sagemaker: Any) -> list[str]:
    listed = sagemaker.list_model_packages(ModelPackageGroupName="fraud")["ModelPackageSummaryList"]
    return [each["ModelPackageArn"].partition("model-package/")[2] for each in listed]


def test_packages_of_a_group_are_numbered_and_numbers_are_not_given_twice(group: Any) -> None:
    arns = [group.create_model_package(ModelPackageGroupName="fraud")["ModelPackageArn"] for _ in range(2)]
    assert packages(group) == ["fraud/1", "fraud/2"]
    group.delete_model_package(ModelPackageName=arns[0])
    group.create_model_package(ModelPackageGroupName="fraud")
    assert packages(group) == ["fraud/2", "fraud/3"]


def test_a_package_is_approved_and_tagged_by_its_arn(group: Any) -> None:
    tags = [{"Key": "workshop:id", "Value": "ws"}]
    arn = group.create_model_package(ModelPackageGroupName="fraud", Tags=tags)["ModelPackageArn"]
    assert group.describe_model_package(ModelPackageName=arn)["ModelApprovalStatus"] == "PendingManualApproval"
    group.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    described = group.describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["ModelPackageVersion"]) == ("Approved", 1)
    assert group.list_tags(ResourceArn=arn)["Tags"] == tags


def test_a_group_stays_while_it_has_packages(group: Any) -> None:
    arn = group.create_model_package(ModelPackageGroupName="fraud")["ModelPackageArn"]
    with pytest.raises(group.exceptions.ConflictException, match="ModelPackage"):
        group.delete_model_package_group(ModelPackageGroupName="fraud")
    group.delete_model_package(ModelPackageName=arn)
    group.delete_model_package_group(ModelPackageGroupName="fraud")
    assert group.list_model_package_groups()["ModelPackageGroupSummaryList"] == []


def test_a_pipeline_is_active_changed_and_deleted(http_client: Client) -> None:
    sagemaker = http_client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName="train", ClientRequestToken="x" * 32, RoleArn=ROLE, PipelineDefinition=lab_pipeline.text()
    )
    sagemaker.update_pipeline(PipelineName="train", PipelineDescription="nightly")
    described = sagemaker.describe_pipeline(PipelineName="train")
    assert (described["PipelineStatus"], described["PipelineDescription"]) == ("Active", "nightly")
    sagemaker.delete_pipeline(PipelineName="train", ClientRequestToken="y" * 32)
    assert sagemaker.list_pipelines()["PipelineSummaries"] == []


def test_a_labelling_job_runs_is_stopped_and_stays_on_record(http_client: Client, world: Any) -> None:
    world.delays = {"sagemaker.LabelingJob.create": 60}
    sagemaker = http_client("sagemaker")
    sagemaker.create_labeling_job(
        LabelingJobName="photos",
        LabelAttributeName="label",
        InputConfig={"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bucket/manifest"}}},
        OutputConfig={"S3OutputPath": "s3://bucket/out"},
        RoleArn=ROLE,
        HumanTaskConfig={
            "WorkteamArn": "arn:aws:sagemaker:ap-southeast-1:111122223333:workteam/private-crowd/people",
            "UiConfig": {"UiTemplateS3Uri": "s3://bucket/ui"},
            "TaskTitle": "title",
            "TaskDescription": "description",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 60,
        },
    )
    assert sagemaker.describe_labeling_job(LabelingJobName="photos")["LabelingJobStatus"] == "InProgress"
    sagemaker.stop_labeling_job(LabelingJobName="photos")
    listed = sagemaker.list_labeling_jobs()["LabelingJobSummaryList"]
    assert [(each["LabelingJobName"], each["LabelingJobStatus"]) for each in listed] == [("photos", "Stopped")]
    assert listed[0]["WorkteamArn"].endswith("private-crowd/people")
