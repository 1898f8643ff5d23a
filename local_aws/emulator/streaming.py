"""Functions that stream: a Runtime API for each, and API Gateway handing on the pieces as they come.

The emulator's integration is buffered and does not know `response-streaming-invocations`. Here the answer of a function
reaches the client piece by piece, after the emulator's own authorizer, throttle and validation.

- The runtime's side: docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
- The wrapper that starts it: docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
- The integration: docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
"""

import asyncio
import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import StreamingResponse
from ministack.services import apigateway_v1

from local_aws.emulator.runtime import ExecutionEnvironment

WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
TASK_ROOT = "/var/task/"
URI_END = "/response-streaming-invocations"
HEAD_END = b"\0" * 8
INIT_SECONDS = 30.0
"""AWS allows ten; a laptop that starts thirty functions at once is given more."""

Answer = tuple[int, dict[str, Any], Any]


class Sink:
    """Where the pieces of one answer go: from the function's thread to the loop that serves the client."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(self, piece: bytes | None) -> None:
        """Hand on a piece; None says that there are no more."""
        self._loop.call_soon_threadsafe(self.pieces.put_nowait, piece)


SINK: ContextVar[Sink | None] = ContextVar("sink", default=None)


class StreamingEnvironment(ExecutionEnvironment):
    """One process that polls its own Runtime API, as the function's wrapper starts it."""

    _api: ThreadingHTTPServer | None = None

    def _prepare(self) -> None:
        self._events: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._outcomes: queue.Queue[dict[str, Any]] = queue.Queue()
        self._sink: Sink | None = None
        self._ready = threading.Event()
        self._api = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnRuntimeApi", (RuntimeApi,), {"environment": self}))
        threading.Thread(target=self._api.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def _command(self) -> list[str]:
        """The wrapper with the arguments that Lambda gives it: interpreter, options, the runtime's own program."""
        wrapper = self._own_variables()[WRAPPER]
        script = Path(self._tmpdir) / "code" / wrapper.removeprefix(TASK_ROOT)
        return ["/bin/sh", str(script), sys.executable, "-S", "/var/runtime/bootstrap.py"]

    def _variables(self, code: Path, opt: Path | None) -> dict[str, str]:
        assert self._api is not None  # noqa: S101  # made by _spawn
        host, port = self._api.server_address[:2]
        variables = super()._variables(code, opt)
        layers = [str(opt / "python")] if opt else []
        path = ":".join([*layers, variables.get("PYTHONPATH", "")])
        return variables | {
            "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}",
            "_HANDLER": self.config["Handler"],
            "PYTHONPATH": path,
        }

    def _initialise(self, code: Path) -> None:
        threading.Thread(target=self._read_stdout, daemon=True).start()
        deadline = time.monotonic() + INIT_SECONDS
        while not self._ready.wait(0.05):
            if self._proc.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.func_name} cannot be loaded: {self._drain_stderr()}")

    def _read_stdout(self) -> None:
        """What the function prints is its log, as what it writes to standard error."""
        for line in self._proc.stdout:
            self._stderr_queue.put(line.rstrip("\n"))

    def invoke(self, event: Any, request_id: str, *more: Any, **named: Any) -> dict[str, Any]:
        """One invocation; its pieces go to the sink of the request. Gives the emulator the outcome and the log."""
        sink = SINK.get()
        if sink is None:
            return {"status": "error", "error": "This function answers as a stream; ask it through its REST API."}
        lambda_runtime.ensure_spawned(self)
        with self._lock:
            self._sink = sink
            self._events.put((request_id, event))
            outcome = self._outcome()
        return outcome | {"log": self._drain_stderr()}

    def _outcome(self) -> dict[str, Any]:
        deadline = time.monotonic() + float(self.config["Timeout"])
        while time.monotonic() < deadline:
            try:
                return self._outcomes.get(timeout=0.1)
            except queue.Empty:
                if self._proc is None or self._proc.poll() is not None:
                    return {"status": "error", "error": "Runtime exited before it had answered"}
        self._proc.kill()
        return {"status": "error", "error": f"Task timed out after {self.config['Timeout']}.00 seconds"}

    def next_event(self) -> tuple[str, Any]:
        """What the function's `next` waits for."""
        self._ready.set()
        return self._events.get()

    def piece(self, data: bytes) -> None:
        """A part of the answer, the head first."""
        if self._sink:
            self._sink.put(data)

    def finished(self, outcome: dict[str, Any]) -> None:
        """The end of an invocation, good or bad."""
        self._outcomes.put(outcome)

    @property
    def milliseconds(self) -> int:
        """When the invocation that begins now will be cut, as the Runtime API says it."""
        return int((time.time() + float(self.config["Timeout"])) * 1000)

    def _close_api(self) -> None:
        if self._api:
            self._api.shutdown()
            self._api.server_close()
            self._api = None

    def _discard_tmpdir(self) -> None:
        self._close_api()
        super()._discard_tmpdir()


