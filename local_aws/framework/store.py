"""Living resources of one service in one region: found, counted, listed in pages, aged by the world's clock."""

import base64
import binascii
from collections.abc import Iterable
from typing import Protocol, TypeVar

from local_aws.framework.kinds import Codes, Kind, Record
from local_aws.framework.world import ApiError, Params, World


class Numbered(Protocol):
    """Something with a place in the order of creation."""

    @property
    def serial(self) -> int: ...


_Item = TypeVar("_Item", bound=Numbered)


class Store:
    """Records by kind and key. Every read first removes what the clock has taken meanwhile."""

    def __init__(self, world: World, service: str, kinds: dict[str, Kind], codes: Codes) -> None:
        self._world = world
        self._service = service
        self._kinds = kinds
        self._codes = codes
        self._records: dict[str, dict[tuple[str, ...], Record]] = {name: {} for name in kinds}

    def codes(self, kind: Kind) -> Codes:
        """Error codes of a kind: its own or the service's."""
        return kind.codes or self._codes

    def delay(self, kind: Kind, phase: str) -> float:
        """Seconds that a phase of the kind's life takes."""
        return self._world.delays.get(f"{self._service}.{kind.name}.{phase}", 0.0)

    def status(self, record: Record) -> str:
        """State name of a record now."""
        life = record.kind.life
        if life is None:
            return ""
        now = self._world.clock()
        if record.gone_at is not None:
            return life.deleting if now < record.gone_at else life.deleted
        if now < record.ready_at:
            return life.creating if record.phase == "create" else life.updating or life.creating
        return str(record.members.get(life.member) or life.ready)

    def alive(self, record: Record) -> bool:
        """False for a deleted resource that is only still shown."""
        return record.gone_at is None or self._world.clock() < record.gone_at

    def all(self, kind: str) -> list[Record]:
        """Records of a kind in the order of their creation."""
        with self._world.lock:
            self._sweep()
            return list(self._records[kind].values())

    def everything(self) -> list[Record]:
        """Every record of the store."""
        with self._world.lock:
            self._sweep()
            return [record for records in self._records.values() for record in records.values()]

    def get(self, kind: str, key: tuple[str, ...]) -> Record | None:
        """The record with that key, or with that ARN as the last part of the key."""
        with self._world.lock:
            self._sweep()
            records = self._records[kind]
            if key in records:
                return records[key]
            if key and key[-1].startswith("arn:"):
                return next((record for record in records.values() if record.arn == key[-1]), None)
            return None

    def need(self, kind: str, key: tuple[str, ...]) -> Record:
        """As `get`, or the service's not-found error."""
        record = self.get(kind, key)
        if record is None:
            named = "/".join(part for part in key if part)
            raise ApiError(self.codes(self._kinds[kind]).missing, f"{kind} {named} could not be found.")
        return record

    def by_arn(self, arn: str) -> Record | None:
        """The living record with that ARN."""
        return next((record for record in self.everything() if record.arn == arn and self.alive(record)), None)

    def add(self, record: Record) -> None:
        """Keep a new record."""
        with self._world.lock:
            self._records[record.kind.name][record.key] = record

    def children(self, record: Record) -> list[Record]:
        """Living records of any kind whose parent the record is."""
        return [child for child in self.everything() if self.alive(child) and self._is_parent(record, child)]

    def _is_parent(self, record: Record, child: Record) -> bool:
        if record.kind.name not in child.kind.parents:
            return False
        return all(self.part(child, member) == record.key[index] for index, member in enumerate(record.kind.key))

    @staticmethod
    def part(record: Record, member: str) -> str:
        """A member of a record's key or content as text; empty if it has none."""
        if member in record.kind.key:
            return record.key[record.kind.key.index(member)]
        return str(record.members.get(member) or "")

    def remove(self, record: Record) -> None:
        """Begin the end of a record: at once, or after the kind's delay."""
        with self._world.lock:
            record.gone_at = self._world.clock() + self.delay(record.kind, "delete")
            self._sweep()

    def _sweep(self) -> None:
        now = self._world.clock()
        for records in self._records.values():
            for record in [one for one in records.values() if one.gone_at is not None]:
                lingers = record.kind.life.lingers if record.kind.life else 0
                if record.gone_at is not None and now >= record.gone_at + lingers:
                    del records[record.key]


def page(
    world: World,
    items: Iterable[_Item],
    params: Params,
    token: str,
    limit: str,
    code: str,
    *,
    newest_first: bool = False,
) -> tuple[list[_Item], str]:
    """One page of a listing and the token of the next; `token` and `limit` name the request's members.

    The token names the last item given, so deleting between two pages neither repeats nor skips one.
    """
    ordered = sorted(items, key=lambda item: item.serial, reverse=newest_first)
    last = _position(str(params.get(token) or ""), code)
    rest = [item for item in ordered if last is None or (item.serial < last if newest_first else item.serial > last)]
    size = min(int(params.get(limit) or world.page_size), world.page_size)
    chosen = rest[:size]
    if len(rest) <= size:
        return chosen, ""
    return chosen, base64.urlsafe_b64encode(f"after:{chosen[-1].serial}".encode()).decode()


def _position(token: str, code: str) -> int | None:
    if not token:
        return None
    try:
        word, _, serial = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if word == "after":
            return int(serial)
    except (ValueError, binascii.Error):
        pass
    raise ApiError(code, "The pagination token is not one that this service gave.")
