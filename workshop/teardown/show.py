"""For people: tables and a live picture on a terminal, plain lines everywhere else. Nothing here decides anything."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from workshop.teardown.act.decide import State
from workshop.teardown.act.engine import RoundProgress
from workshop.teardown.plan.plan import Entry, Plan
from workshop.teardown.verify.forgotten import Found
from workshop.teardown.verify.report import Report

_PLAIN_ROWS = 10_000
_SECONDS_BETWEEN_LINES = 5.0
_NOT_PROMISED = (
    "Estimates. How long AWS takes is not promised: a domain 10-20 minutes, CloudFront 10, MLflow 25 are usual."
)


def plan_table(plan: Plan, now: datetime) -> None:
    """The plan, the dearest first, and its totals."""
    entries = sorted(plan.entries, key=lambda entry: (-_sort_price(entry), entry.kind, entry.label))
    screen = sys.stdout.isatty()
    columns = ("kind", "id", "attendee", "age", "proof", "$/h", "stack")
    rows = [
        (
            entry.kind,
            entry.label or entry.id,
            entry.attendee,
            _age(entry.created, now),
            # On a screen each has one line; the plan's file has all of it.
            entry.proof.partition(" ")[0] if screen else entry.proof,
            _money(entry),
            entry.stack.removeprefix(f"{plan.workshop}-"),
        )
        for entry in entries
    ]
    _table(f"{plan.workshop} in {plan.account}, {plan.region}", columns, rows)
    known, unpriced = plan.burning()
    foreign = sum(plan.foreign.values())
    print(
        f"ours {len(plan.entries)}, foreign {foreign} (untouched), unknown {len(plan.unknown)}, "
        f"unscanned {len(plan.unscanned)}; burning ${known:.2f}/h" + (f" and {unpriced} unpriced" if unpriced else "")
    )
    for name, why in {**plan.unknown, **plan.unscanned}.items():
        print(f"unknown  {name}: {why}")


def workshops_table(found: Sequence[Found], now: datetime) -> None:
    """Every workshop of the account with the command that begins its removal."""
    columns = ("workshop", "region", "age", "stacks", "resources", "$/h at least", "next")
    rows = [
        (
            each.workshop,
            each.region,
            _age(each.since, now),
            str(each.stacks),
            str(each.resources),
            f"{each.usd_per_hour:.2f}" + (f" and {each.unpriced} unpriced" if each.unpriced else ""),
            each.command,
        )
        for each in found
    ]
    if rows:
        _table("Workshops in this account", columns, rows)
    print(f"{len(rows) or 'no'} workshops; what was deleted in the last hours may still be counted")


def report_table(report: Report) -> None:
    """What is left, or that nothing is."""
    screen = sys.stdout.isatty()
    columns = ("what", "kind", "id", "attendee", "$/h", "why", "next step")[: 6 if screen else 7]
    rows = [
        (
            each.residue.value,
            each.kind,
            each.label or each.id,
            each.attendee,
            "?" if each.usd_per_hour is None else f"{each.usd_per_hour:.2f}",
            each.why,
            each.next_step,
        )[: len(columns)]
        for each in report.leftovers
    ]
    if rows:
        _table(f"Left of {report.workshop}", columns, rows)
    if screen:
        for residue, step in {each.residue.value: each.next_step for each in report.leftovers}.items():
            print(f"{residue}: {step}")
    left = len(report.leftovers)
    print(
        f"{report.what}: {left or 'nothing'} left; {report.calls} calls, {report.mutations} changes, "
        f"{report.rounds} rounds; "
        f"{report.foreign_untouched} resources of others untouched; invocation logging {report.setting}; "
        f"exit code {report.exit_code}"
    )


class ExecutionDisplay:
    """Shows the rounds of an execution: a table and a bar on a terminal, one line a round otherwise."""

    def __init__(self) -> None:
        self._most = 0
        self._told = -_SECONDS_BETWEEN_LINES
        self._console = Console()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._task = self._bar.add_task("gone", total=None)
        self._live = Live(console=self._console, refresh_per_second=4) if sys.stdout.isatty() else None

    def shown(self) -> AbstractContextManager[object]:
        """While this is open, the picture is live."""
        print(_NOT_PROMISED)
        return self._live or nullcontext()

    def tell(self, progress: str) -> None:
        """Of a long piece of work inside a round; a line every few seconds at most."""
        if time.monotonic() - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            self._console.print(progress, markup=False, highlight=False)

    def __call__(self, done: RoundProgress) -> None:
        """Told by the engine after each round."""
        left = [(seen, decision) for seen, decision in done.decisions.values() if decision.state is not State.SETTLED]
        self._most = max(self._most, len(left))
        if self._live is None:
            states = Counter(decision.state.value for _, decision in left)
            said = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "nothing left"
            print(f"round {done.number}: {said}; unknown {done.unknown}, foreign {done.foreign}", flush=True)
            return
        self._bar.update(self._task, total=self._most, completed=self._most - len(left))
        table = Table("kind", "left", "going", "blocked", "failed", box=None, pad_edge=False)
        kinds = Counter((seen.item.kind.name, decision.state) for seen, decision in left)
        for name in sorted({kind for kind, _ in kinds}):
            going = kinds[(name, State.DELETE)] + kinds[(name, State.STOP)] + kinds[(name, State.BUSY)]
            table.add_row(
                name,
                str(sum(count for (kind, _), count in kinds.items() if kind == name)),
                str(going),
                str(kinds[(name, State.BLOCKED)] + kinds[(name, State.IN_STACK)] + kinds[(name, State.HELD)]),
                str(kinds[(name, State.FAILED)]),
            )
        self._live.update(Group(table, self._bar))


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if not sys.stdout.isatty():
        for row in rows[:_PLAIN_ROWS]:
            print("  ".join(" ".join(cell.split()) or "-" for cell in row))
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        # Whoever is asked to approve a deletion must be able to read all of its name.
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console().print(table)


def _money(entry: Entry) -> str:
    return "?" if entry.usd_per_hour is None else f"{entry.usd_per_hour:.2f}"


def _sort_price(entry: Entry) -> float:
    # What is billed at an unknown price is looked at first.
    return 1e9 if entry.usd_per_hour is None else entry.usd_per_hour


def _age(created: datetime | None, now: datetime) -> str:
    if created is None:
        return "?"
    hours = (now - created).total_seconds() / 3600
    return f"{hours:.0f}h" if hours < 72 else f"{hours / 24:.0f}d"
