"""What to do with one resource in this round. Pure: from what is known to a decision and its reason."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workshop.teardown.act.staying import Root, Stay
from workshop.teardown.judge.prove import Seen, names
from workshop.teardown.kinds import before
from workshop.teardown.kinds.kind import Item, Phase
from workshop.teardown.observe.stacks import STACK, Stacks


class State(StrEnum):
    """Where a resource stands on its way out."""

    DELETE = "delete"
    STOP = "stop"
    BUSY = "busy"
    BLOCKED = "blocked"
    HELD = "held"
    IN_STACK = "left to its stack"
    SETTLED = "settled"
    KEPT = "kept"
    FAILED = "failed"
    UNPLANNED = "not in the plan"


@dataclass(frozen=True)
class Decision:
    """A state, why, and which resources (by key) it waits for."""

    state: State
    why: str = ""
    by: tuple[str, ...] = ()


_ROOTS = {
    State.FAILED: Root.FAILED,
    State.UNPLANNED: Root.UNPLANNED,
    State.HELD: Root.HELD,
    State.KEPT: Root.KEPT,
}
_BY_PHASE = {
    Phase.BUSY: State.BUSY,
    Phase.HELD: State.HELD,
    Phase.SETTLED: State.SETTLED,
}


@dataclass
class Round:
    """All that the decisions of one round depend on."""

    living: Mapping[str, list[Seen]]
    """The workshop's resources by kind."""
    stacks: Stacks
    doubtful: Mapping[str, str]
    """Kinds that may hold more than was seen, with the reason."""
    given_up: Mapping[str, str]
    """Why a resource (by key) is not tried again."""
    asked: frozenset[str]
    """Resources whose deletion was accepted a moment ago."""
    unplanned: Callable[[Seen], str]
    """Why a resource may not be deleted in this run; empty if it may."""
    unread: Callable[[Item], str]
    """What has to be read before a resource may go; empty if nothing."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Why a resource (by key) is kept."""
    stay: Mapping[str, Stay] = field(default_factory=dict)
    """Why a resource (by key) stays in this run, by its own account or for another's sake."""

    def roots(self) -> dict[str, Root]:
        """What stays by its own account, by key; but for the stack that this runs in, which goes last."""
        alone = ((seen.item, self._alone(seen)) for found in self.living.values() for seen in found)
        return {
            item.key: _ROOTS[decision.state]
            for item, decision in alone
            if decision and decision.state in _ROOTS and not self.stacks.is_own(item)
        }

    def decide(self, seen: Seen) -> Decision:
        """What to do with one of the living."""
        item = seen.item
        alone = self._alone(seen)
        if alone:
            return alone
        holder = self.stacks.holder(item)
        if holder and not item.kind.first:
            return Decision(State.IN_STACK, holder, (f"{STACK} {holder}",))
        if item.key in self.stay:
            return self._needed(self.stay[item.key])
        if item.key in self.asked:
            return Decision(State.BUSY, "asked to go")
        if item.phase is Phase.RUNNING:
            return Decision(State.STOP, item.status)
        return self._when_free(item)

    def _alone(self, seen: Seen) -> Decision | None:
        """What the resource itself decides, whatever else there is."""
        item = seen.item
        if seen.protected:
            return Decision(State.KEPT, seen.protected)
        if item.key in self.kept:
            return Decision(State.KEPT, self.kept[item.key])
        if self.stacks.is_own(item):
            return Decision(State.KEPT, "this teardown runs in it, so it goes last")
        if self.stacks.blind:
            return Decision(State.BLOCKED, f"what {self.stacks.own} holds could not be read yet")
        if item.phase in _BY_PHASE:
            return Decision(_BY_PHASE[item.phase], item.status)
        if unplanned := self.unplanned(seen):
            return Decision(State.UNPLANNED, unplanned)
        if item.key in self.given_up:
            return Decision(State.FAILED, self.given_up[item.key])
        return None

    def _needed(self, stay: Stay) -> Decision:
        return Decision(State.BLOCKED, f"needed by {stay.via}, which is {stay.root}", (stay.via,))

    def _when_free(self, item: Item) -> Decision:
        unread = self.unread(item)
        if unread:
            return Decision(State.BLOCKED, unread)
        if item.kind.name == STACK and item.arn in self.stacks.unreadable:
            return Decision(State.BLOCKED, self.stacks.unreadable[item.arn])
        doubts = sorted(kind for kind in before(item.kind.name) if kind in self.doubtful)
        if doubts:
            return Decision(State.BLOCKED, f"{doubts[0]}: {self.doubtful[doubts[0]]}")
        blockers = sorted(other.key for other in self._blockers(item))
        if blockers:
            return Decision(State.BLOCKED, f"waits for {blockers[0]}", tuple(blockers))
        return Decision(State.DELETE)

    def _blockers(self, item: Item) -> Iterable[Item]:
        is_stack = item.kind.name == STACK
        for kind in before(item.kind.name):
            for seen in self.living.get(kind, ()):
                other = seen.item
                if other.phase is Phase.SETTLED or other.key in self.stay or not _blocks(item, other):
                    continue
                if self._not_in_the_way(item, other):
                    continue
                if not is_stack or self.stacks.concerns(item, other):
                    yield other
        if is_stack:
            yield from self._blockers_of_stack(item)

    def _not_in_the_way(self, item: Item, other: Item) -> bool:
        """What a stack will delete blocks nothing; nor does a stack that waits for just this item, or goes last."""
        if self.stacks.is_own(other):
            return True
        if other.kind.name == STACK:
            return bool({held.physical for held in self.stacks.failed(other)} & set(names(item)))
        return bool(self.stacks.holder(other)) and not other.kind.first

    def _blockers_of_stack(self, stack: Item) -> Iterable[Item]:
        failed = {held.physical for held in self.stacks.failed(stack)}
        for found in self.living.values():
            for seen in found:
                other = seen.item
                if other.key in self.stay:
                    continue
                newer = other.kind.name == STACK and not self.stacks.is_own(other) and _newer(other, stack)
                if newer or (failed & set(names(other)) and other.phase is not Phase.SETTLED):
                    yield other


def _blocks(item: Item, other: Item) -> bool:
    """Narrows a rule between kinds: relatives block each other only inside one parent."""
    if other.kind.find.parent == item.kind.name:
        return other.parent is not None and other.parent.key == item.key
    if other.parent is not None and item.parent is not None and other.parent.kind is item.parent.kind:
        return other.parent.key == item.parent.key
    return True


def _newer(other: Item, stack: Item) -> bool:
    """Stacks go in the reverse order of their making: the later may use what the earlier made."""
    if other.created is None or stack.created is None:
        return False
    return (other.created, other.arn) > (stack.created, stack.arn)
