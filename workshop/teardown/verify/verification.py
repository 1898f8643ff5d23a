"""Proves that nothing is left, or says what is: by three routes, twice, and with nothing remembered from the execution.

1. A fresh inventory, service by service.
2. Every resource that was ever planned or touched, asked for by its name.
3. The tag index of every enabled region; each hit is asked for at its service, for the index forgets slowly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Phase
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.observe.inventory import Inventory, within
from workshop.teardown.observe.stacks import Stacks
from workshop.teardown.patience import LOOKS, PAUSE, patiently
from workshop.teardown.plan.plan import Entry
from workshop.teardown.record.journal import Journal
from workshop.teardown.verify.ask import answers_to_its_arn, still_there
from workshop.teardown.verify.report import NEXT_STEP, Leftover, Residue, doubts, leftover, settled, unscanned
from workshop.teardown.verify.tag_index import TagHit, enabled_regions, tagged

_MUTE = "its service does not say whether it is gone"


@dataclass
class Verification:
    """One verification of a removal."""

    aws: Aws
    place: Place
    journal: Journal
    planned: Sequence[Entry]
    regions: Sequence[str] = ()
    """Those whose tag index is read; none means all that are enabled."""
    pause: float = 60.0
    workers: int = 16
    own_stack: str = ""
    """What this stack holds does not count: the teardown that is verified runs in it."""
    foreign: int = 0
    leftovers: dict[str, Leftover] = field(default_factory=dict)

    def run(self) -> list[Leftover]:
        """Look twice, because log groups come back: what either look finds is left."""
        self._look()
        self.aws.clock.sleep(self.pause)
        self._look()
        return sorted(self.leftovers.values(), key=lambda each: (each.residue, each.kind, each.arn))

    def _look(self) -> None:
        inventory = Inventory(self.aws, self.place, self.journal, self.workers)
        inventory.observe()
        self._look_again(inventory)
        self.foreign = len(inventory.of(Standing.FOREIGN))
        seen = {each.item.arn: each for each in inventory.everything()}
        ours = inventory.of(Standing.OURS)
        stacks = Stacks(self.aws, self.journal, self.own_stack)
        stacks.refresh(each for each in ours if stacks.is_own(each.item))
        self._add(
            leftover(each, _residue(each), f"found by {each.item.kind.find.operation}", self.place)
            for each in ours
            if not stacks.is_own(each.item)
        )
        self._add(doubts(inventory, self.place))
        self._ask_by_name(seen)
        names = {(each.item.kind.name, each.item.id.lower()) for each in seen.values()}
        for region in self._regions():
            for hit in self._read_index(region):
                listed = region == self.place.region and hit.names & names
                if hit.arn not in seen and not listed:
                    self._judge_hit(hit, inventory)

    def _look_again(self, inventory: Inventory) -> None:
        """A listing or a tag that cannot be read may be a hiccup; the execution is as patient."""
        for _ in range(LOOKS - 1):
            unread = {each.item.kind.name for each in inventory.of(Standing.UNKNOWN)}
            doubtful = within({*inventory.unscanned, *unread})
            if not doubtful:
                return
            self.aws.clock.sleep(PAUSE)
            inventory.observe(doubtful)

    def _ask_by_name(self, seen: dict[str, Seen]) -> None:
        for entry in self.planned:
            if entry.arn in seen:
                # Listed, so it has been judged: as ours above, or as somebody else's who took over the name.
                continue
            there = still_there(self.aws, entry)
            if there:
                self._add([_named(entry, Residue.RESIDUE, "answers to its name, though no listing shows it")])
            elif there is None and not _has_no_name(entry):
                self._add([_named(entry, Residue.UNKNOWN, f"in no listing, and {_MUTE}")])

    def _regions(self) -> Iterable[str]:
        if self.regions:
            return self.regions
        try:
            return patiently(self.aws, lambda: enabled_regions(self.aws))
        except CallError as error:
            self._add([unscanned("regions", f"describe_regions: {error.code}", self.place)])
            return [self.place.region]

    def _read_index(self, region: str) -> list[TagHit]:
        try:
            return patiently(self.aws, lambda: tagged(self.aws, region, self.place.workshop))
        except CallError as error:
            self._add([unscanned(f"tag index of {region}", f"get_resources: {error.code}", self.place)])
            return []

    def _judge_hit(self, hit: TagHit, inventory: Inventory) -> None:
        if not hit.kind:
            self._add(
                [_hit(hit, Residue.UNKNOWN, "tagged as the workshop's, but of a kind that teardown does not know")]
            )
            return
        there = answers_to_its_arn(self.aws, hit)
        if there is False:
            # The index has not forgotten it yet.
            return
        if there is None:
            self._add([_hit(hit, Residue.UNKNOWN, f"in the tag index, and {_MUTE}")])
        elif hit.region != self.place.region and not _is_global(hit):
            self._add([_hit(hit, Residue.RESIDUE, "tagged as the workshop's in another region")])
        elif hit.kind in inventory.unscanned:
            self._add([_hit(hit, Residue.UNKNOWN, "in the tag index, and its kind could not be listed")])
        else:
            self._add([_hit(hit, Residue.RESIDUE, "in the tag index, and answers, though no listing shows it")])

    def _add(self, found: Iterable[Leftover]) -> None:
        for each in found:
            self.leftovers[f"{each.kind} {each.arn or each.id}"] = each


def _residue(seen: Seen) -> Residue:
    if seen.protected:
        return Residue.KEPT
    phase = seen.item.phase
    if phase is Phase.SETTLED:
        return settled(seen)
    return Residue.DEFERRED if phase is Phase.HELD else Residue.RESIDUE


def _has_no_name(entry: Entry) -> bool:
    """What is only ever found by listing what something else has left; the listings are complete, or said not to be."""
    kind = KINDS.get(entry.kind)
    return kind is not None and kind.describe is None


def _is_global(hit: TagHit) -> bool:
    return hit.arn.split(":")[2] in ("iam", "cloudfront", "budgets", "s3")


def _named(entry: Entry, residue: Residue, why: str) -> Leftover:
    return Leftover(
        kind=entry.kind,
        id=entry.id,
        label=entry.label,
        arn=entry.arn,
        region=entry.region,
        attendee=entry.attendee,
        residue=residue,
        why=why,
        usd_per_hour=entry.usd_per_hour,
        next_step=NEXT_STEP[residue],
    )


def _hit(hit: TagHit, residue: Residue, why: str) -> Leftover:
    return Leftover(
        kind=hit.kind or "unknown kind",
        id=hit.arn,
        arn=hit.arn,
        region=hit.region,
        attendee="",
        residue=residue,
        why=why,
        usd_per_hour=None,
        next_step=NEXT_STEP[residue],
    )
