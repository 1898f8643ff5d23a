"""The reconciler: observe, classify, act, and again, until nothing of the workshop is left or nothing moves any more.

It keeps no state that it could not find again: killed anywhere and started anew, it goes on.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from workshop.teardown.act.decide import Decision, Round, State
from workshop.teardown.act.remove import Attempt, Remover, Result
from workshop.teardown.act.staying import References, Root, Stay, staying
from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds import before
from workshop.teardown.kinds.kind import Cost, Item
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.observe.stacks import STACK, Stacks
from workshop.teardown.patience import LOOKS

_DEAREST_FIRST = {Cost.HOURLY: 0, Cost.STORED: 1, Cost.FREE: 2}
_ACCEPTANCES = 6
_IDLE_ROUNDS = 4


@dataclass(frozen=True)
class Limits:
    """When to stop. All times are in seconds."""

    deadline: float = 3600.0
    patience: float = 600.0
    """How long nothing may happen, besides the rounds that takes."""
    shortest_pause: float = 2.0
    longest_pause: float = 30.0


@dataclass
class RoundProgress:
    """What a screen or a log may show after each round."""

    number: int
    decisions: dict[str, tuple[Seen, Decision]]
    attempts: list[Attempt]
    unknown: int
    foreign: int


@dataclass
class RemovalEngine:
    """One run of a removal, round after round."""

    aws: Aws
    inventory: Inventory
    stacks: Stacks
    remover: Remover
    limits: Limits = field(default_factory=Limits)
    unplanned: Callable[[Seen], str] = lambda seen: ""
    """Why a resource may not be deleted in this run; empty if it may."""
    kept: frozenset[str] = frozenset()
    """Keys of what the caller wants to keep."""
    watch: Callable[[RoundProgress], None] = lambda progress: None
    """Is told of every round."""
    workers: int = 16
    rounds: int = 0
    stopped: str = ""
    decisions: dict[str, tuple[Seen, Decision]] = field(default_factory=dict)
    stay: dict[str, Stay] = field(default_factory=dict)
    _references: References = field(init=False)
    _protected: dict[str, str] = field(default_factory=dict)
    _given_up: dict[str, str] = field(default_factory=dict)
    _refusals: Counter[str] = field(default_factory=Counter)
    _acceptances: Counter[str] = field(default_factory=Counter)
    _doubts: Counter[str] = field(default_factory=Counter)
    _blocked: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        place = self.remover.place
        common = frozenset({place.workshop, place.account, place.region, "default", "DEFAULT"})
        self._references = References(self._described, self.remover.journal.left_by, common)

    def run(self, first_look: Callable[[Inventory], None] = lambda inventory: None) -> None:
        """Until done, stuck or out of time. `first_look` may refuse after the first inventory, before any change."""
        started = self.aws.clock.now()
        self.aws.until = started + self.limits.deadline
        changed, idle, earlier, asked = started, 0, "", frozenset[str]()
        self.look(None)
        first_look(self.inventory)
        while True:
            self.rounds += 1
            attempts = self._act(asked)
            asked = frozenset(a.item.key for a in attempts if a.result is Result.ACCEPTED)
            if not self._anything_left() and not attempts:
                self.look(None)
                self._decide(frozenset())
                if not self._anything_left():
                    return
            now, after = self.aws.clock.now(), self._signature()
            if after != earlier or asked:
                changed, idle, earlier = now, 0, after
            elif not any(decision.state is State.BUSY for _, decision in self.decisions.values()):
                idle += 1
            if idle >= _IDLE_ROUNDS and now - changed >= self.limits.patience:
                self.stopped = "nothing moves any more"
                return
            if now - started >= self.limits.deadline:
                self.stopped = "the deadline has passed"
                return
            self._pause(now - changed)
            self.look(self._interesting())

    def look(self, only: set[str] | None) -> None:
        """Observe all kinds or some, then what the stacks hold."""
        self.inventory.observe(only)
        stacks = [seen for seen in self.inventory.of(Standing.OURS) if seen.item.kind.name == STACK]
        if self.stacks.refresh(stacks):
            self.inventory.judge_again()
        doubtful = set(self.inventory.unscanned) | {seen.item.key for seen in self.inventory.of(Standing.UNKNOWN)}
        self._doubts = Counter({name: self._doubts[name] + 1 for name in doubtful})

    def _act(self, asked: frozenset[str]) -> list[Attempt]:
        self._decide(asked)
        doing = [seen for seen, decision in self.decisions.values() if decision.state in (State.DELETE, State.STOP)]
        doing.sort(key=lambda seen: _DEAREST_FIRST[seen.item.kind.cost])
        items = [seen.item for seen in doing]
        attempts = self._in_parallel(items) if self.workers > 1 else [self.remover.remove(item) for item in items]
        self._blocked = {}
        for attempt in attempts:
            self._note(attempt)
        unknown, foreign = (len(self.inventory.of(standing)) for standing in (Standing.UNKNOWN, Standing.FOREIGN))
        self.watch(RoundProgress(self.rounds, self.decisions, attempts, unknown, foreign))
        return attempts

    def _in_parallel(self, items: list[Item]) -> list[Attempt]:
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                return list(pool.map(self.remover.remove, items))
            except KeyboardInterrupt:
                # The pool waits for its threads, and one may be emptying a bucket of millions.
                self.aws.halted.set()
                raise

    def _decide(self, asked: frozenset[str]) -> None:
        living: dict[str, list[Seen]] = {}
        for seen in self.inventory.of(Standing.OURS):
            living.setdefault(seen.item.kind.name, []).append(seen)
        by_key = {seen.item.key: seen for found in living.values() for seen in found}
        view = Round(
            living,
            self.stacks,
            self._doubtful_kinds(),
            self._given_up,
            asked,
            self.unplanned,
            self.inventory.unread,
            {**dict.fromkeys(self.kept, "kept as asked (--keep)"), **self._protected},
        )
        self.stay = staying(view.roots(), by_key, self.stacks, self._references)
        view = replace(view, stay=self.stay)
        self.decisions = {key: (seen, view.decide(seen)) for key, seen in by_key.items()}

    def _described(self, item: Item) -> Mapping[str, Any] | None:
        """All that the service says of it; None if it does not answer now."""
        try:
            return self.inventory.prover.describe(item) or {}
        except CallError as error:
            return {} if error.trouble is Trouble.GONE else None

    def _doubtful_kinds(self) -> dict[str, str]:
        doubts = {kind: f"not seen: {why}" for kind, why in self.inventory.unscanned.items() if self._fresh_doubt(kind)}
        for seen in self.inventory.of(Standing.UNKNOWN):
            if self._fresh_doubt(seen.item.key):
                doubts[seen.item.kind.name] = seen.verdict.proof
        return doubts

    def _fresh_doubt(self, name: str) -> bool:
        return self._doubts[name] <= LOOKS

    def _note(self, attempt: Attempt) -> None:
        key = attempt.item.key
        if attempt.result is Result.ACCEPTED:
            self._acceptances[key] += 1
            if self._acceptances[key] >= _ACCEPTANCES:
                self._given_up[key] = f"deletion was accepted {_ACCEPTANCES} times, and it is still there"
        elif attempt.result is Result.KEPT:
            self._protected[key] = attempt.why
        elif attempt.result is Result.REFUSED:
            self._refusals[key] += 1
            if self._refusals[key] >= LOOKS:
                self._given_up[key] = attempt.why
        elif attempt.result in (Result.BLOCKED, Result.RETRY, Result.NOT_OURS):
            self._blocked[key] = attempt.why

    def _anything_left(self) -> bool:
        hopeless = {key for key, stay in self.stay.items() if stay.root is not Root.HELD}
        moving = any(
            decision.state is not State.SETTLED and not self.stacks.is_own(seen.item)
            for key, (seen, decision) in self.decisions.items()
            if key not in hopeless
        )
        return moving or any(self._fresh_doubt(name) for name in self._doubts)

    def _interesting(self) -> set[str]:
        """Kinds that have to be looked at again; the rest is looked at once more at the end."""
        kinds = {seen.item.kind.name for seen in self.inventory.of(Standing.OURS)}
        unknown = {seen.item.kind.name for seen in self.inventory.of(Standing.UNKNOWN)}
        unlisted = {
            kind for seen in self.inventory.of(Standing.OURS) for kind in self.inventory.unlisted_children(seen.item)
        }
        # Where a service said no, something may be in the way that came after the listing.
        doubted = {kind for key in self._blocked for kind in before(key.partition(" ")[0])}
        return kinds | unknown | unlisted | doubted | set(self.inventory.unscanned)

    def _signature(self) -> str:
        parts = sorted(f"{key}={seen.item.status}/{d.state}" for key, (seen, d) in self.decisions.items())
        return "|".join([*parts, *sorted(self.inventory.unscanned), str(len(self.inventory.of(Standing.UNKNOWN)))])

    def _pause(self, quiet: float) -> None:
        """A quarter of the time in which nothing happened: what takes twenty minutes is not asked for every second."""
        self.aws.clock.sleep(min(self.limits.longest_pause, max(self.limits.shortest_pause, quiet / 4)))

    def blocked_by_service(self, item: Item) -> str:
        """What the service answered to the last attempt, if it said no."""
        return self._blocked.get(item.key, "")
