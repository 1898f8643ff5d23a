"""What SageMaker tells EventBridge: jobs, executions of pipelines, their steps, and versions that change.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from local_aws.framework import EmulatedResource, Params
from local_aws.services.shared.backend import ServiceEvent

JOBS = {
    "TrainingJob": "SageMaker Training Job State Change",
    "ProcessingJob": "SageMaker Processing Job State Change",
    "TransformJob": "SageMaker Transform Job State Change",
    "HyperParameterTuningJob": "SageMaker HyperParameter Tuning Job State Change",
}
_PACKAGE = ("ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn", "ModelApprovalStatus",
            "ModelPackageDescription", "InferenceSpecification", "CustomerMetadataProperties",
            "ApprovalDescription")  # fmt: skip


def job(record: EmulatedResource, status: str, region: str) -> ServiceEvent:
    """A job has another status than it had before."""
    kind = record.kind.name
    detail = {**_milliseconds(record.members), f"{kind}Arn": record.arn, f"{kind}Status": status}
    return _event(JOBS[kind], detail, record.arn, region)


def execution(record: EmulatedResource, before: str, status: str, region: str) -> ServiceEvent:
    """An execution of a pipeline has another status; `before` is empty at its start."""
    detail = {
        "pipelineArn": record["PipelineArn"],
        "pipelineExecutionArn": record.arn,
        "pipelineExecutionDisplayName": record.get("PipelineExecutionDisplayName", ""),
        "pipelineExecutionDescription": record.get("PipelineExecutionDescription", ""),
        "currentPipelineExecutionStatus": status,
        **({"previousPipelineExecutionStatus": before} if before else {}),
        "executionStartTime": record["StartTime"],
    }
    arns = (str(record["PipelineArn"]), record.arn)
    return _event("SageMaker Model Building Pipeline Execution Status Change", detail, arns, region)


def step(record: EmulatedResource, shown: Params, region: str) -> ServiceEvent:
    """A step of an execution has another status."""
    metadata = {name[0].lower() + name[1:]: value for name, value in shown.get("Metadata", {}).items()}
    detail = {
        "pipelineArn": record["PipelineArn"],
        "pipelineExecutionArn": record.arn,
        "stepName": shown["StepName"],
        "currentStepStatus": shown["StepStatus"],
        "metadata": metadata,
        "failureReason": shown.get("FailureReason", ""),
        "startTime": shown["StartTime"],
        **({"endTime": shown["EndTime"]} if "EndTime" in shown else {}),
    }
    arns = (str(record["PipelineArn"]), record.arn)
    return _event("SageMaker Model Building Pipeline Execution Step Status Change", detail, arns, region)


def package(record: EmulatedResource, status: str, updated: Iterable[str], region: str) -> ServiceEvent:
    """A version was made or changed. `updated` are the members that an update named, whatever their values were."""
    detail: dict[str, Any] = {name: record.members[name] for name in _PACKAGE if record.get(name) is not None}
    detail |= {"ModelPackageStatus": status, "CreationTime": int(record.created * 1000)}
    fields = sorted(updated)
    detail |= {"UpdatedModelPackageFields": fields} if fields else {}
    return _event("SageMaker Model Package State Change", detail, str(record["ModelPackageArn"]), region)


def _event(detail_type: str, detail: Mapping[str, Any], arns: str | tuple[str, ...], region: str) -> ServiceEvent:
    resources = (arns,) if isinstance(arns, str) else arns
    return ServiceEvent("aws.sagemaker", detail_type, detail, resources, region)


def _milliseconds(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: int(value.timestamp() * 1000) if isinstance(value, datetime) else value for name, value in members.items()
    }
