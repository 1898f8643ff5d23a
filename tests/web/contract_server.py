"""A server on this machine that gives answers in the form of docs/web-api.md, under the test's control.

It knows no AWS: the page's tests say what the agent answers and when, so that nothing depends on speed.
"""

import hashlib
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from tests.cloud_assembly import ROOT

CONTRACT = (ROOT / "docs" / "web-api.md").read_text(encoding="utf-8")
PREFIX = "/workshop/"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
PATIENCE_SECONDS = 20
CODE = "k7m2-p9qx-4tza-w3"

Body = dict[str, Any]
Event = tuple[str, Body]
LOST: Event = ("lost", {})
"""In a script: the connection breaks here, and the turn goes on."""


class Refusal(Exception):  # noqa: N818
    """An answer of 4xx or 5xx."""

    def __init__(self, status: int, code: str | None, retry_after: int | None = None) -> None:
        """`code` None: the body of API Gateway, which has no `error`."""
        super().__init__(code)
        self.status = status
        error = {"code": code, **({"retry_after": retry_after} if retry_after else {})}
        self.body: Body = {"error": error} if code else {"message": "from the gateway"}


def stated_headers() -> dict[str, str]:
    """The headers that docs/web-api.md promises for every file."""
    block = re.search(r"^```\n(Content-Security-Policy: .*?)^```", CONTRACT, re.M | re.S)
    assert block
    return dict(line.split(": ", 1) for line in block[1].strip().splitlines())


