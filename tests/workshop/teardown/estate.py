"""An account with a workshop in it, a clock that tests turn, faults, kills, and oracles that see everything."""

import argparse
import copy
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from local_aws.account.account import account, answers
from local_aws.framework import ApiCall, ApiError, EmulatedResource, Params, StandIn, StandIns, World, plant
from tests.workshop.teardown.door import Door
from workshop.teardown.act.decide import State
from workshop.teardown.act.engine import Limits, RemovalEngine
from workshop.teardown.act.remove import Remover
from workshop.teardown.arguments import add_arguments
from workshop.teardown.aws import Aws, Clock
from workshop.teardown.command import run as run_command
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.observe.stacks import Stacks
from workshop.teardown.record.journal import Journal
from workshop.teardown.session import Session, open_session

WORKSHOP = "ws-2026-11-28-ab12"
OURS = {"workshop:id": WORKSHOP}
START = 1_790_000_000.0
DOOR = Door()
_LISTINGS: dict[str, set[str]] = {}
for _kind in KINDS.values():
    _LISTINGS.setdefault(_kind.service, set()).add(_kind.find.operation)
_READS = ("Get", "List", "Describe", "BatchGet", "Head")
FAST = Limits(deadline=100_000, patience=900, shortest_pause=5, longest_pause=60)


class Killed(BaseException):
    """The process died here."""


@dataclass
class Faults:
    """`rate` of all calls fails; `kill_at` is the call at which the process dies, before or after its effect."""

    rate: float = 0.0
    kill_at: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311
    calls: int = 0
    injected: int = 0

    def before(self, call: ApiCall) -> None:
        """Hook in front of every operation."""
        self.calls += 1
        if self.calls == self.kill_at and self.dice.random() < 0.5:
            raise Killed
        if self.dice.random() >= self.rate:
            return
        self.injected += 1
        chosen = self.dice.random()
        if chosen < 0.1 and not call.operation.startswith(_READS):
            raise ApiError("ConflictException", "Another operation is in progress.")
        if chosen < 0.6:
            raise ApiError("ThrottlingException", "Rate exceeded")
        raise ApiError("InternalServerException", "The service failed.", 500)

    def after(self, call: ApiCall) -> None:
        """Hook behind every operation: the effect is there, the answer is lost."""
        if self.kill_at and self.calls >= self.kill_at:
            raise Killed
        if self.dice.random() < self.rate / 10:
            self.injected += 1
            raise ApiError("InternalServerException", "The answer was lost.", 500)


