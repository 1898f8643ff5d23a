"""What attendees make in a half-day workshop, made with boto3 as they would; in process and over HTTP alike.

Everything carries the workshop's tag, as the permissions boundary forces it to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contract import ATTENDEE_TAG, WORKSHOP_TAG

Client = Callable[[str], Any]
"""Gives the boto3 client of a service."""
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/xgboost:3.0-5"


@dataclass(frozen=True)
class Classroom:
    """Where attendees work: the deployed domain, and what their endpoints run as and with."""

    workshop: str
    domain_id: str
    role_arn: str
    model_data: str
    """S3 URI of a model's archive, which has to be there when a model is made."""


def work(client: Client, room: Classroom, attendees: Iterable[str]) -> list[str]:
    """Let each attendee do the labs; gives the ARN of everything that was made."""
    return [made for attendee in attendees for lab in _LABS for made in lab(client, room, attendee)]


def _studio(client: Client, room: Classroom, attendee: str) -> Iterable[str]:
    """A private space with a running JupyterLab."""
    sagemaker, space = client("sagemaker"), f"{attendee}-lab"
    made_space = sagemaker.create_space(
        DomainId=room.domain_id,
        SpaceName=space,
        Tags=_pairs(room, attendee),
        OwnershipSettings={"OwnerUserProfileName": attendee},
        SpaceSharingSettings={"SharingType": "Private"},
    )
    made_app = sagemaker.create_app(
        DomainId=room.domain_id, SpaceName=space, AppType="JupyterLab", AppName="default", Tags=_pairs(room, attendee)
    )
    return made_space["SpaceArn"], made_app["AppArn"]


def _endpoint(client: Client, room: Classroom, attendee: str) -> Iterable[str]:
    """A model behind an endpoint, the way `model.deploy()` makes it."""
    sagemaker, tags = client("sagemaker"), _pairs(room, attendee)
    model, config, endpoint = f"{attendee}-model", f"{attendee}-config", f"{attendee}-endpoint"
    container = {"Image": IMAGE, "ModelDataUrl": room.model_data}
    made_model = sagemaker.create_model(
        ModelName=model, PrimaryContainer=container, ExecutionRoleArn=room.role_arn, Tags=tags
    )
    variant = {
        "VariantName": "all",
        "ModelName": model,
        "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1},
    }
    made_config = sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant], Tags=tags)
    made_endpoint = sagemaker.create_endpoint(EndpointName=endpoint, EndpointConfigName=config, Tags=tags)
    return made_model["ModelArn"], made_config["EndpointConfigArn"], made_endpoint["EndpointArn"]


def _guardrail(client: Client, room: Classroom, attendee: str) -> Iterable[str]:
    made = client("bedrock").create_guardrail(
        name=f"{attendee}-guardrail",
        blockedInputMessaging="No.",
        blockedOutputsMessaging="No.",
        wordPolicyConfig={"wordsConfig": [{"text": "secret"}]},
        tags=[{"key": key, "value": value} for key, value in _tags(room, attendee).items()],
    )
    return [made["guardrailArn"]]


def _vectors(client: Client, room: Classroom, attendee: str) -> Iterable[str]:
    """A vector bucket with an index."""
    s3vectors, bucket = client("s3vectors"), f"{room.workshop}-{attendee}"
    made_bucket = s3vectors.create_vector_bucket(vectorBucketName=bucket, tags=_tags(room, attendee))
    made_index = s3vectors.create_index(
        vectorBucketName=bucket, indexName="docs", dataType="float32", dimension=8, distanceMetric="cosine"
    )
    return made_bucket["vectorBucketArn"], made_index["indexArn"]


def _memory(client: Client, room: Classroom, attendee: str) -> Iterable[str]:
    name = f"memory_{attendee.replace('-', '_')}"
    agentcore = client("bedrock-agentcore-control")
    made = agentcore.create_memory(name=name, eventExpiryDuration=7, tags=_tags(room, attendee))
    return [made["memory"]["arn"]]


def _logs(client: Client, room: Classroom, attendee: str) -> Iterable[str]:
    logs, name = client("logs"), f"/workshop/{room.workshop}/{attendee}"
    logs.create_log_group(logGroupName=name, tags=_tags(room, attendee))
    return [made["logGroupArn"] for made in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]]


_LABS: tuple[Callable[[Client, Classroom, str], Iterable[str]], ...] = (
    _studio, _endpoint, _guardrail, _vectors, _memory, _logs,
)  # fmt: skip


def _tags(room: Classroom, attendee: str) -> Mapping[str, str]:
    return {WORKSHOP_TAG: room.workshop, ATTENDEE_TAG: attendee}


def _pairs(room: Classroom, attendee: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in _tags(room, attendee).items()]
