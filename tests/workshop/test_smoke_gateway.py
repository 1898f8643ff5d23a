"""The MCP client against a server on loopback that speaks JSON-RPC, plainly and as server-sent events."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from workshop.smoke.check import CheckFailedError
from workshop.smoke.mcp import GatewayClient

Reply = Callable[[dict[str, Any]], tuple[int, str]]


class Server(ThreadingHTTPServer):
    """Answers every POST with `reply`, and remembers what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply: Reply = lambda message: (200, "{}")
        self.got: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, message))
        status, body = self.server.reply(message)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def gateway(url: str) -> GatewayClient:
    session = boto3.Session(aws_access_key_id="111122223333", aws_secret_access_key="test")
    return GatewayClient(url, session, "ap-southeast-1")


def result(message: dict[str, Any], value: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": value})


def test_tools_are_listed_over_all_pages(server: Server) -> None:
    def reply(message: dict[str, Any]) -> tuple[int, str]:
        if message["params"].get("cursor") == "2":
            return 200, result(message, {"tools": [{"name": "b___y"}]})
        return 200, result(message, {"tools": [{"name": "a___x"}], "nextCursor": "2"})

    server.reply = reply
    assert gateway(f"{server.url}/mcp").tool_names() == {"a___x", "b___y"}
    assert [path for path, _, _ in server.got] == ["/mcp", "/mcp"]


@pytest.mark.parametrize("form", ["{}", "event: message\ndata: {}\n\n"], ids=["plain", "server-sent event"])
def test_a_call_is_signed_and_gives_the_tools_text(server: Server, form: str) -> None:
    value = {"content": [{"type": "text", "text": '{"a":'}, {"type": "text", "text": "1}"}], "isError": False}
    server.reply = lambda message: (200, form.replace("{}", result(message, value)))
    assert gateway(server.url).call("a___x", {"part": "break"}) == '{"a":1}'
    [(_, headers, message)] = server.got
    assert message["method"] == "tools/call"
    assert message["params"] == {"name": "a___x", "arguments": {"part": "break"}}
    assert "/ap-southeast-1/bedrock-agentcore/aws4_request" in headers["authorization"]
    assert "text/event-stream" in headers["accept"]


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (403, "no", "HTTP 403: no"),
        (200, "<html>", "not JSON-RPC"),
        (200, "[]", "not JSON-RPC"),
        (200, '{"jsonrpc": "2.0", "id": 1, "error": {"code": -32602, "message": "Unknown tool"}}', "Unknown tool"),
        (200, '{"result": {"isError": true, "content": [{"type": "text", "text": "broken"}]}}', "failed: broken"),
    ],
)
def test_anything_but_a_proper_answer_fails(server: Server, status: int, body: str, says: str) -> None:
    server.reply = lambda message: (status, body)
    with pytest.raises(CheckFailedError, match=says):
        gateway(server.url).call("a___x", {})


def test_on_the_local_aws_the_gateway_of_aws_is_reached_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    server.reply = lambda message: (200, result(message, {"tools": []}))
    gateway("https://ws-1.gateway.bedrock-agentcore.ap-southeast-1.amazonaws.com/mcp").tool_names()
    assert [path for path, _, _ in server.got] == ["/mcp"]


def test_without_credentials_nothing_is_sent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(CheckFailedError, match="no credentials"):
        GatewayClient(server.url, boto3.Session(), "ap-southeast-1").tool_names()
    assert server.got == []
