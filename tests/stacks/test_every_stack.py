"""What holds in every stack of every preset."""

import json
from collections.abc import Mapping
from typing import Any

from contract import WORKSHOP_TAG, Output, StackName
from stacks.common.functions import ROOT
from stacks.config import is_wanted, load_config
from tests.stacks.support import Synthesise, everywhere, resource_types, statements

# Types that CloudFormation cannot tag or that only join two resources.
UNTAGGED = {
    "AWS::Athena::NamedQuery",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Resource",
    "AWS::Bedrock::DataSource",
    "AWS::Bedrock::GuardrailVersion",
    "AWS::BedrockAgentCore::GatewayTarget",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolGroup",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::OpenSearchServerless::AccessPolicy",
    "AWS::OpenSearchServerless::Index",
    "AWS::OpenSearchServerless::SecurityPolicy",
    "AWS::S3::BucketPolicy",
    "AWS::S3Vectors::VectorBucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "Custom::BedrockInvocationLogging",
    "Custom::CDKBucketDeployment",
    "Custom::FillKnowledgeBase",
    "Custom::S3AutoDeleteObjects",
    "Custom::Wait",
}


def test_nothing_is_retained_but_replaced_guardrail_versions(templates: Synthesise, preset: str) -> None:
    keeping = {"Retain", "RetainExceptOnCreate", "Snapshot"}
    stacks = templates(preset)
    resources = [resource for template in stacks.values() for resource in template["Resources"].values()]
    assert [each for each in resources if each.get("DeletionPolicy") in keeping] == []
    # Readers in other stacks name the old version until they are deployed; it is deleted with its guardrail.
    replaced = [each["Type"] for each in resources if each.get("UpdateReplacePolicy") in keeping]
    assert replaced == ["AWS::Bedrock::GuardrailVersion"]


def test_nothing_holds_an_interface_or_outlives_its_log(templates: Synthesise, preset: str) -> None:
    stacks = templates(preset)
    # A service that is in a VPC lets its interfaces go minutes to hours after it is deleted.
    assert {name for name, each in everywhere(stacks, "AWS::Lambda::Function").items() if "VpcConfig" in each} == set()
    assert '"NetworkMode": "VPC"' not in json.dumps(stacks)
    domains = everywhere(stacks, "AWS::SageMaker::Domain").values()
    assert {domain["AppNetworkAccessType"] for domain in domains} == {"PublicInternetOnly"}
    groups = everywhere(stacks, "AWS::Logs::LogGroup")
    assert groups
    assert {name for name, group in groups.items() if group["RetentionInDays"] > 7} == set()
    for name, function in everywhere(stacks, "AWS::Lambda::Function").items():
        log = function["LoggingConfig"]["LogGroup"]["Ref"]
        assert f"{name.split('/')[0]}/{log}" in groups


def test_everything_that_can_be_tagged_names_its_workshop(templates: Synthesise, preset: str) -> None:
    workshop_id = load_config(ROOT / "presets" / f"{preset}.toml").workshop_id
    untagged = [
        (stack, logical_id, resource["Type"])
        for stack, template in templates(preset).items()
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] not in UNTAGGED
        and not _is_cdk_helper(logical_id)
        and _tags(resource.get("Properties", {})).get(WORKSHOP_TAG) != workshop_id
    ]
    assert untagged == []


def test_no_stack_is_near_the_limit_of_500_resources(templates: Synthesise, preset: str) -> None:
    assert max(len(template["Resources"]) for template in templates(preset).values()) < 450


def test_every_output_is_in_the_contract_and_described(templates: Synthesise, preset: str) -> None:
    outputs = {
        name: output
        for template in templates(preset).values()
        for name, output in template.get("Outputs", {}).items()
        if not name.startswith("PublishOutput")  # the CDK's own, for references between stacks
    }
    assert set(outputs) <= set(Output)
    assert [name for name, output in outputs.items() if not output.get("Description")] == []


