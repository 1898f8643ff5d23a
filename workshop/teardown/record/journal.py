"""`.workshop/<id>/`: what teardown has to remember. Append-only; every line is on disk before the next call is made.

The cloud is the state. The journal is needed for two things only: for claims (what a deleted resource left behind) and
for the record of what was changed, when, and with which request.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workshop.teardown.kinds.kind import Claim, Item

JOURNAL = "journal.jsonl"


class Journal:
    """The record of one workshop. `root` is the directory that holds one directory per workshop."""

    def __init__(self, root: Path, workshop: str) -> None:
        self.folder = root / workshop
        self.file = self.folder / JOURNAL
        self._events = list(_read(self.file))
        self.claims: dict[tuple[str, str], Claim] = {}
        for event in self._events:
            if event["event"] == "claim":
                self._remember(_claim(event))

    def write(self, event: str, **fields: Any) -> None:
        """Append one line; it is safe when this returns."""
        line = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, **fields}
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._events.append(line)

    def claim(self, claims: Iterable[Claim]) -> None:
        """Remember claims that are not yet known."""
        for claim in claims:
            if (claim.kind, claim.id) in self.claims:
                continue
            since = claim.since.isoformat() if claim.since else None
            self.write("claim", kind=claim.kind, id=claim.id, owner=claim.owner, since=since)
            self._remember(claim)

    def claims_on(self, kind: str) -> list[Claim]:
        """Claims on resources of one kind."""
        return [claim for (of, _), claim in self.claims.items() if of == kind]

    def left_by(self, item: Item) -> list[str]:
        """Names of what the resource will leave behind, as far as that was recorded."""
        owner = f"{item.kind.name} {item.id}"
        return [claim.id for claim in self.claims.values() if claim.owner == owner]

    def last(self, event: str) -> dict[str, Any] | None:
        """The newest line of that event."""
        return next((line for line in reversed(self._events) if line["event"] == event), None)

    def all(self, event: str) -> list[dict[str, Any]]:
        """Every line of that event, oldest first."""
        return [line for line in self._events if line["event"] == event]

    def _remember(self, claim: Claim) -> None:
        self.claims[(claim.kind, claim.id)] = claim


def _read(file: Path) -> Iterable[dict[str, Any]]:
    if not file.exists():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            # A kill in the middle of a write leaves half a line, of something that had not been done yet.
            continue


def _claim(event: dict[str, Any]) -> Claim:
    since = datetime.fromisoformat(event["since"]) if event.get("since") else None
    return Claim(event["kind"], event["id"], event["owner"], since)
