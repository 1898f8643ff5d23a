"""Every command says in one sentence why it cannot reach AWS, whatever the reason, and ends with its exit code."""

import inspect
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from workshop.__main__ import COMMANDS, Command
from workshop.aws_session import LONGEST, NotAwsError, explain, open_session

ROOT = Path(__file__).parents[2]
PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>" + b"<p>Welcome</p>" * 100 + b"</body></html>"
EXPIRED = (
    b'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken'
    b"</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>"
)
WITHOUT_AWS = {"init", "rehearse", "cost", "attendees"}
"""Commands that work whatever the way to AWS is like: tests/workshop/test_without_aws.py."""


@contextmanager
def answering(status: int, content_type: str, body: bytes) -> Iterator[str]:
    """URL of a server on this machine that gives every request one answer, as a proxy or as an endpoint."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = do_CONNECT = answer  # noqa: N815  # the base class wants these names

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def always(variables: dict[str, str]) -> Iterator[dict[str, str]]:
    yield variables


@contextmanager
def with_server(status: int, content_type: str, body: bytes, *names: str, **more: str) -> Iterator[dict[str, str]]:
    with answering(status, content_type, body) as url:
        yield dict.fromkeys(names, url) | more


FAILURES: dict[str, Callable[[Path], Any]] = {
    "no such profile": lambda folder: always({"AWS_PROFILE": "no-such"}),
    "broken configuration": lambda folder: always({"AWS_CONFIG_FILE": broken_file(folder)}),
    "broken credentials file": lambda folder: always({"AWS_SHARED_CREDENTIALS_FILE": broken_file(folder)}),
    "no credentials": lambda folder: always({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}),
    "half of the credentials": lambda folder: always({"AWS_SECRET_ACCESS_KEY": ""}),
    "no network": lambda folder: always({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}),
    "proxy that is not there": lambda folder: always({"HTTPS_PROXY": "http://127.0.0.1:9"}),
    "endpoint without a scheme": lambda folder: always({"AWS_ENDPOINT_URL": "127.0.0.1:4566"}),
    "expired credentials": lambda folder: with_server(403, "text/xml", EXPIRED, "AWS_ENDPOINT_URL"),
    "sign-in page": lambda folder: with_server(200, "text/html; charset=utf-8", PAGE, "AWS_ENDPOINT_URL"),
    "page without a type": lambda folder: with_server(200, "application/json", PAGE, "AWS_ENDPOINT_URL"),
    "page of a gateway": lambda folder: with_server(502, "text/html", PAGE, "AWS_ENDPOINT_URL"),
    "plain text": lambda folder: with_server(200, "text/plain", b"hello", "AWS_ENDPOINT_URL"),
    "proxy that answers a page": lambda folder: with_server(
        200, "text/html", PAGE, "HTTP_PROXY", AWS_ENDPOINT_URL="http://aws.invalid"
    ),
    "proxy that refuses": lambda folder: with_server(407, "text/html", PAGE, "HTTPS_PROXY"),
}


def broken_file(folder: Path) -> str:
    path = folder / "broken"
    path.write_text("[default\nregion = ap-southeast-1\n", encoding="utf-8")
    return str(path)


def surroundings(folder: Path) -> dict[str, str]:
    """Variables of a person with credentials that look usable and lead nowhere."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    return clean | {
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": "111122223333",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(
    "command",
    [command for command in COMMANDS if command.name not in WITHOUT_AWS],
    ids=lambda command: command.name,
)
def test_one_sentence_and_the_exit_code(command: Command, failure: str, tmp_path: Path) -> None:
    action = ("plan", "--state", str(tmp_path / "state")) if command.name == "teardown" else ()
    with FAILURES[failure](tmp_path) as wrong:
        done = subprocess.run(  # noqa: S603  # our own commands
            [sys.executable, "-m", "workshop", command.name, *action],
            cwd=ROOT,
            env=surroundings(tmp_path) | wrong,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    assert "Traceback" not in done.stderr
    assert (done.returncode, len(done.stderr.splitlines())) == (command.exit_without_aws, 1), done.stderr
    assert done.stderr.startswith("refused: ") == (command.name == "teardown")


@pytest.mark.parametrize(
    "kind",
    [kind for _, kind in inspect.getmembers(botocore.exceptions, inspect.isclass) if issubclass(kind, BotoCoreError)],
    ids=lambda kind: kind.__name__,
)
def test_every_error_of_botocore_has_a_sentence(kind: type[BotoCoreError]) -> None:
    class Anything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "line one\nline two " * 100

    error: BotoCoreError = kind.__new__(kind)
    error.args = (kind.fmt.format_map(Anything()),)
    said = explain(error)
    if issubclass(kind, ParamValidationError):
        assert said is None
    else:
        assert said
        assert (said.count("\n"), len(said) <= LONGEST + 200, said.endswith(".")) == (0, True, True)


def test_what_is_not_about_the_way_to_aws_keeps_its_traceback() -> None:
    assert explain(KeyError("a mistake of ours")) is None
    assert explain(ResponseParserError("what is this")) is not None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ExpiredToken", "have expired"),
        ("ExpiredTokenException", "have expired"),
        ("InvalidClientTokenId", "Sign in again"),
        ("UnrecognizedClientException", "Sign in again"),
        ("RequestTimeTooSkewed", "clock"),
        ("502", "not by AWS"),
        ("AccessDenied", "as somebody who may"),
        ("Throttling", "later"),
    ],
)
def test_what_to_do_depends_on_what_aws_says(code: str, says: str) -> None:
    said = explain(ClientError({"Error": {"Code": code, "Message": "no"}}, "GetCallerIdentity"))
    assert said
    assert says in said


def test_a_page_that_somebody_stores_is_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in surroundings(tmp_path).items():
        monkeypatch.setenv(name, value)
    with answering(200, "text/html", PAGE) as url:
        s3 = open_session("ap-southeast-1").client("s3", endpoint_url=url, region_name="ap-southeast-1")
        assert s3.get_object(Bucket="pages", Key="index.html")["Body"].read() == PAGE
        assert s3.head_object(Bucket="pages", Key="index.html")["ContentType"] == "text/html"
        with pytest.raises(NotAwsError, match="s3"):
            s3.list_objects_v2(Bucket="pages")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_loopback_is_reached_without_a_proxy(name: str, tmp_path: Path) -> None:
    """The endpoint is on this machine and says that the credentials have expired; the proxy says nothing of it."""
    with answering(200, "text/html", PAGE) as proxy, answering(403, "text/xml", EXPIRED) as url:
        done = subprocess.run(
            [sys.executable, "-m", "workshop", "smoke"],
            cwd=ROOT,
            env=surroundings(tmp_path) | {name: proxy, "AWS_ENDPOINT_URL": url, "NO_PROXY": "example.com"},
            capture_output=True,
            text=True,
        )
    assert (done.returncode, "have expired" in done.stderr) == (1, True), done.stderr
