"""A function's pieces reach the client of a REST API one by one, through the loop that is deployed."""

import io
import json
import os
import zipfile
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local_aws.launcher import LocalAws
from tests.local_aws.conftest import Clients
from tests.local_aws.emulator.functions import ROLE

pytestmark = pytest.mark.rehearsal
NAME = "streams"
COMMON = Path(__file__).parents[3] / "lambda_src" / "common"
HANDLER = """
import json, os
from lambda_src.common.stream import Streamed

def handler(event, context):
    path = event["path"]
    if path.endswith("refuse"):
        raise ValueError("a secret")
    def pieces():
        yield b"first "
        open(os.environ["FIFO"]).read()  # until the client has seen the first piece
        if path.endswith("break"):
            raise ValueError("a secret")
        print("saved " + context.aws_request_id)
        yield b"second"
    left = str(context.get_remaining_time_in_millis() > 0)
    return Streamed(201, {"Content-Type": "text/plain", "X-Left": left}, pieces())
"""


def _asset() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("index.py", HANDLER)
        opened.writestr("lambda_src/__init__.py", "")
        for name in ("__init__.py", "stream.py", "stream.sh"):
            opened.write(COMMON / name, f"lambda_src/common/{name}")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def fifo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stream") / "go"
    os.mkfifo(path)
    return path


@pytest.fixture(scope="module")
def address(clients: Clients, fifo: Path) -> str:
    """Path of a REST API whose GET methods are streamed."""
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/lambda_src/common/stream.sh", "FIFO": str(fifo)}
    arn = clients("lambda").create_function(
        FunctionName=NAME,
        Runtime="python3.14",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": _asset()},
        Timeout=30,
        Environment={"Variables": variables},
    )["FunctionArn"]
    gateway = clients("apigateway")
    api = gateway.create_rest_api(name="streams")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {
        "restApiId": api,
        "resourceId": gateway.create_resource(restApiId=api, parentId=root, pathPart="{path+}")["id"],
        "httpMethod": "GET",
    }
    gateway.put_method(**method, authorizationType="NONE")
    invoked = f"arn:aws:apigateway:ap-southeast-1:lambda:path/2021-11-15/functions/{arn}/response-streaming-invocations"
    gateway.put_integration(
        **method, type="AWS_PROXY", integrationHttpMethod="POST", uri=invoked, responseTransferMode="STREAM"
    )
    gateway.create_deployment(restApiId=api, stageName="s")
    return f"/_aws/execute-api/{api}/s"


def get(aws: LocalAws, path: str) -> HTTPResponse:
    connection = HTTPConnection(str(urlsplit(aws.endpoint_url).netloc), timeout=30)
    connection.request("GET", path)
    return connection.getresponse()


def test_a_piece_arrives_before_the_next_is_made(aws: LocalAws, address: str, fifo: Path) -> None:
    answer = get(aws, f"{address}/fine")
    assert answer.read(6) == b"first "
    fifo.write_text("go")  # only now can the function go on
    assert answer.read() == b"second"
    assert (answer.status, answer.headers["X-Left"]) == (201, "True")


def test_the_client_can_go_and_the_function_still_ends(
    aws: LocalAws, address: str, fifo: Path, clients: Clients
) -> None:
    answer = get(aws, f"{address}/fine")
    assert answer.read(6) == b"first "
    answer.close()
    fifo.write_text("go")
    assert get_whole(aws, f"{address}/fine", fifo) == b"first second"


def get_whole(aws: LocalAws, path: str, fifo: Path) -> bytes:
    answer = get(aws, path)
    first = answer.read(6)
    fifo.write_text("go")
    return first + answer.read()


def test_an_error_in_the_stream_cuts_it_and_tells_nothing(aws: LocalAws, address: str, fifo: Path) -> None:
    answer = get(aws, f"{address}/break")
    assert answer.read(6) == b"first "
    fifo.write_text("go")
    with pytest.raises(IncompleteRead):
        answer.read()


def test_an_error_before_the_stream_is_a_bad_gateway(aws: LocalAws, address: str) -> None:
    answer = get(aws, f"{address}/refuse")
    body = answer.read()
    assert answer.status == 502
    assert b"secret" not in body


def test_the_log_has_what_was_printed_and_no_text_of_errors(
    address: str, aws: LocalAws, fifo: Path, clients: Clients
) -> None:
    get_whole(aws, f"{address}/fine", fifo)
    logs = clients("logs")
    events = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for stream in logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]
        for event in logs.get_log_events(logGroupName=group["logGroupName"], logStreamName=stream["logStreamName"])[
            "events"
        ]
    ]
    assert [each for each in events if each.startswith("saved ")]
    assert not [each for each in events if "secret" in each]


def test_it_cannot_be_called_past_the_api(address: str, clients: Clients) -> None:
    answer = json.loads(clients("lambda").invoke(FunctionName=NAME)["Payload"].read())
    assert "answers as a stream" in answer["errorMessage"]
