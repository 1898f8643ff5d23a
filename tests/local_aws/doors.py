"""A world with all stand-ins, and the two doors into it."""

import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local_aws.framework import StandIns, World
from local_aws.services.catalog import stand_ins
from tests.local_aws.support import REGION, Clock, MemoryBackend

Client = Callable[[str], Any]


def local_session() -> boto3.Session:
    """A session whose keys are good for nothing."""
    return boto3.Session(region_name=REGION, aws_access_key_id="111122223333", aws_secret_access_key="local")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(region=REGION, clock=clock)


@pytest.fixture
def backend() -> MemoryBackend:
    return MemoryBackend()


@pytest.fixture
def all_of_them(world: World, backend: MemoryBackend) -> StandIns:
    return stand_ins(world, backend)


@cache
def _client(service: str, endpoint_url: str | None = None) -> Any:
    """One client for all tests: making it costs more than most tests do. What is tested is the answer, so a fault is
    not tried again."""
    clients: Any = local_session().client
    return clients(service, endpoint_url=endpoint_url, config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def client(all_of_them: StandIns) -> Iterator[Client]:
    """Clients through the in-process door."""
    attached: dict[str, Callable[[], None]] = {}

    def client_of(service: str) -> Any:
        found = _client(service)
        if service not in attached:
            attached[service] = all_of_them.attach(found)
        return found

    yield client_of
    for detach in attached.values():
        detach()


@pytest.fixture(scope="session")
def http_door() -> Iterator[tuple[str, dict[str, StandIns]]]:
    """A server on a real socket: its address, and which stand-ins it serves now."""
    serving: dict[str, StandIns] = {}

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            status, headers, content = serving["now"].handle(self.command, path, dict(self.headers), body, query)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests say what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", serving
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def http_client(all_of_them: StandIns, http_door: tuple[str, dict[str, StandIns]]) -> Client:
    """Clients through the HTTP door."""
    endpoint, serving = http_door
    serving["now"] = all_of_them
    return lambda service: _client(service, endpoint)
