"""What the deployed resources say, read from their own services."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jmespath  # type: ignore[import-untyped]

from local_aws.cloudformation.api import Api, MissingError
from local_aws.cloudformation.lifecycle import Lifecycle
from local_aws.cloudformation.registry import schemas
from local_aws.cloudformation.tables import TYPES

ApiOf = Callable[[str], Api]
"""Gives a service of the local AWS."""


class Answer(NamedTuple):
    """An answer of a service about one deployed resource."""

    place: str
    """Whose answer it is, such as `ws-2026-11-28-ab12-Tools/PredictRole`."""
    answer: Any


class UnreadableTypeError(Exception):
    """A resource type is deployed that nobody reads here; the text names it."""


@dataclass(frozen=True)
class Ask:
    """An operation that is asked about one resource."""

    service: str
    operation: str
    parameter: str
    """Gets what CloudFormation calls the physical id."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further parameters."""
    listed: bool = False
    """The parameter takes a list."""
    then: tuple[str, str, str] | None = None
    """Operation to ask for each item of the answer, its further parameter, and where the items are in the answer."""


NATIVE: Mapping[str, tuple[Ask, ...]] = {
    "AWS::ApiGateway::RestApi": (
        Ask("apigateway", "GetRestApi", "restApiId"),
        Ask("apigateway", "GetAuthorizers", "restApiId"),
    ),
    "AWS::Athena::WorkGroup": (Ask("athena", "GetWorkGroup", "WorkGroup"),),
    "AWS::CloudWatch::Alarm": (Ask("cloudwatch", "DescribeAlarms", "AlarmNames", listed=True),),
    "AWS::CodeBuild::Project": (Ask("codebuild", "BatchGetProjects", "names", listed=True),),
    "AWS::Cognito::UserPool": (Ask("cognito-idp", "DescribeUserPool", "UserPoolId"),),
    "AWS::DynamoDB::GlobalTable": (Ask("dynamodb", "DescribeTable", "TableName"),),
    "AWS::EC2::RouteTable": (Ask("ec2", "DescribeRouteTables", "RouteTableIds", listed=True),),
    "AWS::EC2::Subnet": (Ask("ec2", "DescribeSubnets", "SubnetIds", listed=True),),
    "AWS::EC2::VPC": (Ask("ec2", "DescribeVpcs", "VpcIds", listed=True),),
    "AWS::Events::Rule": (
        Ask("events", "DescribeRule", "Name"),
        Ask("events", "ListTargetsByRule", "Rule"),
    ),
    "AWS::Glue::Database": (
        Ask("glue", "GetDatabase", "Name"),
        Ask("glue", "GetTables", "DatabaseName"),
    ),
    "AWS::IAM::ManagedPolicy": (
        Ask("iam", "GetPolicy", "PolicyArn", then=("GetPolicyVersion", "VersionId", "[Policy.DefaultVersionId]")),
    ),
    "AWS::IAM::Role": (
        Ask("iam", "GetRole", "RoleName"),
        Ask("iam", "ListAttachedRolePolicies", "RoleName"),
        Ask("iam", "ListRolePolicies", "RoleName", then=("GetRolePolicy", "PolicyName", "PolicyNames")),
    ),
    "AWS::KMS::Key": (Ask("kms", "GetKeyPolicy", "KeyId", {"PolicyName": "default"}),),
    "AWS::Lambda::EventSourceMapping": (Ask("lambda", "GetEventSourceMapping", "UUID"),),
    "AWS::Lambda::Function": (
        Ask("lambda", "GetFunctionConfiguration", "FunctionName"),
        Ask("lambda", "GetPolicy", "FunctionName"),
    ),
    "AWS::Logs::LogGroup": (Ask("logs", "DescribeLogGroups", "logGroupNamePrefix"),),
    "AWS::S3::Bucket": (
        Ask("s3", "GetBucketEncryption", "Bucket"),
        Ask("s3", "GetBucketLogging", "Bucket"),
        Ask("s3", "GetBucketNotificationConfiguration", "Bucket"),
        Ask("s3", "GetBucketPolicy", "Bucket"),
    ),
    "AWS::SNS::Topic": (
        Ask("sns", "GetTopicAttributes", "TopicArn"),
        Ask("sns", "ListSubscriptionsByTopic", "TopicArn"),
    ),
    "AWS::SSM::Parameter": (Ask("ssm", "GetParameter", "Name"),),
    "AWS::SQS::Queue": (Ask("sqs", "GetQueueAttributes", "QueueUrl", {"AttributeNames": ["All"]}),),
}
"""What is read of the types that the emulator itself makes."""
BESIDES: Mapping[str, tuple[Ask, ...]] = {
    "AWS::Bedrock::Agent": (
        Ask(
            "bedrock-agent",
            "ListAgentActionGroups",
            "agentId",
            {"agentVersion": "DRAFT"},
            then=("GetAgentActionGroup", "actionGroupId", "actionGroupSummaries[].actionGroupId"),
        ),
        Ask("bedrock-agent", "ListAgentKnowledgeBases", "agentId", {"agentVersion": "DRAFT"}),
    ),
    "AWS::CloudTrail::Trail": (Ask("cloudtrail", "GetEventSelectors", "TrailName"),),
}
"""What is read of a type besides the operation that the local AWS has for it."""
NOTHING_OF_THEIR_OWN = frozenset(
    {
        "AWS::ApiGateway::Authorizer",  # with the API
        "AWS::ApiGateway::Deployment",  # names nothing
        "AWS::ApiGateway::Method",  # its function is called by the smoke checks
        "AWS::ApiGateway::Resource",  # names nothing
        "AWS::ApiGateway::Stage",  # names its deployment only
        "AWS::Cognito::UserPoolClient",  # named by the function that uses it
        "AWS::Cognito::UserPoolGroup",  # names nothing
        "AWS::EC2::SubnetRouteTableAssociation",  # in the route table
        "AWS::Glue::Table",  # with the database
        "AWS::Lambda::LayerVersion",  # names nothing
        "AWS::Lambda::Permission",  # in the function's policy
        "AWS::S3::BucketPolicy",  # with the bucket
        "AWS::SNS::Subscription",  # with the topic
        "AWS::SNS::TopicPolicy",  # with the topic
        "AWS::SQS::QueuePolicy",  # with the queue
        "AWS::Scheduler::Schedule",  # named by its group and itself; its target is read by the scheduled rehearsal
        "AWS::Scheduler::ScheduleGroup",  # names nothing
    }
)


