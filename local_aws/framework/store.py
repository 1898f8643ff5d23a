"""Living resources of one service in one region: found, counted, listed in pages, aged by the world's clock."""

from local_aws.framework.kinds import EmulatedKind, EmulatedResource
from local_aws.framework.life import Codes
from local_aws.framework.world import ApiError, World


class Store:
    """Records by kind and key. Every read first removes what the clock has taken meanwhile."""

    def __init__(self, world: World, service: str, kinds: dict[str, EmulatedKind], codes: Codes) -> None:
        self._world = world
        self._service = service
        self._kinds = kinds
        self._codes = codes
        self._records: dict[str, dict[tuple[str, ...], EmulatedResource]] = {name: {} for name in kinds}

    def codes(self, kind: EmulatedKind) -> Codes:
        """Error codes of a kind: its own or the service's."""
        return kind.codes or self._codes

    def delay(self, kind: EmulatedKind, phase: str) -> float:
        """Seconds that a phase of the kind's life takes."""
        return self._world.delays.get(f"{self._service}.{kind.name}.{phase}", 0.0)

    def status(self, record: EmulatedResource) -> str:
        """The name of the state that a record is in now."""
        life = record.kind.life
        if life is None:
            return ""
        now = self._world.clock()
        if record.gone_at is not None:
            return life.deleting if now < record.gone_at else life.deleted
        if now < record.ready_at:
            return life.creating if record.phase == "create" else life.updating or life.creating
        return str(record.members.get(life.member) or life.ready)

    def alive(self, record: EmulatedResource) -> bool:
        """False for a deleted resource that is only still shown."""
        return record.gone_at is None or self._world.clock() < record.gone_at

    def all(self, kind: str) -> list[EmulatedResource]:
        """Records of a kind in the order of their creation."""
        with self._world.lock:
            self._sweep()
            return list(self._records[kind].values())

    def everything(self) -> list[EmulatedResource]:
        """Every record of the store, the deleted ones included."""
        with self._world.lock:
            self._sweep()
            return [record for records in self._records.values() for record in records.values()]

    def get(self, kind: str, key: tuple[str, ...]) -> EmulatedResource | None:
        """The record with that key, or with that ARN as the last part of the key."""
        with self._world.lock:
            self._sweep()
            records = self._records[kind]
            if key in records:
                return records[key]
            if key and key[-1].startswith("arn:"):
                return next((record for record in records.values() if record.arn == key[-1]), None)
            return None

    def need(self, kind: str, key: tuple[str, ...]) -> EmulatedResource:
        """As `get`, or the service's not-found error."""
        record = self.get(kind, key)
        if record is None:
            named = "/".join(part for part in key if part)
            raise ApiError(self.codes(self._kinds[kind]).missing, f"{kind} {named} could not be found.")
        return record

    def by_arn(self, arn: str) -> EmulatedResource | None:
        """The living record with that ARN."""
        return next((record for record in self.everything() if record.arn == arn and self.alive(record)), None)

    def add(self, record: EmulatedResource) -> None:
        with self._world.lock:
            self._records[record.kind.name][record.key] = record

    def children(self, record: EmulatedResource) -> list[EmulatedResource]:
        """Living records of any kind whose parent the record is."""
        return [child for child in self.everything() if self.alive(child) and self._is_parent(record, child)]

    def _is_parent(self, record: EmulatedResource, child: EmulatedResource) -> bool:
        if record.kind.name not in child.kind.parents:
            return False
        return all(self.part(child, member) == record.key[index] for index, member in enumerate(record.kind.key))

    @staticmethod
    def part(record: EmulatedResource, member: str) -> str:
        """A member of a record's key or content as text; empty if it has none."""
        if member in record.kind.key:
            return record.key[record.kind.key.index(member)]
        return str(record.members.get(member) or "")

    def remove(self, record: EmulatedResource) -> None:
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
