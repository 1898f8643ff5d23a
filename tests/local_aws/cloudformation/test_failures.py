"""What CloudFormation cannot do here fails by name, and leaves nothing."""

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.cloudformation.cases.case import WITH_ROLE, get, resource
from tests.local_aws.conftest import Clients, Stack

pytestmark = pytest.mark.rehearsal


def test_an_unknown_type_is_refused_before_anything_is_made(stack: Stack, clients: Clients) -> None:
    with pytest.raises(ClientError, match="AWS::SageMaker::Cluster"):
        stack.deploy({"Bucket": resource("AWS::S3::Bucket"), "It": resource("AWS::SageMaker::Cluster")})
    assert not stack.exists()


def fails_with(stack: Stack, **resources: dict[str, object]) -> str:
    """Deploy what must fail; gives the reasons."""
    with pytest.raises(AssertionError):
        stack.deploy(dict(resources))
    return " ".join(stack.reasons())


def test_an_unknown_property_is_named(stack: Stack) -> None:
    reasons = fails_with(stack, It=resource("AWS::S3Vectors::VectorBucket", Colour="red"))
    assert "unknown properties ['Colour']" in reasons


def test_an_unknown_nested_property_is_named_with_its_path(stack: Stack) -> None:
    budget = {"BudgetType": "COST", "TimeUnit": "MONTHLY", "Currency": "VND"}
    reasons = fails_with(stack, It=resource("AWS::Budgets::Budget", Budget=budget))
    assert "Budget.Currency" in reasons


def test_a_missing_property_is_named(stack: Stack) -> None:
    reasons = fails_with(stack, It=resource("AWS::BedrockAgentCore::Memory", Name="memory"))
    assert "missing properties ['EventExpiryDuration']" in reasons


def test_a_property_that_the_local_service_has_no_use_for_is_refused(stack: Stack) -> None:
    memory = {"Name": "memory", "EventExpiryDuration": 7, "MemoryStrategies": []}
    reasons = fails_with(stack, It=resource("AWS::BedrockAgentCore::Memory", **memory))
    assert "does nothing with MemoryStrategies" in reasons


def test_a_read_only_property_cannot_be_set(stack: Stack) -> None:
    reasons = fails_with(stack, It=resource("AWS::S3Vectors::VectorBucket", VectorBucketArn="arn"))
    assert "unknown properties ['VectorBucketArn']" in reasons


def test_the_services_own_words_reach_the_stack(stack: Stack) -> None:
    model = resource("AWS::SageMaker::Model", ExecutionRoleArn=get("Role", "Arn"))
    reasons = fails_with(stack, **WITH_ROLE, It=model)
    assert "service sagemaker, operation CreateModel" in reasons


def test_a_failed_stack_leaves_nothing(stack: Stack, clients: Clients) -> None:
    bucket = resource("AWS::S3Vectors::VectorBucket", VectorBucketName="must-not-stay")
    wrong = resource("AWS::Budgets::Budget", Budget={"Currency": "VND"}) | {"DependsOn": "Vectors"}
    fails_with(stack, Vectors=bucket, It=wrong)
    names = [each["vectorBucketName"] for each in clients("s3vectors").list_vector_buckets()["vectorBuckets"]]
    assert "must-not-stay" not in names


def test_a_failed_update_goes_back(stack: Stack, clients: Clients) -> None:
    memory = {"Name": "rolled_back", "EventExpiryDuration": 7}
    stack.deploy({"It": resource("AWS::BedrockAgentCore::Memory", **memory)})
    reference = stack.physical_id("It")
    wrong = resource("AWS::Budgets::Budget", Budget={"Currency": "VND"}) | {"DependsOn": "It"}
    changed = resource("AWS::BedrockAgentCore::Memory", **{**memory, "EventExpiryDuration": 30})
    fails_with(stack, It=changed, Wrong=wrong)
    found = clients("bedrock-agentcore-control").get_memory(memoryId=reference.rsplit("/", 1)[-1])["memory"]
    assert found["eventExpiryDuration"] == 7


def test_a_custom_named_resource_is_not_replaced_under_its_name(stack: Stack) -> None:
    image = {"Image": "111122223333.dkr.ecr.ap-southeast-1.amazonaws.com/model:1"}
    model = {"ModelName": "named", "ExecutionRoleArn": get("Role", "Arn"), "PrimaryContainer": image}
    stack.deploy({**WITH_ROLE, "It": resource("AWS::SageMaker::Model", **model)})
    changed = {**model, "EnableNetworkIsolation": True}
    reasons = fails_with(stack, **WITH_ROLE, It=resource("AWS::SageMaker::Model", **changed))
    assert "custom-named resource requires replacing" in reasons


def test_attributes_that_do_not_exist_fail(stack: Stack) -> None:
    resources = {"It": resource("AWS::S3Vectors::VectorBucket")}
    with pytest.raises(AssertionError):
        stack.deploy(resources, {"Nothing": get("It", "Colour")})
    assert "Requested attribute Colour does not exist" in " ".join(stack.reasons())
