"""The estimate for people: tables on a terminal, plain lines everywhere else."""

import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workshop.cost.estimate import Amount, Estimate, Figures, difference
from workshop.cost.prices import HOURS_PER_MONTH, PriceTable

IDLE_DECIMALS = 4
DECIMALS = 2
UNKNOWN = "unknown"
ENDPOINT_INSTANCE = "ml.m5.large"

Line = tuple[str, str, str, str]
"""What is paid for, and its three figures."""


def print_estimate(this: Estimate, other: Estimate | None, table: PriceTable) -> None:
    """Print the estimate, what it rests on, and how the other one differs if there is one."""
    lines = [_line(name, row) for name, row in this.rows.items()]
    _print_table(_title(this), _columns(this), lines, [_line("total", this.total)])
    if other:
        _print_comparison(this, other)
    _print_notes(_notes(this, other, table))
    _print_assumptions(this)


def _print_comparison(this: Estimate, other: Estimate) -> None:
    lines = [_line(name, row, signed=True) for name, row in difference(other, this).items()]
    totals = [
        _line(f"{this.name}, {this.region}", this.total),
        _line(f"{other.name}, {other.region}", other.total),
        _line("difference", other.total - this.total, signed=True),
    ]
    _print_table(f"What is different with {other.name}", _columns(other), lines, totals)


def _title(result: Estimate) -> str:
    a = result.assumptions
    return f"{result.name}: {result.region}, {a.attendees} attendees, {a.hours:g} hours"


def _columns(result: Estimate) -> Line:
    hours = result.assumptions.forgotten_hours
    forgotten = "month" if hours == HOURS_PER_MONTH else f"{hours:g} hours"
    return ("in USD", "an idle hour", "the day", f"forgotten {forgotten}")


def _line(name: str, row: Figures, *, signed: bool = False) -> Line:
    say = _signed if signed else usd
    return (name, say(row.idle_hour, IDLE_DECIMALS), say(row.day, DECIMALS), say(row.forgotten, DECIMALS))


def usd(amount: Amount, decimals: int) -> str:
    """The known part of an amount in US dollars, and whether it is all of it."""
    if not amount.unknown:
        return _number(amount.usd, decimals)
    return f">= {_number(amount.usd, decimals)}" if amount.usd else UNKNOWN


def _signed(amount: Amount, decimals: int) -> str:
    if amount.unknown and not amount.usd:
        return UNKNOWN
    sign = "+" if amount.usd >= 10**-decimals else "-" if amount.usd < 0 else ""
    return sign + _number(abs(amount.usd), decimals) + (" + ?" if amount.unknown else "")


def _number(usd: float, decimals: int) -> str:
    """The number, never rounded to 0."""
    smallest = 10**-decimals
    if 0 < usd < smallest:
        return f"<{smallest:.{decimals}f}"
    return f"{usd:,.{decimals}f}" if usd else "0"


def _notes(this: Estimate, other: Estimate | None, table: PriceTable) -> Iterator[str]:
    for figure, words in (("day", "the day"), ("forgotten", "what is forgotten")):
        if largest := this.largest(figure):
            rows = "; ".join(f"{name} {usd(amount, DECIMALS)}" for name, amount in largest)
            yield f"Largest rows of {words}: {rows}."
    yield _in_dong(this, table)
    if this.assumptions.forgotten_hours < HOURS_PER_MONTH:
        yield f"It removes itself {this.assumptions.forgotten_hours:g} hours after its end."
    if left := _left_endpoint(this, table):
        yield left
    for result in (this, other) if other else (this,):
        yield from _not_known(result, table)
    dates = sorted(price.as_of for price in table.prices.values())
    yield (
        f"Public list prices of {dates[0]} to {dates[-1]} as in workshop/cost/prices.toml, not confirmed against a "
        "bill; free tiers, discounts and taxes are left out."
    )


def _in_dong(this: Estimate, table: PriceTable) -> str:
    day, forgotten = (_dong(amount, table.vnd.per_usd) for amount in (this.total.day, this.total.forgotten))
    rate = f"{table.vnd.per_usd:,} VND a dollar, {table.vnd.as_of}, not confirmed"
    return f"In Vietnamese dong: the day about {day}, forgotten about {forgotten} ({rate})."


def _dong(amount: Amount, rate: int) -> str:
    return f"{round(amount.usd * rate, -3):,.0f} VND" + (" and what is unknown" if amount.unknown else "")


def _left_endpoint(this: Estimate, table: PriceTable) -> str:
    """What the sums cannot know: an attendee's own endpoint that nobody deletes."""
    price = table.usd_per_unit(ENDPOINT_INSTANCE, this.region)
    if price is None:
        return ""
    month = _number(price * HOURS_PER_MONTH, DECIMALS)
    return f"Not in it: a real-time endpoint that an attendee made and left is {month} a month ({ENDPOINT_INSTANCE})."


def _not_known(result: Estimate, table: PriceTable) -> Iterator[str]:
    """What is in no sum, and how much it would be where its price is known."""
    day, forgotten = result.total.day.unknown, result.total.forgotten.unknown
    if missing := sorted({**day, **forgotten}):
        each = (_elsewhere(key.price, day.get(key, 0), forgotten.get(key, 0), table) for key in missing)
        yield f"Not known in {result.region}, and in no sum of {result.name}: {'; '.join(each)}."


def _elsewhere(name: str, day: float, forgotten: float, table: PriceTable) -> str:
    price = table.prices.get(name)
    if price is None or not price.usd:
        return name
    region = max(price.usd, key=lambda known: price.usd[known])
    usd = price.usd[region] / price.per
    amounts = f"the day {_number(day * usd, DECIMALS)}, forgotten {_number(forgotten * usd, DECIMALS)}"
    return f"{name} (at the price of {region}: {amounts})"


def _print_notes(notes: Iterable[str]) -> None:
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for note in notes:
        console.print(escape(note))


def _print_assumptions(this: Estimate) -> None:
    if not sys.stdout.isatty():
        for name, value, text in this.assumptions.described():
            print(f"assumed  {name} = {value}  {text}")
        return
    table = Table(title="Assumptions", title_justify="left", show_header=False, box=None, pad_edge=False)
    for _, value, text in this.assumptions.described():
        table.add_row(value, escape(text))
    Console().print("", table)


def _print_table(title: str, columns: Line, lines: Sequence[Line], totals: Sequence[Line]) -> None:
    """The lines, and under a rule the totals."""
    if not sys.stdout.isatty():
        print(title)
        for name, *cells in (*lines, *totals):
            print("  ".join([name, *(f"{column}: {cell}" for column, cell in zip(columns[1:], cells, strict=True))]))
        return
    table = Table(title=escape(title), title_justify="left", box=None, pad_edge=False)
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:]:
        table.add_column(column, justify="right")
    for line in lines:
        table.add_row(*map(escape, line))
    if lines:
        table.add_section()
    for line in totals:
        table.add_row(*map(escape, line), style="bold")
    Console().print(table, "")
