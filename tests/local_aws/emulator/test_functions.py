"""Lambda functions run as in Lambda: their layers, nothing else of this machine, and what calls them."""

import base64
import json
from typing import Any

import pytest

from tests.local_aws.cloudformation.cases.case import resource
from tests.local_aws.conftest import Clients, Stack
from tests.local_aws.emulator.functions import ROLE, archive, node_function, python_function

pytestmark = pytest.mark.rehearsal


def called(clients: Clients, name: str, event: Any = None, **more: Any) -> Any:
    """The answer of a function; AssertionError with its own error if it fails."""
    answer = clients("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}).encode(), **more)
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def test_a_python_function_gets_its_event_environment_and_context(clients: Clients) -> None:
    code = (
        "import os\n"
        "def handler(event, context):\n"
        "    return [event, os.environ['COLOUR'], os.environ['AWS_REGION'], context.function_name,\n"
        "            context.invoked_function_arn.split(':')[4], context.client_context]\n"
    )
    name = python_function(clients, code, Environment={"Variables": {"COLOUR": "red"}})
    assert called(clients, name, {"a": [1]}) == [{"a": [1]}, "red", "ap-southeast-1", name, "111122223333", None]


def test_the_client_context_reaches_the_handler(clients: Clients) -> None:
    code = "def handler(event, context):\n    return context.client_context.custom\n"
    given = base64.b64encode(json.dumps({"custom": {"tool": "desk"}}).encode()).decode()
    assert called(clients, python_function(clients, code), ClientContext=given) == {"tool": "desk"}


def test_the_client_context_of_one_call_is_not_in_the_next(clients: Clients) -> None:
    code = "def handler(event, context):\n    return context.client_context is None\n"
    name = python_function(clients, code)
    given = base64.b64encode(json.dumps({"custom": {}}).encode()).decode()
    assert [called(clients, name, ClientContext=given), called(clients, name)] == [False, True]


@pytest.mark.parametrize("package", ["numpy", "moto", "ministack", "pydantic", "aws_lambda_powertools"])
def test_packages_of_this_machine_are_not_there(clients: Clients, package: str) -> None:
    code = (
        f"import importlib.util\ndef handler(event, context):\n    return bool(importlib.util.find_spec({package!r}))\n"
    )
    assert called(clients, python_function(clients, code)) is False


def test_boto3_is_there_and_reaches_the_local_aws(clients: Clients) -> None:
    code = (
        "import boto3\ndef handler(event, context):\n    return boto3.client('sts').get_caller_identity()['Account']\n"
    )
    assert called(clients, python_function(clients, code)) == "111122223333"


def test_the_public_powertools_layer_is_found_by_its_parameter(stack: Stack, clients: Clients) -> None:
    code = (
        "import aws_lambda_powertools, pydantic\n"
        "from aws_lambda_powertools import Logger\n"
        "def handler(event, context):\n"
        "    return [aws_lambda_powertools.__file__.startswith(event['opt']), pydantic.VERSION]\n"
    )
    parameter = {
        "Type": "AWS::SSM::Parameter::Value<String>",
        "Default": "/aws/service/powertools/python/arm64/python3.14/3.37.0",
    }
    function = resource(
        "AWS::Lambda::Function",
        Runtime="python3.14",
        Handler="index.handler",
        Role=ROLE,
        Code={"ZipFile": code},
        Layers=[{"Ref": "Layer"}],
    )
    name = stack.deploy({"It": function}, {"Name": {"Ref": "It"}}, Parameters={"Layer": parameter})["Name"]
    found = called(clients, name, {"opt": "/"})
    assert found == [True, "2.14.3"]
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_program_of_a_layer_is_found_at_opt(clients: Clients) -> None:
    script = "#!/var/lang/bin/python\nimport sys\nprint('hello', sys.argv[1])\n"
    layer = clients("lambda").publish_layer_version(LayerName="tools", Content={"ZipFile": archive(bin___hello=script)})
    code = (
        "import subprocess\n"
        "def handler(event, context):\n"
        "    return subprocess.check_output(['/opt/bin/hello', 'you'], text=True)\n"
    )
    name = python_function(clients, code, Layers=[layer["LayerVersionArn"]])
    assert called(clients, name) == "hello you\n"


def test_a_node_function_has_the_sdk(clients: Clients) -> None:
    code = (
        "const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3');\n"
        "exports.handler = async () => {\n"
        "  const answer = await new S3Client({}).send(new ListBucketsCommand({}));\n"
        "  return answer.$metadata.httpStatusCode;\n"
        "};\n"
    )
    assert called(clients, node_function(clients, code)) == 200


def test_a_handler_that_cannot_be_loaded_says_why(clients: Clients) -> None:
    name = python_function(clients, "import nothing_of_that_name\n")
    answer = clients("lambda").invoke(FunctionName=name)
    assert answer["FunctionError"]
    assert "nothing_of_that_name" in answer["Payload"].read().decode()


def test_an_exception_is_the_answer_and_the_log(clients: Clients) -> None:
    name = python_function(clients, "def handler(event, context):\n    raise ValueError('not so')\n")
    answer = clients("lambda").invoke(FunctionName=name)
    assert json.loads(answer["Payload"].read())["errorMessage"] == "not so"


COPY = (
    "import json, os, boto3\n"
    "def handler(event, context):\n"
    "    for record in event['Records']:\n"
    "        detail = json.loads(record['body'])['detail']\n"
    "        boto3.client('s3').put_object(Bucket=os.environ['TARGET'], Key=detail['object']['key'], Body=b'seen')\n"
)


def test_an_upload_reaches_a_function_by_event_bridge_and_a_queue(stack: Stack, clients: Clients) -> None:
    queue_policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": "*",
            }
        ]
    }
    outputs = stack.deploy(
        {
            "Source": resource(
                "AWS::S3::Bucket",
                NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
            ),
            "Target": resource("AWS::S3::Bucket"),
            "Queue": resource("AWS::SQS::Queue", VisibilityTimeout=60),
            "Policy": resource("AWS::SQS::QueuePolicy", Queues=[{"Ref": "Queue"}], PolicyDocument=queue_policy),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {"bucket": {"name": [{"Ref": "Source"}]}, "object": {"key": [{"prefix": "docs/"}]}},
                },
                Targets=[{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
            ),
            "Function": resource(
                "AWS::Lambda::Function",
                Runtime="python3.14",
                Handler="index.handler",
                Role=ROLE,
                Timeout=30,
                Code={"ZipFile": COPY},
                Environment={"Variables": {"TARGET": {"Ref": "Target"}}},
            ),
            "Mapping": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn={"Fn::GetAtt": ["Queue", "Arn"]},
                FunctionName={"Ref": "Function"},
                BatchSize=100,
                MaximumBatchingWindowInSeconds=1,
            ),
        },
        {"Source": {"Ref": "Source"}, "Target": {"Ref": "Target"}},
    )
    s3 = clients("s3")
    s3.put_object(Bucket=outputs["Source"], Key="other/b", Body=b"x")
    s3.put_object(Bucket=outputs["Source"], Key="docs/a", Body=b"x")
    waiter = s3.get_waiter("object_exists")
    waiter.wait(Bucket=outputs["Target"], Key="docs/a", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    listed = s3.list_objects_v2(Bucket=outputs["Target"])["Contents"]
    assert [item["Key"] for item in listed] == ["docs/a"]