class RuntimeApi(BaseHTTPRequestHandler):
    """The Runtime API as the function's loop asks it; a subclass of each environment has the environment."""

    environment: StreamingEnvironment
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        request_id, event = self.environment.next_event()
        body = json.dumps(event).encode()
        self._answer(
            200,
            body,
            {
                "Lambda-Runtime-Aws-Request-Id": request_id,
                "Lambda-Runtime-Deadline-Ms": str(self.environment.milliseconds),
                "Lambda-Runtime-Invoked-Function-Arn": self.environment.config["FunctionArn"],
            },
        )

    def do_POST(self) -> None:
        if self.path.endswith("/response"):
            self.environment.finished(self._stream())
        else:
            report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.environment.finished({"status": "error", "error": str(report.get("errorMessage"))})
        self._answer(202, b"", {})

    def _stream(self) -> dict[str, Any]:
        if self.headers["Lambda-Runtime-Function-Response-Mode"] != "streaming":
            return {"status": "error", "error": "The answer has not the response mode `streaming`."}
        while size := int(self.rfile.readline().strip(), 16):
            self.environment.piece(self.rfile.read(size))
            self.rfile.readline()
        trailers = {}
        while line := self.rfile.readline().strip():
            name, _, value = line.decode().partition(":")
            trailers[name.lower()] = value.strip()
        broken = trailers.get("lambda-runtime-function-error-type")
        return {"status": "error", "error": broken} if broken else {"status": "ok", "result": None}

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def install() -> None:
    """Let functions with a wrapper run as they stream, and let API Gateway hand their pieces on."""
    lambda_runtime._worker_class_for = _with_streaming(lambda_runtime._worker_class_for)
    apigateway_v1._extract_lambda_ref_from_integration_uri = _without_end(
        apigateway_v1._extract_lambda_ref_from_integration_uri
    )
    apigateway_v1._invoke_lambda_proxy_v1 = _streaming_proxy(apigateway_v1._invoke_lambda_proxy_v1)


def _with_streaming(choose: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def chosen(config: dict[str, Any]) -> Any:
        variables = (config.get("Environment") or {}).get("Variables") or {}
        return StreamingEnvironment if WRAPPER in variables else choose(config)

    return chosen


def _without_end(extract: Callable[[str], str]) -> Callable[[str], str]:
    def extracted(uri: str) -> str:
        return extract(uri.replace(URI_END, "/invocations"))

    return extracted


def _streaming_proxy(buffered: Callable[..., Any]) -> Callable[..., Any]:
    async def proxied(integration: dict[str, Any], *place: Any, **more: Any) -> Answer:
        if not str(integration.get("uri", "")).endswith(URI_END):
            answer: Answer = await buffered(integration, *place, **more)
            return answer
        sink = Sink()
        token = SINK.set(sink)
        try:
            call = asyncio.ensure_future(buffered(integration, *place, **more))
        finally:
            SINK.reset(token)
        call.add_done_callback(lambda _: sink.pieces.put_nowait(None))
        begun = await _begun(sink)
        if begun is None:  # nothing came before it ended: the emulator's own error
            failed: Answer = await call
            return failed if failed[0] >= 400 else (502, {"Content-Type": "application/json"}, _BAD_GATEWAY)
        head, rest = begun
        status = int(head.get("statusCode", 200))
        return status, dict(head.get("headers") or {}), StreamingResponse(_runner(sink, rest, call))

    return proxied


_BAD_GATEWAY = b'{"message": "Internal server error"}'


async def _begun(sink: Sink) -> tuple[dict[str, Any], bytes] | None:
    received = b""
    while HEAD_END not in received:
        piece = await sink.pieces.get()
        if piece is None:
            return None
        received += piece
    head, _, rest = received.partition(HEAD_END)
    return json.loads(head), rest


def _runner(sink: Sink, rest: bytes, call: "asyncio.Future[Answer]") -> Callable[..., Any]:
    async def run(send: Callable[[dict[str, Any]], Any], receive: Any) -> None:
        """A client that is gone ends nothing: the function goes on, as in Lambda, and what it says is dropped."""
        piece: bytes | None = rest
        while piece is not None:
            if piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            piece = await sink.pieces.get()
        if (await call)[0] < 400:  # an error in the stream leaves it open, so that the client sees it cut
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return run