def test_no_function_has_a_url_reserves_concurrency_or_runs_old_python(templates: Synthesise, preset: str) -> None:
    stacks = templates(preset)
    assert "AWS::Lambda::Url" not in resource_types(stacks)
    own = {
        name: function
        for name, function in everywhere(stacks, "AWS::Lambda::Function").items()
        if str(function["Handler"]).startswith("lambda_src.")
    }
    assert own
    assert {function["Runtime"] for function in own.values()} == {"python3.14"}
    assert [name for name, function in own.items() if "ReservedConcurrentExecutions" in function] == []
    assert [name for name, function in own.items() if "LoggingConfig" not in function] == []


def test_nothing_of_a_closed_service_and_nothing_that_costs_while_idle(templates: Synthesise, preset: str) -> None:
    types = resource_types(templates(preset))
    forbidden = {"AWS::EC2::NatGateway", "AWS::EC2::VPCEndpoint", "AWS::EC2::EIP", "AWS::SageMaker::App"}
    assert types & forbidden == set()
    assert [name for name in types if name.startswith(("AWS::Kendra::", "AWS::LookoutVision::", "AWS::EFS::"))] == []
    assert ("AWS::Bedrock::Agent" in types) == (preset == "existing-agents")


def test_services_assume_roles_for_this_account_only(templates: Synthesise, preset: str) -> None:
    careless = [
        name
        for name, role in everywhere(templates(preset), "AWS::IAM::Role").items()
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        if (service := statement["Principal"].get("Service")) and service != "lambda.amazonaws.com"
        if "aws:SourceAccount" not in statement.get("Condition", {}).get("StringEquals", {})
    ]
    assert careless == []


def test_roles_are_inline_and_below_the_workshops_path(templates: Synthesise, preset: str) -> None:
    stacks = templates(preset)
    assert "AWS::IAM::Policy" not in resource_types(stacks)
    roles = everywhere(stacks, "AWS::IAM::Role")
    assert [name for name, role in roles.items() if not str(role.get("Path", "")).startswith("/workshop/ws-")] == []


def test_wildcard_resources_are_only_where_actions_know_no_resource(templates: Synthesise, preset: str) -> None:
    known = {
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "bedrock:GetModelInvocationLoggingConfiguration",
        "bedrock:PutModelInvocationLoggingConfiguration",
        "cloudwatch:PutMetricData",
        "comprehend:DetectDominantLanguage",
        "ecr-public:GetAuthorizationToken",
        "ecr:GetAuthorizationToken",
        "sts:GetServiceBearerToken",
        "translate:TranslateText",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }
    actions = {
        action
        for role in everywhere(templates(preset), "AWS::IAM::Role").values()
        for statement in statements(role)
        if statement["Resource"] == "*" and statement["Effect"] == "Allow"
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert actions <= known


def test_no_bucket_is_public_and_none_speaks_plain_http(templates: Synthesise, preset: str) -> None:
    stacks = templates(preset)
    blocked = {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    buckets = everywhere(stacks, "AWS::S3::Bucket")
    assert buckets
    assert {name for name, bucket in buckets.items() if bucket["PublicAccessBlockConfiguration"] != blocked} == set()
    policies = everywhere(stacks, "AWS::S3::BucketPolicy").values()
    assert len(policies) == len(buckets)
    for policy in policies:
        text = json.dumps(policy["PolicyDocument"])
        assert '"aws:SecureTransport": "false"' in text
        assert '"s3:TlsVersion"' in text


def _is_cdk_helper(logical_id: str) -> bool:
    return logical_id.startswith(("CustomS3AutoDeleteObjects", "CustomCDKBucketDeployment"))


def _tags(properties: Mapping[str, Any]) -> dict[str, str]:
    tags = properties.get("Tags") or properties.get("ResourceTags") or properties.get("UserPoolTags", {})
    if properties.get("Replicas"):  # a global table carries its tags on each replica
        tags = properties["Replicas"][0].get("Tags", {})
    return dict(tags) if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


def test_the_commands_know_which_stacks_a_configuration_has(preset: str, templates: Synthesise) -> None:
    config = load_config(ROOT / "presets" / f"{preset}.toml")
    assert {stack for stack in StackName if is_wanted(config, stack)} == set(templates(preset))
