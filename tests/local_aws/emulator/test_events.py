"""Events of the stand-ins reach their targets, a pipeline is a target, and what would not be reached is refused."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.conftest import ACCOUNT, Clients, Stack
from tests.local_aws.support import REGION, ROLE

pytestmark = pytest.mark.rehearsal

FAIL = {"Name": "Only", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Parameters.Why"}}}
DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "Why", "Type": "String", "EnumValues": ["drift", "person"]}],
    "Steps": [FAIL],
}
APPROVED = {
    "source": ["aws.sagemaker"],
    "detail-type": ["SageMaker Model Package State Change"],
    "detail": {"ModelApprovalStatus": ["Approved"], "UpdatedModelPackageFields": ["ModelApprovalStatus"]},
}


@pytest.fixture
def name(stack: Stack) -> str:
    """A name that no other test has."""
    return stack.name


@pytest.fixture
def queue(clients: Clients, name: str) -> Any:
    sqs = clients("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def pipeline(clients: Clients, name: str) -> Any:
    sagemaker = clients("sagemaker")
    sagemaker.create_pipeline(
        PipelineName=name,
        ClientRequestToken="x" * 32,
        RoleArn=ROLE,
        PipelineDefinition=json.dumps(DEFINITION),
    )
    yield f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/{name}"
    sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken="y" * 32)


def arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def messages(clients: Clients, url: str, wanted: int) -> list[Any]:
    """The bodies of so many messages; more than that would be among them."""
    found: list[Any] = []
    while len(found) < wanted:
        got = clients("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10)
        found += [json.loads(each["Body"]) for each in got.get("Messages", ())]
    return found


def rule(clients: Clients, name: str, pattern: Any, **target: Any) -> None:
    clients("events").put_rule(Name=name, EventPattern=json.dumps(pattern))
    clients("events").put_targets(Rule=name, Targets=[{"Id": "one", **target}])


def starts(clients: Clients, name: str, pipeline: str, why: str, **target: Any) -> None:
    """A rule that starts the pipeline with a reason when an event comes from `name`."""
    parameters = {"PipelineParameterList": [{"Name": "Why", "Value": why}]}
    target |= {"Arn": pipeline, "RoleArn": ROLE, "SageMakerPipelineParameters": parameters}
    rule(clients, name, {"source": [name]}, **target)


def remove(clients: Clients, name: str) -> None:
    clients("events").remove_targets(Rule=name, Ids=["one"])
    clients("events").delete_rule(Name=name)


def test_an_approval_is_told_once_and_a_change_of_metadata_is_no_approval(
    clients: Clients, name: str, queue: str
) -> None:
    sagemaker = clients("sagemaker")
    rule(clients, name, APPROVED, Arn=arn(name))
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    package = sagemaker.create_model_package(ModelPackageGroupName=name)["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Rejected")
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    sagemaker.update_model_package(ModelPackageArn=package, CustomerMetadataProperties={"released": "yes"})
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription="twice")
    told = messages(clients, queue, 2)
    assert [each["detail"]["UpdatedModelPackageFields"] for each in told] == [
        ["ModelApprovalStatus"],
        ["ApprovalDescription", "ModelApprovalStatus"],
    ]
    detail = told[0]["detail"]
    assert (detail["ModelPackageGroupName"], detail["ModelPackageVersion"]) == (name, 1)
    assert (detail["ModelPackageArn"], told[0]["resources"]) == (package, [package])
    remove(clients, name)
    sagemaker.delete_model_package(ModelPackageName=package)
    sagemaker.delete_model_package_group(ModelPackageGroupName=name)


def test_a_pipeline_is_started_by_a_rule_with_the_targets_parameters(
    clients: Clients, name: str, queue: str, pipeline: str
) -> None:
    starts(clients, name, pipeline, "drift")
    watch = {"source": ["aws.sagemaker"], "detail": {"pipelineArn": [pipeline]}}
    rule(clients, f"{name}-watch", watch, Arn=arn(name))
    clients("events").put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": "{}"}])
    told = messages(clients, queue, 4)
    kinds = [
        each["detail"].get("currentPipelineExecutionStatus") or each["detail"]["currentStepStatus"] for each in told
    ]
    assert kinds == ["Executing", "Executing", "Failed", "Failed"]
    executions = clients("sagemaker").list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    steps = clients("sagemaker").list_pipeline_execution_steps(
        PipelineExecutionArn=executions[0]["PipelineExecutionArn"]
    )["PipelineExecutionSteps"]
    assert [each["FailureReason"] for each in steps] == ["drift"]
    remove(clients, name)
    remove(clients, f"{name}-watch")


def test_a_start_that_is_refused_goes_to_the_dead_letters(
    clients: Clients, name: str, queue: str, pipeline: str
) -> None:
    starts(clients, name, pipeline, "boredom", DeadLetterConfig={"Arn": arn(name)})
    clients("events").put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": "{}"}])
    assert len(messages(clients, queue, 1)) == 1
    assert clients("sagemaker").list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"] == []
    remove(clients, name)


NOT_REACHED = [
    f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/x",
    f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/x",
    f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/x",
]


@pytest.mark.parametrize("target", NOT_REACHED)
def test_a_target_that_would_not_be_reached_is_refused(clients: Clients, name: str, target: str) -> None:
    events, schedules = clients("events"), clients("scheduler")
    events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
    with pytest.raises(ClientError, match="local AWS"):
        events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": target, "RoleArn": ROLE}])
    with pytest.raises(ClientError, match="local AWS"):
        schedules.create_schedule(
            Name=name,
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": target, "RoleArn": ROLE},
        )
    assert schedules.list_schedules(NamePrefix=name)["Schedules"] == []
    events.delete_rule(Name=name)


def test_a_schedule_may_start_the_build_of_the_teardown(clients: Clients) -> None:
    """`workshop/rehearse/scheduled.py` starts it, because no emulator runs builds."""
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:codebuild:startBuild", "RoleArn": ROLE, "Input": "{}"}
    made = clients("scheduler").create_schedule(
        Name="teardown", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    assert made["ScheduleArn"].endswith("/teardown")
    clients("scheduler").delete_schedule(Name="teardown")


def test_a_schedule_of_a_template_keeps_all_its_properties_and_fails_the_stack_if_it_is_refused(
    stack: Stack, clients: Clients, queue: str
) -> None:
    properties = {
        "ScheduleExpression": "rate(1 day)",
        "ScheduleExpressionTimezone": "Asia/Ho_Chi_Minh",
        "State": "DISABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": arn(stack.name), "RoleArn": ROLE},
    }
    stack.deploy({"It": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}})
    name = stack.physical_id("It")
    assert clients("scheduler").get_schedule(Name=name)["ScheduleExpressionTimezone"] == "Asia/Ho_Chi_Minh"
    stack.deploy({"It": {"Type": "AWS::Scheduler::Schedule", "Properties": {**properties, "State": "ENABLED"}}})
    found = clients("scheduler").get_schedule(Name=name)
    assert (found["State"], found["ScheduleExpressionTimezone"]) == ("ENABLED", "Asia/Ho_Chi_Minh")
    refused = {**properties, "Target": {"Arn": NOT_REACHED[0], "RoleArn": ROLE}}
    with pytest.raises(AssertionError, match="does not deliver to firehose"):
        stack.deploy({"It": {"Type": "AWS::Scheduler::Schedule", "Properties": refused}})
    assert stack.delete() == "DELETE_COMPLETE"
