"""Events, contexts and AWS answers for the handlers' tests. The handlers and botocore are the real ones."""

import importlib
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.client import BaseClient

from lambda_src.common.tool import ToolGroup

CANARY = "canary-3f9c1d-do-not-tell"
"""Planted in the environment, in AWS's error texts and in exceptions; may never come out."""
TICKET = "0123456789abcdef0123456789abcdef"
"""Says who asks, in the form of those that the chat's server issues."""
REQUEST_ID = "11111111-2222-4333-8444-555555555555"
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "111122223333",
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "AWS_SESSION_TOKEN": CANARY,
    "DESK_TABLE_NAME": "desk",
    "TABLE_NAME": "web",
    "USER_POOL_ID": "ap-southeast-1_aaaaaaaaa",
    "USER_POOL_CLIENT_ID": "client",
    "DAILY_BUDGET": "200000",
    "TITLE": "Workshop",
    "TOOL_NAMES": "get_agenda,list_my_requests,request_helper,search_documents",
    "HARNESS_ARN": "arn:aws:bedrock-agentcore:ap-southeast-1:111122223333:harness/ws_1-0123456789",
    "GATEWAY_URL": "https://gateway.invalid/mcp",
    "ENDPOINT_NAME": "endpoint",
    "KNOWLEDGE_BASE_ID": "KB12345678",
    "DATA_SOURCE_ID": "DS12345678",
    "QUEUE_URL": "https://sqs.ap-southeast-1.amazonaws.com/111122223333/sync",
}

Answer = tuple[int, Mapping[str, str], bytes]
Respond = Callable[[AWSPreparedRequest], Answer]


@dataclass
class ClientContext:
    custom: dict[str, Any]


@dataclass
class LambdaContext:
    """The parts of Lambda's context object that handlers read."""

    client_context: ClientContext | None = None
    aws_request_id: str = REQUEST_ID
    remaining_ms: int = 20_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass(frozen=True)
class Function:
    """One tool function: its handler module, its definition, and the botocore clients in the module."""

    module: ModuleType
    group: ToolGroup
    clients: tuple[Any, ...]

    def __call__(self, event: Any, context: Any) -> Any:
        return self.module.handler(event, context)


@dataclass
class Aws:
    """Every answer that AWS gives to a client, and every request that it got."""

    respond: Respond
    requests: list[AWSPreparedRequest] = field(default_factory=list)
    operations: list[tuple[str, str]] = field(default_factory=list)
    """Service and operation of each request, in botocore's words."""

    @property
    def sent(self) -> bytes:
        """Body of the first request."""
        body = self.requests[0].body
        assert isinstance(body, bytes)
        return body

    def send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        service, name = event_name.split(".")[1:]
        self.operations.append((service, name))
        self.requests.append(request)
        return aws_response(request, self.respond(request))


def aws_response(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
    """The answer as botocore gets it from the network."""
    status, headers, body = answer
    return AWSResponse(request.url, status, HeadersDict(headers), _Raw(body))  # type: ignore[arg-type]  # as botocore does


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(4_096):
            yield chunk


@contextmanager
def aws_answers(function: Function, respond: Respond) -> Iterator[Aws]:
    """The function's clients get their answers from `respond` instead of the network."""
    aws = Aws(respond)
    for client in function.clients:
        client.meta.events.register_first("before-send", aws.send, unique_id="tests")
    try:
        yield aws
    finally:
        for client in function.clients:
            client.meta.events.unregister("before-send", unique_id="tests")


@contextmanager
def logs_of(function: Function) -> Iterator[io.StringIO]:
    """What the function writes to its log meanwhile."""
    stream = io.StringIO()
    handlers = [
        handler
        for handler in logging.getLogger(function.group.name).handlers
        if isinstance(handler, logging.StreamHandler)
    ]
    earlier = [handler.setStream(stream) for handler in handlers]
    try:
        yield stream
    finally:
        for handler, old in zip(handlers, earlier, strict=True):
            handler.setStream(old)


def load(name: str) -> Function:
    """The function of a tool group as Lambda would load it, with `ENVIRONMENT` around it."""
    with pytest.MonkeyPatch.context() as patch:
        for key, value in ENVIRONMENT.items():
            patch.setenv(key, value)
        module = importlib.import_module(f"lambda_src.{name}.handler")
    group = importlib.import_module(f"lambda_src.{name}.definition").GROUP
    clients = tuple(each for each in vars(module).values() if isinstance(each, BaseClient))
    return Function(module, group, clients)


def json_answer(body: object, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def aws_error(code: str, message: str = CANARY, status: int = 400) -> Answer:
    """An error in the form that both the JSON and the REST-JSON protocol read."""
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return status, headers, json.dumps({"__type": code, "message": message, "Message": message}).encode()


def agent_event(function: str, parameters: list[tuple[str, str, str]], /, **changes: Any) -> dict[str, Any]:
    """A Bedrock Agents event; parameters are (name, type, value)."""
    event: dict[str, Any] = {
        "messageVersion": "1.0",
        "agent": {"name": "workshop", "id": "AGENT12345", "alias": "ALIAS12345", "version": "1"},
        "inputText": "hello",
        "sessionId": "session-1",
        "actionGroup": "tools",
        "function": function,
        "parameters": [{"name": name, "type": kind, "value": value} for name, kind, value in parameters],
        "sessionAttributes": {"ticket": TICKET},
        "promptSessionAttributes": {"language": "vi"},
    }
    return event | changes


def gateway_context(tool: str, headers: object = None) -> LambdaContext:
    custom: dict[str, Any] = {"bedrockAgentCoreToolName": f"target-name___{tool}"}
    if headers is not None:
        custom["bedrockAgentCorePropagatedHeaders"] = headers
    return LambdaContext(ClientContext(custom))


def agent_body(response: Mapping[str, Any]) -> dict[str, Any]:
    """The tool's JSON inside a Bedrock Agents response."""
    body: dict[str, Any] = json.loads(response["response"]["functionResponse"]["responseBody"]["TEXT"]["body"])
    return body