def read_all(api_of: ApiOf, stacks: Iterable[str]) -> Iterator[Answer]:
    """What every resource in the stacks of these names says, and what the account has one of."""
    for stack in stacks:
        pages = api_of("cloudformation").client().get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack):
            for resource in page["StackResourceSummaries"]:
                place = f"{stack}/{resource['LogicalResourceId']}"
                for answer in read(api_of, resource["ResourceType"], resource["PhysicalResourceId"]):
                    yield Answer(place, answer)
    yield Answer(
        "the account's log of model calls",
        api_of("bedrock").call("GetModelInvocationLoggingConfiguration", {}).get("loggingConfig"),
    )


def read(api_of: ApiOf, resource_type: str, physical_id: str) -> Iterator[Any]:
    """Every answer about one resource, none if it is gone. Raises UnreadableTypeError for a type without a row here."""
    if resource_type in TYPES:
        declared = TYPES[resource_type]
        with suppress(MissingError):  # who names it is found
            yield Lifecycle(declared, schemas()[resource_type], api_of(declared.service)).read(physical_id)
    elif not readable(resource_type):
        raise UnreadableTypeError(f"{resource_type} is deployed, and nobody reads what it names: {__name__}")
    for ask in (*NATIVE.get(resource_type, ()), *BESIDES.get(resource_type, ())):
        yield from _answers(api_of(ask.service), ask, physical_id)


def readable(resource_type: str) -> bool:
    """True if it is read here, or is known to say nothing of its own."""
    known = resource_type in TYPES or resource_type in NATIVE or resource_type in NOTHING_OF_THEIR_OWN
    return known or resource_type.startswith("Custom::")


def _answers(api: Api, ask: Ask, physical_id: str) -> Iterator[Any]:
    identity = {ask.parameter: [physical_id] if ask.listed else physical_id, **ask.more}
    try:
        answer = api.call(ask.operation, identity)
    except MissingError:
        return
    yield answer
    if ask.then:
        operation, parameter, items = ask.then
        for item in jmespath.search(items, answer) or ():
            yield api.call(operation, {**identity, parameter: item})
