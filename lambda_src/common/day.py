"""What each person did today: when they were seen, the tokens that they used, and how often the guardrail stopped them.

A day ends at midnight UTC, which is seven in the morning in Vietnam: in no workshop's middle. One partition holds a
day, so that the board reads all of it at once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from lambda_src.common.rest import Person, RestError
from lambda_src.common.table import KEPT_SECONDS, Item, WebTable

RESERVED_TOKENS = 3_000
"""Taken from the budget before an answer begins and settled at its end, so that many tabs cannot pass it together."""


class Today:
    """What is kept of today, one item for each person."""

    def __init__(self, table: WebTable, limit: int) -> None:
        """Keep what it works with.

        Args:
            limit: tokens that one person may use in a day, input and output together.
        """
        self._table = table
        self.limit = limit

    def seen(self, person: Person) -> Item:
        """Note that the person is here; gives their day."""
        item = self._change(person, "SET #seen = :now, #group = :group, expires_at = :end", group=person.group)
        return item or {}

    def reserve(self, person: Person) -> None:
        """Take the tokens of one answer. Raises RestError (429) if none are left."""
        done = self._change(
            person,
            "SET #seen = :now, expires_at = :end ADD #tokens :more",
            "attribute_not_exists(#tokens) OR #tokens < :limit",
            more=RESERVED_TOKENS,
            limit=self.limit,
        )
        if done is None:
            raise RestError(429, "budget_used_up")

    def settle(self, person: Person, tokens: int, blocked: bool) -> int:
        """Put what an answer really used in place of what was reserved; gives what the person has used today."""
        change = "SET #seen = :now, expires_at = :end ADD #tokens :more, #blocks :blocks"
        item = self._change(person, change, more=tokens - RESERVED_TOKENS, blocks=int(blocked))
        return used_in(item or {})

    def people(self) -> Iterator[tuple[str, Item]]:
        """Name and day of everybody who was here today."""
        for item in self._table.query(self._key()):
            yield str(item["sk"]), item

    def _change(self, person: Person, change: str, condition: str | None = None, **values: int | str) -> Item | None:
        now = int(self._table.now())
        times = {"now": now, "end": now + KEPT_SECONDS}
        return self._table.update(self._key(), person.name, change, condition, **times, **values)

    def _key(self) -> str:
        return f"day#{datetime.fromtimestamp(self._table.now(), UTC):%Y-%m-%d}"


def used_in(day: Item) -> int:
    """Tokens of a day; what is reserved for a running answer counts."""
    return max(0, int(day.get("tokens", 0)))
