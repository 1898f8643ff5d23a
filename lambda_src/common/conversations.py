"""Conversations of one person: each belongs to its owner by its key, so another's id leads nowhere."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lambda_src.common.rest import RestError
from lambda_src.common.table import KEPT_SECONDS, Item, WebTable

RUNNING_SECONDS = 300
"""An answer that takes longer is given up, and the conversation is free again."""
TITLE_CHARACTERS = 60

Turn = dict[str, Any]
"""As docs/web-api.md describes it."""


@dataclass(frozen=True)
class Opened:
    """A conversation that one turn may now be added to."""

    id: str
    title: str
    session: str
    """The agent's session: made by the server, random, and never told to a browser, because who knows it reads it."""
    fresh: bool
    """True if the agent knows nothing of this session yet, so that what was said has to be told again."""


class Conversations:
    """What one person said and was answered, kept for a week."""

    def __init__(self, table: WebTable, owner: str) -> None:
        self._table = table
        self._owner = owner

    def open(self, identifier: str | None, turn: str, question: str) -> Opened:
        """Begin a turn, in a new conversation if `identifier` is None. Raises RestError: 404, or 409 while one runs."""
        now = int(self._table.now())
        own = identifier or secrets.token_hex(16)
        exists = "attribute_exists(pk) AND expires_at > :now" if identifier else "attribute_not_exists(pk)"
        session = secrets.token_hex(24)
        item = self._table.update(
            self._people_key,
            f"conversation#{own}",
            "SET #running = :turn, #running_until = :until, #changed = :now, expires_at = :end, "
            "#title = if_not_exists(#title, :title), #session = if_not_exists(#session, :session)",
            f"{exists} AND (attribute_not_exists(#running_until) OR #running_until < :now)",
            turn=turn,
            until=now + RUNNING_SECONDS,
            now=now,
            end=now + KEPT_SECONDS,
            title=_title(question),
            session=session,
        )
        if item is None:
            raise RestError(404, "not_found") if self._find(own) is None else RestError(409, "busy")
        return Opened(own, item["title"], item["session"], fresh=item["session"] == session)

    def renew(self, conversation: Opened) -> Opened:
        """Give the conversation a new session of the agent, because the state of the old one is not known."""
        session = secrets.token_hex(24)
        self._change(conversation.id, "SET #session = :session", session=session)
        return Opened(conversation.id, conversation.title, session, fresh=True)

    def close(self, conversation: Opened, *, sound: bool) -> None:
        """End a turn. After one that was not `sound`, the next begins a new session of the agent."""
        change = "REMOVE #running, #running_until" if sound else "REMOVE #running, #running_until, #session"
        self._change(conversation.id, change)

    def save(self, conversation: str, turn: Turn) -> None:
        """Write a turn, or what it has become."""
        self._table.put(self._turns_key(conversation), turn["id"], KEPT_SECONDS, turn=json.dumps(turn))

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation, the oldest first."""
        return [json.loads(item["turn"]) for item in self._table.query(self._turns_key(conversation))]

    def turn(self, conversation: str, identifier: str) -> Turn:
        """One turn. Raises RestError (404)."""
        item = self._table.get(self._turns_key(conversation), identifier)
        if item is None:
            raise RestError(404, "not_found")
        found: Turn = json.loads(item["turn"])
        return found

    def forget(self, conversation: str, first: str) -> None:
        """Remove a turn and all that came after it. Raises RestError (404)."""
        self.turn(conversation, first)
        for each in self.turns(conversation):
            if each["id"] >= first:
                self._table.delete(self._turns_key(conversation), each["id"])

    def listed(self) -> Iterator[dict[str, str]]:
        """Id, title and time of last change of each, the newest first."""
        found = sorted(self._table.query(self._people_key, "conversation#"), key=lambda each: -int(each["changed"]))
        return (_shown(each) for each in found)

    def shown(self, conversation: str) -> dict[str, Any]:
        """One conversation with its turns. Raises RestError (404)."""
        return {**_shown(self._need(conversation)), "turns": self.turns(conversation)}

    def rename(self, conversation: str, title: str) -> None:
        """Give it another title. Raises RestError (404)."""
        self._need(conversation)
        self._change(conversation, "SET #title = :title", title=title)

    def delete(self, conversation: str) -> str | None:
        """Remove it and its turns; gives the agent's session, which has to be forgotten, too. Raises RestError
        (404)."""
        item = self._need(conversation)
        for each in self.turns(conversation):
            self._table.delete(self._turns_key(conversation), each["id"])
        self._table.delete(self._people_key, f"conversation#{conversation}")
        return item.get("session")

    def stop(self, conversation: str) -> None:
        """Ask the running turn to end. Raises RestError (404)."""
        self._need(conversation)
        self._change(conversation, "SET #stopped = #running", "attribute_exists(#running)")

    def is_stopped(self, conversation: str, turn: str) -> bool:
        """True if somebody asked this turn to end."""
        return (self._find(conversation) or {}).get("stopped") == turn

    def _find(self, conversation: str) -> Item | None:
        return self._table.get(self._people_key, f"conversation#{conversation}")

    def _need(self, conversation: str) -> Item:
        item = self._find(conversation)
        if item is None:
            raise RestError(404, "not_found")
        return item

    def _change(self, conversation: str, change: str, condition: str = "attribute_exists(pk)", **values: str) -> None:
        self._table.update(self._people_key, f"conversation#{conversation}", change, condition, **values)

    @property
    def _people_key(self) -> str:
        return f"person#{self._owner}"

    def _turns_key(self, conversation: str) -> str:
        return f"turns#{self._owner}#{conversation}"


def new_turn_id(now: float) -> str:
    """Sorts by time: `t`, milliseconds since 1970 in hexadecimal digits, and what nobody can guess."""
    return f"t{int(now * 1000):012x}{secrets.token_hex(4)}"


def iso(seconds: float) -> str:
    """A time as docs/web-api.md writes it, such as `2026-11-28T03:12:00Z`."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"


def _shown(item: Item) -> dict[str, str]:
    return {"id": item["sk"].partition("#")[2], "title": item["title"], "changed": iso(item["changed"])}


def _title(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= TITLE_CHARACTERS else f"{line[:TITLE_CHARACTERS].rstrip()}…"