def now(minutes_ago: float = 0) -> str:
    """An instant as the contract writes it."""
    return (datetime.now(UTC) - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_turn(question: str, **more: Any) -> Body:
    """A turn that nobody has answered."""
    empty: Body = {
        "tools": [],
        "guardrail": None,
        "confirm": None,
        "price_vnd": None,
        "vote": "none",
        "stop": "end",
        "text": "",
    }
    usage = {"input": 0, "output": 0}
    turn = {"id": f"t{secrets.token_hex(10)}", "asked": now(), "question": question, "state": "answering"}
    return {**turn, **empty, "usage": usage, **more}


def done(stop: str = "end", **more: Any) -> Event:
    """The last event of a sound answer."""
    budget = {"used": 5210, "limit": 200_000}
    usage = {"input": 2510, "output": 143}
    return "done", {"stop": stop, "usage": usage, "price_vnd": 14, "budget": budget, **more}


def echo(body: Body) -> Iterator[Event]:
    """The answer of a test that does not care."""
    yield "status", {"phase": "thinking"}
    yield "text", {"text": f"Trả lời: {body.get('text', '')}"}
    yield done()


class Room:
    """What the server knows; tests change it at will."""

    def __init__(self) -> None:
        """A workshop with one person of each group, and nothing said yet."""
        self.groups = {"att-07": "attendee", "att-08": "attendee", "helper-1": "helper", "organiser": "organiser"}
        self.script: Callable[[Body], Iterator[Event]] = echo
        """The agent: events of an answer; it may wait for the test."""
        self.cookies: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.conversations: dict[str, Body] = {}
        self.documents: dict[str, Body] = {}
        self.findings: list[Body] = []
        self.requests: list[Body] = []
        self.messages: list[Body] = []
        self.alarms: list[Body] = [{"name": "Errors", "state": "OK"}]
        self.studio: str | None = "https://studio.invalid/auth?token=once"
        self.budget: Body = {"used": 5000, "limit": 200_000}
        self.refusals: dict[str, list[Refusal]] = {}
        """By method and path: given once each before the true answer."""
        self.asked: list[tuple[str, str, Body]] = []
        """Method, path below `api/` and body of every call."""

    def calls(self, method: str, path: str) -> list[Body]:
        """Bodies of the calls of one kind, the oldest first."""
        return [body for called, at, body in self.asked if (called, at) == (method, path)]

    def refuse(self, call: str, status: int, code: str | None = None, retry_after: int | None = None) -> None:
        """The next `call`, such as `POST chat`, is refused."""
        self.refusals.setdefault(call, []).append(Refusal(status, code, retry_after))

    def hold(self, *turns: Body, title: str = "Lịch trình hôm nay", owner: str = "att-07") -> str:
        """A conversation that exists already."""
        identifier = secrets.token_hex(16)
        stored = {"id": identifier, "title": title, "changed": now(), "turns": list(turns), "owner": owner}
        self.conversations[identifier] = stored
        return identifier

    def last_turn(self) -> Body:
        """The newest turn of the newest conversation."""
        turn: Body = list(self.conversations.values())[-1]["turns"][-1]
        return turn


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    room: ClassVar[Room]

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A file of the page, or a call."""
        path = self.path.removeprefix(PREFIX).partition("?")[0]
        return self._call() if path.startswith("api/") else self._file(ROOT / "web" / (path or "index.html"))

    def _file(self, file: Path) -> None:
        if not file.is_file() or file.suffix not in TYPES:
            return self._send(404, {"error": {"code": "not_found"}})
        content = file.read_bytes()
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {**stated_headers(), "ETag": tag, "Cache-Control": "no-cache", "Content-Type": TYPES[file.suffix]}
        if self.headers.get("If-None-Match") == tag:
            return self._send(304, None, headers)
        return self._send(200, content, headers)

    def _call(self) -> None:
        path = self.path.removeprefix(f"{PREFIX}api/")
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(raw) if raw else {}
        self.room.asked.append((self.command, path, body))
        try:
            for refusal in self.room.refusals.get(f"{self.command} {path}", [])[:1]:
                self.room.refusals[f"{self.command} {path}"].pop(0)
                raise refusal
            for (method, pattern), answer in ROUTES.items():
                match = re.fullmatch(pattern, path)
                if method == self.command and match:
                    return answer(self, body, *match.groups())
            raise Refusal(404, "not_found")
        except Refusal as refusal:
            return self._send(refusal.status, refusal.body)

    do_POST = do_PATCH = do_DELETE = _call  # noqa: N815

    def _send(self, status: int, body: Body | bytes | None, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    # Sign-in

    def _cookie(self) -> str:
        return (self.headers.get("Cookie") or "").partition("session=")[2].partition(";")[0]

    def _session(self, name: str, cookie: str) -> None:
        token = secrets.token_urlsafe()
        self.room.tokens[token] = name
        person = {"name": name, "group": self.room.groups[name]}
        kept = f"session={cookie}; HttpOnly; Secure; SameSite=Strict; Path={PREFIX}api/session/; Max-Age=43200"
        self._send(200, {"token": token, "expires_in": 1800, "person": person}, {"Set-Cookie": kept})

    def start(self, body: Body) -> None:
        if body["name"] not in self.room.groups or re.sub(r"[\s-]", "", body["code"].lower()) != CODE.replace("-", ""):
            raise Refusal(401, "wrong_code")
        cookie = secrets.token_urlsafe()
        self.room.cookies[cookie] = body["name"]
        self._session(body["name"], cookie)

    def resume(self, body: Body) -> None:
        if self._cookie() not in self.room.cookies:
            raise Refusal(401, "signed_out")
        self._session(self.room.cookies[self._cookie()], self._cookie())

    def end(self, body: Body) -> None:
        self.room.cookies.pop(self._cookie(), None)
        self._send(204, None, {"Set-Cookie": f"session=; Path={PREFIX}api/session/; Max-Age=0"})

    def _person(self) -> str:
        name = self.room.tokens.get(self.headers.get("Authorization", ""))
        if name is None:
            raise Refusal(401, None)
        return name

    # Chat

    def _conversation(self, identifier: str) -> Body:
        found = self.room.conversations.get(identifier)
        if found is None or found["owner"] != self._person():
            raise Refusal(404, "not_found")
        return found

    def chat(self, body: Body) -> None:
        owner = self._person()
        if "conversation" in body:
            conversation = self._conversation(body["conversation"])
        else:
            conversation = self.room.conversations[self.room.hold(title=body["text"][:80], owner=owner)]
        turns = conversation["turns"]
        if any(turn["state"] == "answering" for turn in turns):
            raise Refusal(409, "busy")
        if "replaces" in body:
            del turns[[turn["id"] for turn in turns].index(body["replaces"]) :]
        turns.append(new_turn(body.get("text", "")))
        self._stream(conversation, turns[-1], self.room.script(body))

    def _stream(self, conversation: Body, turn: Body, script: Iterator[Event]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        first = {"conversation": conversation["id"], "turn": turn["id"], "title": conversation["title"]}
        try:
            self._write(("turn", first))
            for event in script:
                if event is LOST:
                    raise ConnectionAbortedError
                keep(turn, event)
                self._write(event)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            for event in script:  # whoever leaves stops nothing
                keep(turn, event)

    def _write(self, event: Event) -> None:
        data = f": a comment\nevent: {event[0]}\ndata: {json.dumps(event[1], ensure_ascii=False)}\n\n".encode()
        half = len(data) // 2  # a character may be cut by a chunk's end
        for piece in (data[:half], data[half:]):
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()

    # Everything else

    def conversations(self, body: Body) -> None:
        own = [each for each in self.room.conversations.values() if each["owner"] == self._person()]
        listed = [{key: each[key] for key in ("id", "title", "changed")} for each in reversed(own)]
        self._send(200, {"conversations": listed})

    def conversation(self, body: Body, identifier: str) -> None:
        self._send(200, self._conversation(identifier))

    def rename(self, body: Body, identifier: str) -> None:
        self._conversation(identifier)["title"] = body["title"]
        self._send(204, None)

    def delete(self, body: Body, identifier: str) -> None:
        self._conversation(identifier)
        del self.room.conversations[identifier]
        self._send(204, None)

    def accepted(self, body: Body, *place: str) -> None:
        self._person()
        self._send(204, None)

    def why(self, body: Body) -> None:
        self._person()
        self._send(200, {"findings": self.room.findings})

    def me(self, body: Body) -> None:
        name = self._person()
        person = {"name": name, "group": self.room.groups[name]}
        own = [request for request in self.room.requests if request["owner"] == name]
        more = {"requests": own, "messages": self.room.messages, "budget": self.room.budget, "retention_days": 7}
        self._send(200, {"person": person, "title": "AI/ML/GenAI on AWS", "studio": bool(self.room.studio), **more})

    def document(self, body: Body, name: str) -> None:
        self._person()
        if name not in self.room.documents:
            raise Refusal(404, "not_found")
        self._send(200, self.room.documents[name])

    def open_studio(self, body: Body) -> None:
        self._person()
        self._send(200, {"url": self.room.studio})

    def _staff(self) -> str:
        name = self._person()
        if self.room.groups[name] == "attendee":
            raise Refusal(403, "not_allowed")
        return name

    def board(self, body: Body) -> None:
        self._staff()
        seen = {name: {"name": name, "group": self.room.groups[name]} for name in self.room.tokens.values()}
        people = [{**each, "seen": now(), "tokens": 5210} for each in seen.values()]
        numbers = {"expected": 30, "tokens": 90_210, "price_vnd": 310, "guardrail_blocks": 4}
        self._send(200, {"requests": self.room.requests, "people": people, **numbers, "alarms": self.room.alarms})

    def set_request(self, body: Body) -> None:
        helper = self._staff()
        for request in self.room.requests:
            if (request["owner"], request["id"]) == (body["owner"], body["id"]):
                request.update(state=body["state"], helper=None if body["state"] == "open" else helper)
        self._send(204, None)

    def message(self, body: Body) -> None:
        if self.room.groups[self._staff()] != "organiser":
            raise Refusal(403, "not_allowed")
        more = {"id": secrets.token_hex(4), "from": "organiser", "sent": now()}
        self.room.messages.append({"text": body["text"], **more})
        self._send(204, None)


ROUTES: dict[tuple[str, str], Callable[..., None]] = {
    ("POST", "session/start"): Handler.start,
    ("POST", "session/resume"): Handler.resume,
    ("POST", "session/end"): Handler.end,
    ("POST", "chat"): Handler.chat,
    ("GET", "conversations"): Handler.conversations,
    ("GET", "conversations/([0-9a-f]+)"): Handler.conversation,
    ("PATCH", "conversations/([0-9a-f]+)"): Handler.rename,
    ("DELETE", "conversations/([0-9a-f]+)"): Handler.delete,
    ("POST", "conversations/([0-9a-f]+)/stop"): Handler.accepted,
    ("POST", "feedback"): Handler.accepted,
    ("POST", "why"): Handler.why,
    ("GET", "me"): Handler.me,
    ("GET", "documents/(.+)"): Handler.document,
    ("POST", "studio"): Handler.open_studio,
    ("GET", "board"): Handler.board,
    ("POST", "board/requests"): Handler.set_request,
    ("POST", "board/messages"): Handler.message,
}


def keep(turn: Body, event: Event) -> None:
    """What an event leaves in the turn that is kept."""
    name, data = event
    match name:
        case "text":
            turn["text"] += data["text"]
        case "tool":
            turn["tools"].append(dict(data))
        case "tool_result":
            next(call for call in turn["tools"] if call["id"] == data["id"]).update(data)
        case "guardrail":
            turn["guardrail"] = data
            turn["text"] = "" if data["action"] == "blocked" else turn["text"]
        case "confirm":
            turn["confirm"] = data
        case "done":
            turn.update(state="done", **{key: data[key] for key in ("stop", "usage", "price_vnd")})
        case "error":
            turn["state"] = "failed"


class ContractServer:
    """The server, for a session of tests; `fresh()` forgets what a test left behind."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}{PREFIX}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def fresh(self) -> Room:
        """A new workshop at the same address."""
        Handler.room = Room()
        return Handler.room

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Gate:
    """Where a script waits for its test."""

    def __init__(self) -> None:
        """Closed."""
        self._opened = threading.Event()

    def open(self) -> None:
        """Let the script go on."""
        self._opened.set()

    def wait(self) -> None:
        """Wait for `open()`; a test that forgets it fails."""
        assert self._opened.wait(PATIENCE_SECONDS), "the test never opened this gate"