class Estate:
    """The account. `own` and `foreign` are what tests planted; the oracles compare with what is there."""

    def __init__(self, folder: Path, page_size: int = 100, delays: Mapping[str, float] | None = None) -> None:
        self.folder = folder
        self.now = START
        self.world = World(clock=lambda: self.now, page_size=page_size, delays=delays or {})
        self.standins: StandIns = account(self.world, _LISTINGS)
        self.place = Place(self.world.account, self.world.region, WORKSHOP)
        self.own: list[tuple[StandIn, EmulatedResource]] = []
        self.foreign: list[tuple[StandIn, EmulatedResource, str]] = []
        self.mutations: list[ApiCall] = []
        self.total_calls = 0
        self.world.before.append(self._count)
        self.kinds: Collection[str] = KINDS
        self.own_stack = ""
        DOOR.standins = self.standins

    def only_what_can_be_here(self) -> None:
        """Look only for kinds that the stand-ins can hold: many runs of small accounts are faster for it."""
        self.kinds = [kind.name for kind in KINDS.values() if answers(self.standins, kind.service, kind.find.operation)]

    def plant(
        self,
        service: str,
        kind: str,
        *key: str,
        tags: Mapping[str, str] | None = None,
        own: bool = True,
        **members: Any,
    ) -> EmulatedResource:
        """A resource that is there; the workshop's, tagged so unless `tags` says otherwise, or somebody else's."""
        owner = self.standins[service]
        shown = (OURS if own else {}) if tags is None else tags
        record = plant(owner, kind, key, shown, **members)
        self.keep(service, record, own)
        return record

    def keep(self, service: str, record: EmulatedResource, own: bool = True) -> EmulatedResource:
        """Watch a resource that was made in another way."""
        owner = self.standins[service]
        if own:
            self.own.append((owner, record))
        else:
            self.foreign.append((owner, record, _fingerprint(record)))
        return record

    def set_apart(self, already: int) -> None:
        """The workshop's own, but for the first so many, must not be touched for now."""
        apart, self.own = self.own[already:], self.own[:already]
        self.foreign += [(owner, record, _fingerprint(record)) for owner, record in apart]

    def engine(self, limits: Limits = FAST, **more: Any) -> RemovalEngine:
        """A fresh process: nothing is known but the journal."""
        aws = Aws(DOOR, self.place.region, self.clock(), reads=1e6, writes=1e6)
        journal = Journal(self.folder, WORKSHOP)
        inventory = Inventory(aws, self.place, journal, 1, self.kinds)
        remover = Remover(aws, self.place, journal, inventory.prover)
        return RemovalEngine(aws, inventory, Stacks(aws, journal, self.own_stack), remover, limits, workers=1, **more)

    def session(self) -> Session:
        """A session of teardown, as the command line opens it."""
        return open_session(
            WORKSHOP,
            self.world.region,
            self.folder,
            session=DOOR,
            clock=self.clock(),
            workers=1,
            own_stack=self.own_stack,
        )

    def command(self, *arguments: str) -> int:
        """A command line for this account; gives its exit code."""
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        where = ("--workshop", WORKSHOP, "--region", self.world.region, "--state", str(self.folder))
        try:
            args = parser.parse_args([arguments[0], *where, "--attendees", "30", *arguments[1:]])
        except SystemExit as error:
            return int(str(error.code))
        return run_command(args, partial(open_session, session=DOOR, clock=self.clock(), workers=1))

    def clock(self) -> Clock:
        """The estate's time."""
        return Clock(lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        """Turn the clock."""
        self.now += seconds

    def run(self, faults: Faults | None = None, **more: Any) -> RemovalEngine:
        """One run to its end, with faults if there are any; Killed comes out."""
        engine = self.engine(**more)
        with self.faulty(faults):
            engine.run()
        return engine

    def faulty(self, faults: Faults | None) -> "_Faulty":
        """Context in which calls fail."""
        return _Faulty(self.world, faults)

    def before(self, operation: str, act: Callable[[ApiCall], None]) -> None:
        """Do something right before the first call of that operation."""
        done: list[bool] = []

        def hook(call: ApiCall) -> None:
            if call.operation == operation and not done:
                done.append(True)
                act(call)

        self.world.before.append(hook)

    def refuse(self, operation: str, code: str, times: int = 1_000_000, **where: str) -> None:
        """That operation answers with an error, so many times, for requests with these parameters."""
        left = [times]

        def hook(call: ApiCall) -> None:
            fits = all(str(call.params.get(name)) == value for name, value in where.items())
            if call.operation == operation and fits and left[0] > 0:
                left[0] -= 1
                raise ApiError(code, f"{operation} is refused by the test.")

        self.world.before.append(hook)

    def order(self, *operations: str) -> list[str]:
        """Those changes, in the order in which they were asked for."""
        return [call.operation for call in self.mutations if call.operation in operations]

    def changed(self, operation: str) -> list[Params]:
        """Parameters of every call of that operation."""
        return [call.params for call in self.mutations if call.operation == operation]

    def left(self) -> list[str]:
        """What is still there of the workshop's own; keys that wait for their deletion do not count."""
        return [_name(owner, record) for owner, record in self.own if _alive(owner, record)]

    def harmed(self) -> list[str]:
        """What is not as it was of everybody else's."""
        return [
            _name(owner, record)
            for owner, record, was in self.foreign
            if not _alive(owner, record) or _fingerprint(record) != was
        ]

    def _count(self, call: ApiCall) -> None:
        self.total_calls += 1
        if not call.operation.startswith(_READS):
            self.mutations.append(call)


class _Faulty:
    def __init__(self, world: World, faults: Faults | None) -> None:
        self._world, self._faults = world, faults

    def __enter__(self) -> None:
        if self._faults:
            self._world.before.append(self._faults.before)
            self._world.after.append(self._faults.after)

    def __exit__(self, *_: object) -> None:
        if self._faults:
            self._world.before.remove(self._faults.before)
            self._world.after.remove(self._faults.after)


def clean(engine: RemovalEngine) -> bool:
    """Whether the run would end with exit code 0 or 2: nothing moves, nothing is in doubt."""
    final = (State.SETTLED, State.KEPT)
    doubts = engine.inventory.unscanned or engine.inventory.of(Standing.UNKNOWN)
    return not doubts and all(decision.state in final for _, decision in engine.decisions.values())


def _alive(owner: StandIn, record: EmulatedResource) -> bool:
    if record.get("KeyState") == "PendingDeletion" or record.get("status") == "DELETE_COMPLETE":
        return False
    return any(each is record and owner.store(region).alive(each) for region, each in owner.records())


def _fingerprint(record: EmulatedResource) -> str:
    return repr((record.key, sorted(record.tags.items()), sorted(copy.deepcopy(record.members).items(), key=str)))


def _name(owner: StandIn, record: EmulatedResource) -> str:
    return f"{owner.service} {record.kind.name} {'/'.join(record.key)}"
