"""One turn from the question to the saved answer: what the page is sent, and what is kept."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lambda_src.chat.engine import BrokenError, ChatEngine, ChatEvent, ChatQuestion, ThrottledError
from lambda_src.common.answer import to_json
from lambda_src.common.conversations import Conversations, Opened, Turn, iso
from lambda_src.common.day import Today
from lambda_src.common.identity import Tickets
from lambda_src.common.rest import Person

HISTORY_TURNS = 10
TICKET_SECONDS = 300
STOP_LOOKS_SECONDS = 1.0
"""At most so often is the table asked whether somebody pressed stop."""
MAX_TEXT = 60_000
"""Characters of an answer that are kept; a DynamoDB item has 400 kB."""


@dataclass(frozen=True)
class Prices:
    """What the tokens of the model cost, in đồng."""

    input_vnd: float
    """For a million tokens."""
    output_vnd: float

    def of(self, usage: dict[str, int]) -> int:
        """Đồng, rounded up, because less than one would look like nothing."""
        return -int(-(usage["input"] * self.input_vnd + usage["output"] * self.output_vnd) // 1_000_000)


@dataclass(frozen=True)
class Room:
    """What all turns have in common."""

    engine: ChatEngine
    today: Today
    tickets: Tickets
    prices: Prices | None
    wait: Callable[[Person, str], Iterator[ChatEvent]]
    """Queues the person if the account is busy: yields `queued` events until it is their turn."""
    clock: Callable[[], float] = time.time


def sse(event: ChatEvent) -> bytes:
    """One server-sent event, as bytes with the empty line."""
    return f"event: {event.name}\ndata: {to_json(event.data)}\n\n".encode()


class Answering:
    """One turn while it is answered."""

    def __init__(self, room: Room, own: Conversations, person: Person, opened: Opened, turn: Turn) -> None:
        self._room = room
        self._own = own
        self._person = person
        self._opened = opened
        self._turn = turn
        self._looked = room.clock()

    def pieces(self) -> Iterator[bytes]:
        """The stream. Whatever happens, the turn is saved, the budget settled and the conversation free again."""
        first = {"conversation": self._opened.id, "turn": self._turn["id"], "title": self._opened.title}
        yield sse(ChatEvent("turn", first))
        yield sse(ChatEvent("status", {"phase": "thinking"}))
        sound = False
        try:
            for event in self._events():
                yield sse(event)
            sound = self._turn["stop"] in ("end", "limit", "confirm")
            last = ChatEvent("done", {"stop": self._turn["stop"], **self._bill()})
        except BrokenError as error:
            self._turn["state"] = "failed"
            self._bill()
            last = ChatEvent("error", {"code": str(error), "retry": True})
        except Exception:
            self._turn["state"] = "failed"
            self._bill()
            self._close(sound=False)
            raise
        self._close(sound=sound)
        yield sse(last)

    def _close(self, *, sound: bool) -> None:
        self._own.save(self._opened.id, self._turn)
        self._own.close(self._opened, sound=sound)

    def _events(self) -> Iterator[ChatEvent]:
        writing = False
        for event in self._asked():
            shown = self._kept(event)
            if event.name == "text" and not writing:
                writing = True
                yield ChatEvent("status", {"phase": "writing"})
            if shown:
                yield event
            if self._is_stopped():
                self._turn["stop"] = "stopped"
                break
        self._turn["state"] = "done"

    def _asked(self) -> Iterator[ChatEvent]:
        """The engine's events; while the account is busy, the person waits and the engine is asked again."""
        ticket = self._room.tickets.issue(self._person.name, TICKET_SECONDS)
        question = ChatQuestion(
            text=self._turn["question"],
            session=self._opened.session,
            actor=self._person.name,
            ticket=ticket,
            history=self._history() if self._opened.fresh else (),
        )
        while True:
            yield from self._room.wait(self._person, self._turn["id"])
            try:
                yield from self._room.engine.ask(question)
                return
            except ThrottledError:
                continue

    def _history(self) -> tuple[tuple[str, str], ...]:
        before = [turn for turn in self._own.turns(self._opened.id) if turn["id"] < self._turn["id"]]
        sound = [turn for turn in before if turn["state"] == "done" and turn["text"] and not turn["guardrail"]]
        return tuple((turn["question"], turn["text"]) for turn in sound[-HISTORY_TURNS:])

    def _kept(self, event: ChatEvent) -> bool:
        """Add an event to the turn; False for what is not the page's business."""
        turn, data = self._turn, dict(event.data)
        match event.name:
            case "text":
                turn["text"] = (turn["text"] + data["text"])[:MAX_TEXT]
            case "tool":
                turn["tools"].append(data)
            case "tool_result":
                call = next((each for each in turn["tools"] if each["id"] == data["id"]), None)
                if call is not None:
                    call.update(data)
            case "guardrail":
                turn["guardrail"] = data
                turn["text"] = "" if data["action"] == "blocked" else turn["text"]
            case "confirm":
                turn["confirm"], turn["stop"] = data, "confirm"
            case "usage":
                turn["usage"] = {key: turn["usage"][key] + int(data[key]) for key in ("input", "output")}
                return False
            case "stop":
                turn["stop"] = data["reason"]
                return False
        return True

    def _is_stopped(self) -> bool:
        now = self._room.clock()
        if now - self._looked < STOP_LOOKS_SECONDS:
            return False
        self._looked = now
        return self._own.is_stopped(self._opened.id, self._turn["id"])

    def _bill(self) -> dict[str, Any]:
        usage = self._turn["usage"]
        blocked = self._turn["guardrail"] is not None
        used = self._room.today.settle(self._person, usage["input"] + usage["output"], blocked)
        self._turn["price_vnd"] = self._room.prices.of(usage) if self._room.prices else None
        budget = {"used": used, "limit": self._room.today.limit}
        return {"usage": usage, "price_vnd": self._turn["price_vnd"], "budget": budget}


def new_turn(identifier: str, question: str, now: float) -> Turn:
    """A turn that is not answered yet."""
    return {
        "id": identifier,
        "asked": iso(now),
        "question": question,
        "state": "answering",
        "text": "",
        "stop": "end",
        "tools": [],
        "guardrail": None,
        "confirm": None,
        "usage": {"input": 0, "output": 0},
        "price_vnd": None,
        "vote": "none",
    }
