"""What is left, why, what it costs, what to do next; as JSON, as JUnit, and as an exit code that can be believed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

from pydantic import BaseModel, ConfigDict

from workshop.teardown.act.decide import Decision, State
from workshop.teardown.act.engine import RemovalEngine
from workshop.teardown.act.staying import Root
from workshop.teardown.aws import Aws
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.plan.cost import price
from workshop.teardown.record.invocation_logging import Outcome

CLEAN, ONLY_HARMLESS, RESIDUE, UNPROVED, REFUSED, INTERRUPTED = 0, 2, 3, 4, 5, 130


class Residue(StrEnum):
    """Classes of what is left after a removal."""

    SCHEDULED = "scheduled"
    DEFERRED = "deferred"
    METADATA = "metadata"
    KEPT = "kept"
    RESIDUE = "residue"
    UNKNOWN = "unknown"
    UNSCANNED = "unscanned"


NEXT_STEP: Mapping[Residue, str] = {
    Residue.SCHEDULED: "Nothing: AWS deletes it on its date, and it costs nothing until then.",
    Residue.DEFERRED: "AWS still holds it, up to 8 hours. Run `python -m workshop teardown resume` later.",
    Residue.METADATA: "Nothing: AWS has no way to delete this record, and it is free.",
    Residue.KEPT: "It is kept, or needed by what is (see why). When it may go, remove the protection and plan again.",
    Residue.RESIDUE: "Remove what is in its way (see why), then run `python -m workshop teardown resume`.",
    Residue.UNKNOWN: "Find out whose it is; grant the caller the right to read its tags; then verify again.",
    Residue.UNSCANNED: "Grant the caller the right to list it; then verify again.",
}
_BY_ROOT = {
    Root.FAILED: Residue.RESIDUE,
    Root.UNPLANNED: Residue.RESIDUE,
    Root.HELD: Residue.DEFERRED,
    Root.KEPT: Residue.KEPT,
}
_CODES = {
    Residue.SCHEDULED: ONLY_HARMLESS,
    Residue.DEFERRED: ONLY_HARMLESS,
    Residue.METADATA: ONLY_HARMLESS,
    Residue.KEPT: ONLY_HARMLESS,
    Residue.RESIDUE: RESIDUE,
    Residue.UNKNOWN: UNPROVED,
    Residue.UNSCANNED: UNPROVED,
}


class Leftover(BaseModel):
    """One thing that is left after a removal."""

    model_config = ConfigDict(frozen=True)

    kind: str
    id: str
    label: str = ""
    """What people call it: an app's with its space."""
    arn: str
    region: str
    attendee: str
    residue: Residue
    why: str
    usd_per_hour: float | None
    """None if it is billed and the price is not known."""
    next_step: str


class Report(BaseModel):
    """The outcome of an execution or a verification."""

    model_config = ConfigDict(frozen=True)

    schema_version: int = 1
    what: str
    workshop: str
    account: str
    region: str
    plan: str
    started: datetime
    finished: datetime
    rounds: int
    calls: int
    mutations: int
    foreign_untouched: int
    setting: Outcome
    stopped: str
    leftovers: tuple[Leftover, ...]
    exit_code: int


def exit_code(leftovers: Iterable[Leftover], setting: Outcome) -> int:
    """The gravest of all that is left."""
    codes = [CLEAN, *(_CODES[leftover.residue] for leftover in leftovers)]
    if setting is Outcome.OURS:
        codes.append(RESIDUE)
    if setting is Outcome.UNREADABLE:
        codes.append(UNPROVED)
    return max(codes)


def after_run(engine: RemovalEngine, place: Place) -> list[Leftover]:
    """The report of what an execution leaves."""
    found = []
    for key, (seen, decision) in engine.decisions.items():
        if engine.stacks.is_own(seen.item):
            continue
        stay = engine.stay.get(key)
        residue = _BY_ROOT[stay.root] if stay else _residue(seen, decision)
        found.append(leftover(seen, residue, _because(key, engine), place))
    return [*found, *doubts(engine.inventory, place)]


def _because(key: str, engine: RemovalEngine) -> str:
    """Why it is still there: the chain of what it waits for, and what is wrong with the last of them."""
    chain = [key]
    while blocker := next((each for each in engine.decisions[chain[-1]][1].by if _is_new(each, chain, engine)), ""):
        chain.append(blocker)
    items = [engine.decisions[each][0].item for each in chain]
    waits = " <- ".join(f"{item.kind.name} {item.id}" for item in items[1:])
    parts = (
        engine.decisions[key][1].state,
        f"waits for {waits}" if waits else "",
        engine.decisions[chain[-1]][1].why,
        engine.blocked_by_service(items[-1]),
        engine.stopped,
    )
    return " - ".join(part for part in parts if part)


def _is_new(blocker: str, chain: list[str], engine: RemovalEngine) -> bool:
    return blocker in engine.decisions and blocker not in chain


def doubts(inventory: Inventory, place: Place) -> list[Leftover]:
    """What could not be told or seen."""
    unknown = [leftover(seen, Residue.UNKNOWN, seen.verdict.proof, place) for seen in inventory.of(Standing.UNKNOWN)]
    return [*unknown, *(unscanned(kind, why, place) for kind, why in inventory.unscanned.items())]


def unscanned(what: str, why: str, place: Place) -> Leftover:
    """A kind, a region or a route that could not be looked at."""
    return Leftover(
        kind=what,
        id="*",
        arn="",
        region=place.region,
        attendee="",
        residue=Residue.UNSCANNED,
        why=why,
        usd_per_hour=None,
        next_step=NEXT_STEP[Residue.UNSCANNED],
    )


def leftover(seen: Seen, residue: Residue, why: str, place: Place, aws: Aws | None = None) -> Leftover:
    """A resource that is still there."""
    item = seen.item
    harmless = residue in (Residue.SCHEDULED, Residue.METADATA)
    return Leftover(
        kind=item.kind.name,
        id=item.id,
        label=item.label,
        arn=item.arn,
        region=item.region,
        attendee=seen.attendee,
        residue=residue,
        why=why,
        usd_per_hour=0.0 if harmless else price(item, place, aws),
        next_step=NEXT_STEP[residue],
    )


def settled(seen: Seen) -> Residue:
    """What a settled resource is: a date, or a record."""
    said = seen.item.kind.settled.get(seen.item.status)
    return Residue(said) if said else Residue.METADATA


def _residue(seen: Seen, decision: Decision) -> Residue:
    return settled(seen) if decision.state is State.SETTLED else Residue.RESIDUE


def write_junit(report: Report, kinds: Iterable[str], path: Path) -> None:
    """One test case for each kind that was looked for; what is left of it is its failure."""
    wrong = [entry for entry in report.leftovers if _CODES[entry.residue] > ONLY_HARMLESS]
    names = sorted({*kinds, *(entry.kind for entry in wrong)})
    suite = Element("testsuite", name=f"teardown {report.what} {report.workshop}", tests=str(len(names)))
    suite.set("failures", str(len({entry.kind for entry in wrong})))
    for name in names:
        case = SubElement(suite, "testcase", classname="teardown", name=name)
        lines = [f"{entry.id}: {entry.residue}: {entry.why}" for entry in wrong if entry.kind == name]
        if lines:
            SubElement(case, "failure", message=f"{len(lines)} left").text = "\n".join(lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
