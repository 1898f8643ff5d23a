"""A function whose answer arrives piece by piece: this loop runs in place of Lambda's own Python program.

Lambda's managed Python cannot stream an answer (aws-lambda-roadmap#39; awslambdaric 4.2.2 has no such mode), but it
lets a wrapper replace the program that it starts, and any program may speak to the Runtime API. So the function's
variable `AWS_LAMBDA_EXEC_WRAPPER` names `stream.sh` beside this file, which starts this module. It goes when Python
streams natively.

- https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
- https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming

The handler takes (event, context) and gives a `Streamed`. If the client goes away, the rest of the pieces is still
asked for: what the handler saves at the end is saved.
"""

import base64
import http.client
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

RUNTIME = "/2018-06-01/runtime"
HEAD_END = b"\0" * 8
HEADERS = {
    "Lambda-Runtime-Function-Response-Mode": "streaming",
    "Transfer-Encoding": "chunked",
    "Content-Type": "application/vnd.awslambda.http-integration-response",
    "Trailer": "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
}


@dataclass(frozen=True)
class Streamed:
    """An HTTP answer: status and headers now, the body in pieces."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]
    """At least one, because API Gateway sends the head with the first."""


@dataclass(frozen=True)
class StreamContext:
    """What a handler is told of its invocation, by the names of Lambda's own context object."""

    aws_request_id: str
    deadline_ms: int
    """Milliseconds since 1970 at which Lambda cuts the invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda cuts the invocation; never less than 0."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


Handler = Callable[[Any, StreamContext], Streamed]


def serve(api: str, handler: Handler) -> None:
    """Take one event from the Runtime API at `api` (host:port) and stream the answer back."""
    connection = http.client.HTTPConnection(api, timeout=None)
    connection.request("GET", f"{RUNTIME}/invocation/next")
    given = connection.getresponse()
    event = json.loads(given.read())
    request_id = str(given.headers["Lambda-Runtime-Aws-Request-Id"])
    context = StreamContext(request_id, int(given.headers["Lambda-Runtime-Deadline-Ms"]))
    connection.close()
    try:
        answer = handler(event, context)
    except Exception as error:  # Lambda must be told, or it waits until the function's time is over
        report(api, f"/invocation/{request_id}/error", error)
        return
    _send(api, f"{RUNTIME}/invocation/{request_id}/response", answer)


def _send(api: str, path: str, answer: Streamed) -> None:
    head = {"statusCode": answer.status, "headers": dict(answer.headers)}
    connection = http.client.HTTPConnection(api, timeout=60)
    connection.putrequest("POST", path)
    for name, value in HEADERS.items():
        connection.putheader(name, value)
    connection.endheaders()
    gone = False

    def send(data: bytes) -> None:
        nonlocal gone
        try:
            if not gone:
                connection.send(data)
        except OSError:
            gone = True

    send(_chunk(json.dumps(head).encode() + HEAD_END))
    try:
        for piece in answer.pieces:  # to the end even if nobody listens: what has to be saved still is
            if piece:
                send(_chunk(piece))
        send(b"0\r\n\r\n")
    except Exception as error:  # the head is out: all that is left to say it with is the trailer
        send(b"0\r\n" + _trailer(error) + b"\r\n")
    if not gone:
        connection.getresponse().read()
    connection.close()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _trailer(error: Exception) -> bytes:
    """The class of the error and nothing of its text, which may hold what a person wrote."""
    kind = type(error).__name__
    body = base64.b64encode(json.dumps({"errorType": kind, "errorMessage": kind}).encode())
    return (
        b"Lambda-Runtime-Function-Error-Type: " + kind.encode() + b"\r\n"
        b"Lambda-Runtime-Function-Error-Body: " + body + b"\r\n"
    )


def report(api: str, path: str, error: Exception) -> None:
    """Tell the Runtime API that an invocation, or the start, failed; the class of the error and nothing of its text."""
    kind = type(error).__name__
    print(json.dumps({"level": "ERROR", "message": "function failed", "error_type": kind}), flush=True)
    connection = http.client.HTTPConnection(api, timeout=10)
    body = json.dumps({"errorType": kind, "errorMessage": kind, "stackTrace": []})
    connection.request("POST", RUNTIME + path, body, {"Lambda-Runtime-Function-Error-Type": kind})
    connection.getresponse().read()
    connection.close()


def main() -> None:
    """Serve events until the process is stopped. The handler is the one that the function is configured with."""
    api = os.environ["AWS_LAMBDA_RUNTIME_API"]
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    try:
        handler: Handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    except Exception as error:
        report(api, "/init/error", error)
        sys.exit(1)
    while True:
        serve(api, handler)


if __name__ == "__main__":
    main()
