"""What names something that does not exist is found, wherever it is planted, and nothing else is."""

from typing import Any

import pytest

from local_aws.launcher import LocalAws
from tests.local_aws.cloudformation.cases.case import get, resource
from tests.local_aws.conftest import ACCOUNT, Clients, Stack
from tests.rehearsal.nowhere import ARNS, VARIABLES
from workshop.rehearse.references import Findings, LocalAccount, dangling
from workshop.rehearse.references.readings import UnreadableTypeError

pytestmark = pytest.mark.rehearsal

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def look(aws: LocalAws, stack: Stack) -> Findings:
    return dangling(LocalAccount(aws.endpoint_url, ACCOUNT, aws.region), [stack.name])


LOGS = resource("AWS::Logs::LogGroup")


def role(*statements: object) -> dict[str, Any]:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    policies = [{"PolicyName": "Names", "PolicyDocument": policy}]
    return resource("AWS::IAM::Role", Path="/workshop/x/", AssumeRolePolicyDocument=TRUST, Policies=policies)


def allow(*arns: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(arns)}


def function(**variables: object) -> dict[str, Any]:
    return resource(
        "AWS::Lambda::Function",
        Runtime="python3.14",
        Handler="index.handler",
        Role=get("Role", "Arn"),
        Code={"ZipFile": "handler = 1"},
        Environment={"Variables": variables},
        LoggingConfig={"LogGroup": {"Ref": "Logs"}},
    )


def test_every_planted_name_is_found(stack: Stack, aws: LocalAws) -> None:
    stack.deploy({"Logs": LOGS, "Role": role(allow(*ARNS)), "Function": function(**VARIABLES)})
    found = look(aws, stack).dangling
    missed = [arn for arn in ARNS if not any("/Role " in line and last(arn) in line for line in found)]
    assert missed == []
    assert {name for name in VARIABLES if not any(line.split(" names ")[0].endswith(name) for line in found)} == set()
    assert len(found) == len(ARNS) + len(VARIABLES)


def last(arn: str) -> str:
    """The last name in it."""
    return arn.removesuffix(":*").removesuffix("/folder/").replace(":", "/").rpartition("/")[2]


def test_what_exists_is_no_finding_until_it_is_gone(stack: Stack, aws: LocalAws, clients: Clients) -> None:
    stack.deploy(
        {
            "Logs": LOGS,
            "Queue": resource("AWS::SQS::Queue"),
            "Table": resource(
                "AWS::DynamoDB::GlobalTable",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
                Replicas=[{"Region": aws.region}],
            ),
            "Role": role(allow(get("Queue", "Arn"), get("Table", "Arn"))),
            "Function": function(QUEUE_URL={"Ref": "Queue"}, TABLE_NAME={"Ref": "Table"}),
        }
    )
    before = look(aws, stack)
    assert before.dangling == ()
    assert before.named >= 5

    clients("sqs").delete_queue(QueueUrl=stack.physical_id("Queue"))
    found = look(aws, stack).dangling
    assert [line.split()[line.split().index("names") + 1] for line in found] == ["QueueUrl", "QueueName"]


def test_an_old_version_of_a_guardrail_is_one_finding(stack: Stack, aws: LocalAws) -> None:
    guardrail = resource(
        "AWS::Bedrock::Guardrail",
        Name=stack.name,
        BlockedInputMessaging="No.",
        BlockedOutputsMessaging="No.",
        WordPolicyConfig={"WordsConfig": [{"Text": "secret"}]},
    )
    version = resource("AWS::Bedrock::GuardrailVersion", GuardrailIdentifier={"Ref": "Guardrail"})
    names = {"GUARDRAIL_IDENTIFIER": get("Guardrail", "GuardrailId")}
    resources = {"Guardrail": guardrail, "Version": version, "Logs": LOGS, "Role": role()}
    stack.deploy({**resources, "Function": function(**names, GUARDRAIL_VERSION=get("Version", "Version"))})
    assert not [line for line in look(aws, stack).dangling if "guardrail" in line.lower()]

    stack.deploy({**resources, "Function": function(**names, GUARDRAIL_VERSION="7")})
    (found,) = [line for line in look(aws, stack).dangling if "guardrail" in line.lower()]
    assert "guardrailVersion 7" in found


def test_a_form_or_a_type_without_a_row_is_named(stack: Stack, aws: LocalAws) -> None:
    strange = "arn:aws:braket:ap-southeast-1:111122223333:job/gone"
    stack.deploy({"Role": role(allow(strange))})
    assert [line.split(" names ")[1] for line in look(aws, stack).dangling] == [f"{strange}, of a form without a row"]

    stack.deploy({"Stream": resource("AWS::Kinesis::Stream", ShardCount=1)})
    with pytest.raises(UnreadableTypeError, match="AWS::Kinesis::Stream"):
        look(aws, stack)
