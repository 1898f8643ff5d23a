"""The inventory behind "nothing is left" sees every kind of resource, and nothing that is gone."""

from typing import Any

import boto3
import pytest

from local_aws.launcher import LocalAws
from tests.local_aws.cloudformation.cases import CASES
from tests.local_aws.cloudformation.cases.case import WITH_ROLE, get, resource
from tests.local_aws.conftest import ACCOUNT, Clients, Stack
from tests.local_aws.emulator.functions import ROLE, archive
from workshop.rehearse.inventory import LISTINGS, everything

pytestmark = pytest.mark.rehearsal

NATIVE: dict[str, Any] = {
    **WITH_ROLE,
    "Bucket": resource("AWS::S3::Bucket"),
    "Queue": resource("AWS::SQS::Queue"),
    "Topic": resource("AWS::SNS::Topic"),
    "Subscription": resource(
        "AWS::SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol="email", Endpoint="organiser@example.com"
    ),
    "Rule": resource("AWS::Events::Rule", ScheduleExpression="rate(1 day)"),
    "Group": resource("AWS::Logs::LogGroup"),
    "Table": resource(
        "AWS::DynamoDB::Table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    ),
    "Parameter": resource("AWS::SSM::Parameter", Type="String", Value="x"),
    "Policy": resource(
        "AWS::IAM::ManagedPolicy",
        PolicyDocument={
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
        },
    ),
    "Alarm": resource(
        "AWS::CloudWatch::Alarm",
        MetricName="Errors",
        Namespace="AWS/Lambda",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    ),
    "Key": resource("AWS::KMS::Key", KeyPolicy={"Version": "2012-10-17", "Statement": []}),
    "Alias": resource("AWS::KMS::Alias", AliasName="alias/inventory", TargetKeyId={"Ref": "Key"}),
    "Security": resource("AWS::EC2::SecurityGroup", GroupDescription="x", VpcId={"Ref": "Vpc"}),
    "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
    "Subnet": resource("AWS::EC2::Subnet", CidrBlock="10.0.0.0/24", VpcId={"Ref": "Vpc"}),
    "Function": resource(
        "AWS::Lambda::Function",
        Runtime="python3.14",
        Handler="index.handler",
        Role=ROLE,
        Code={"ZipFile": "handler = 1"},
    ),
    "Mapping": resource(
        "AWS::Lambda::EventSourceMapping", EventSourceArn=get("Queue", "Arn"), FunctionName={"Ref": "Function"}
    ),
    "Users": resource("AWS::Cognito::UserPool", UserPoolName="inventory"),
    "Api": resource("AWS::ApiGateway::RestApi", Name="inventory"),
    "Database": resource("AWS::Glue::Database", CatalogId=ACCOUNT, DatabaseInput={"Name": "inventory"}),
    "WorkGroup": resource("AWS::Athena::WorkGroup", Name="inventory"),
    "Schedule": resource(
        "AWS::Scheduler::Schedule",
        ScheduleExpression="rate(1 day)",
        State="DISABLED",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": get("Queue", "Arn"), "RoleArn": get("Role", "Arn")},
    ),
    "Dashboard": resource("AWS::CloudWatch::Dashboard", DashboardBody='{"widgets": []}'),
    "Machine": resource(
        "AWS::StepFunctions::StateMachine",
        RoleArn=get("Role", "Arn"),
        DefinitionString='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
    ),
}

CHOSEN = {
    "AWS::Athena::NamedQuery",
    "AWS::Bedrock::AgentAlias",
    "AWS::Bedrock::DataSource",
    "AWS::Bedrock::Guardrail",
    "AWS::BedrockAgentCore::GatewayTarget",
    "AWS::BedrockAgentCore::Harness",
    "AWS::BedrockAgentCore::Memory",
    "AWS::Budgets::Budget",
    "AWS::CloudTrail::Trail",
    "AWS::EC2::FlowLog",
    "AWS::OpenSearchServerless::AccessPolicy",
    "AWS::OpenSearchServerless::CollectionGroup",
    "AWS::OpenSearchServerless::Index",
    "AWS::SageMaker::Endpoint",
    "AWS::SageMaker::FeatureGroup",
    "AWS::SageMaker::MlflowApp",
    "AWS::SageMaker::ModelCard",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SageMaker::Pipeline",
    "AWS::SageMaker::StudioLifecycleConfig",
    "AWS::SageMaker::UserProfile",
}


def kinds(found: set[str]) -> set[str]:
    """The kinds of `kind name`; names have no blanks, kinds may."""
    return {item.rsplit(" ", 1)[0] for item in found}


def declared() -> dict[str, Any]:
    """Resources of the declared types, of every kind that the inventory lists."""
    template: dict[str, Any] = {}
    for case in CASES:
        if case.kind in CHOSEN:
            template |= case.needs | {case.kind.replace("::", ""): resource(case.kind, **case.properties)}
    return template


def test_every_kind_is_seen_and_then_gone(stack: Stack, clients: Clients, aws: LocalAws) -> None:
    variables = aws.environment()
    session = boto3.Session(
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=aws.region,
    )
    before = everything(session, aws.endpoint_url, ACCOUNT)
    stack.deploy(declared() | NATIVE)
    layer = clients("lambda").publish_layer_version(LayerName="inventory", Content={"ZipFile": archive(a="b")})
    seen = everything(session, aws.endpoint_url, ACCOUNT) - before
    expected = {listing.kind for listing in LISTINGS} | {"budget"}
    assert kinds(seen) == expected - {"invocation logging", "network policy"}

    clients("lambda").delete_layer_version(LayerName="inventory", VersionNumber=layer["Version"])
    assert stack.delete() == "DELETE_COMPLETE"
    assert everything(session, aws.endpoint_url, ACCOUNT) == before
