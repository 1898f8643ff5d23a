"""The stand-ins for services that the emulator lacks, mounted in front of it as one ASGI application."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

from ministack.core.concurrency import run_reentrant

from local_aws.emulator.client_context import CLIENT_CONTEXT, HEADER
from local_aws.framework import StandIns

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

EVENT_STREAM = "application/vnd.amazon.eventstream"
PAUSE_SECONDS = 0.01
"""Between two events of a stream: about what a fast model needs for a word."""
SIGNING_NAME = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")


def mounted(emulator: Application, stand_ins: StandIns) -> Application:
    """Requests signed for a service with a stand-in go there, all others to the emulator.

    The emulator has some of these services too; an operation that a stand-in does not do is refused rather than
    answered from the emulator's other set of resources.
    """
    services = [stand_ins[name] for name in stand_ins.names]
    signing_names = {service.scope or service.service for service in services}

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await emulator(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        CLIENT_CONTEXT.set(headers.get(HEADER, ""))
        signed = SIGNING_NAME.search(headers.get("authorization", ""))
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
        if (signed and signed[1] in signing_names) or any(service.serves_raw(path) for service in services):
            query = scope["query_string"].decode("latin-1")
            request = (scope["method"], path, headers, await _read(receive), query)
            await _answer(send, await run_reentrant(stand_ins.handle, *request))
        else:
            await emulator(scope, receive, send)

    return application


async def _read(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _answer(send: Send, response: tuple[int, dict[str, str], bytes]) -> None:
    status, headers, body = response
    given = {name.lower(): value for name, value in headers.items()}
    streamed = given.get("content-type") == EVENT_STREAM
    if not streamed:
        given["content-length"] = str(len(body))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    for event in events_of(body) if streamed else ():
        await send({"type": "http.response.body", "body": event, "more_body": True})
        await asyncio.sleep(PAUSE_SECONDS)
    await send({"type": "http.response.body", "body": b"" if streamed else body})


def events_of(body: bytes) -> Iterator[bytes]:
    """The messages of an event stream; each begins with its length in four bytes (Smithy's event stream encoding)."""
    while body:
        length = int.from_bytes(body[:4], "big")
        yield body[:length]
        body = body[length:]
