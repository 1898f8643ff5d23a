"""The page's server as a browser talks to it: plain HTTP, and the events of a stream with their times."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from workshop.smoke.check import CheckFailedError, require

TIMEOUT_SECONDS = 200


@dataclass(frozen=True)
class Answered:
    """One whole answer of the server to one request."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: str

    @property
    def json(self) -> Any:
        """The body as JSON. Raises CheckFailedError if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise CheckFailedError(f"HTTP {self.status}, and no JSON: {self.body[:200]}") from None


@dataclass(frozen=True)
class StreamEvent:
    """One event of an answer of the chat."""

    name: str
    data: Any
    seconds: float
    """Since the request."""


class Page:
    """The server behind one address."""

    def __init__(self, address: str) -> None:
        """Keep the address, such as `https://<id>.execute-api.<region>.amazonaws.com/workshop/`."""
        self._parts = urlsplit(address)

    def call(
        self, method: str, path: str, body: object = None, *, token: str = "", headers: Mapping[str, str] | None = None
    ) -> Answered:
        """One request to a path below the page's address, and its whole answer."""
        answer = self._send(method, path, body, token, headers or {})
        return Answered(answer.status, _lower(answer), answer.read().decode(errors="replace"))

    def chat(self, body: object, *, token: str, headers: Mapping[str, str] | None = None) -> Iterator[StreamEvent]:
        """The events of an answer as they come. Raises CheckFailedError unless it is a stream."""
        began = time.monotonic()
        answer = self._send("POST", "api/chat", body, token, headers or {})
        kind = _lower(answer).get("content-type", "")
        if answer.status != 200 or not kind.startswith("text/event-stream"):
            raise CheckFailedError(
                f"chat: HTTP {answer.status}, {kind}: {answer.read().decode(errors='replace')[:200]}"
            )
        name = ""
        while line := answer.readline().decode():
            key, _, value = line.rstrip("\n").partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                yield StreamEvent(name, json.loads(value), time.monotonic() - began)

    def sign_in(self, name: str, code: str) -> tuple[str, str]:
        """Token and cookie. Raises CheckFailedError if name and code are not accepted."""
        answer = self.call("POST", "api/session/start", {"name": name, "code": code})
        require(answer.status == 200, f"sign-in: HTTP {answer.status}: {answer.body[:200]}")
        return str(answer.json["token"]), answer.headers["set-cookie"]

    def _send(self, method: str, path: str, body: object, token: str, headers: Mapping[str, str]) -> HTTPResponse:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(self._parts.netloc, timeout=TIMEOUT_SECONDS)
        given = {**headers, **({"Authorization": token} if token else {})}
        if body is not None:
            given["Content-Type"] = "application/json"
        text = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        connection.request(method, self._parts.path + path, text, given)
        return connection.getresponse()


def _lower(answer: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.getheaders()}
