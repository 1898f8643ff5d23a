"""An account with invocation logging, and the CloudFormation that asks for it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lambda_src.invocation_logging.logic import Properties
from tests.lambda_src.support import CANARY

PARAMETER = "/workshop/ws-1/invocation-logging"
EARLIER: dict[str, Any] = {
    "s3Config": {"bucketName": "earlier-logs", "keyPrefix": "bedrock"},
    "textDataDeliveryEnabled": True,
    "embeddingDataDeliveryEnabled": True,
}
THEIRS: dict[str, Any] = {
    "cloudWatchConfig": {"logGroupName": "theirs", "roleArn": "arn:aws:iam::111122223333:role/theirs"},
    "textDataDeliveryEnabled": True,
}


def properties(**changes: str) -> dict[str, str]:
    return {
        "ServiceToken": "arn:aws:lambda:ap-southeast-1:111122223333:function:logging",
        "SavedConfigurationParameter": PARAMETER,
        "WorkshopId": "ws-1",
        "LogGroupName": "/workshop/ws-1/bedrock",
        "RoleArn": "arn:aws:iam::111122223333:role/workshop/ws-1/logging",
        "BucketName": "logs-bucket",
        "KeyPrefix": "invocations",
    } | changes


OURS = Properties.model_validate(properties()).configuration()


@dataclass
class CloudFormation:
    """The end of the response URL: a web server on loopback that keeps what it is sent."""

    url: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    content_types: list[str | None] = field(default_factory=list)
    failures: int = 0
    """So many answers are refused first."""


@contextmanager
def listening() -> Iterator[CloudFormation]:
    """A CloudFormation that hears its answers."""

    class Receiver(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.content_types.append(self.headers["Content-Type"])
            if state.failures:
                state.failures -= 1
                self.send_error(500)
                return
            state.answers.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    state = CloudFormation(f"http://127.0.0.1:{server.server_port}/answer?Signature={CANARY}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Account:
    """One account and region, seen from outside the function."""

    module: Any
    cloudformation: CloudFormation

    def send(
        self, request: str, new: dict[str, str] | None = None, old: dict[str, str] | None = None
    ) -> dict[str, Any]:
        event: dict[str, Any] = {
            "RequestType": request,
            "ResponseURL": self.cloudformation.url,
            "StackId": "arn:aws:cloudformation:ap-southeast-1:111122223333:stack/ws-1-Audit/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Logging",
            "ResourceType": "Custom::InvocationLogging",
            "ResourceProperties": properties() if new is None else new,
        }
        if request != "Create":
            event["PhysicalResourceId"] = "model-invocation-logging"
        if request == "Update":
            event["OldResourceProperties"] = properties() if old is None else old
        self.module.handler(event, None)
        return self.cloudformation.answers[-1]

    def put(self, configuration: dict[str, Any]) -> None:
        self.module.bedrock.put_model_invocation_logging_configuration(loggingConfig=configuration)

    @property
    def setting(self) -> dict[str, Any] | None:
        answer: dict[str, Any] = self.module.bedrock.get_model_invocation_logging_configuration()
        return answer.get("loggingConfig") or None

    @property
    def saved(self) -> Any:
        names = self.module.ssm.get_parameters(Names=[PARAMETER])["Parameters"]
        return json.loads(names[0]["Value"]) if names else None
