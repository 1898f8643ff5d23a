"""What it all comes to: idle by the hour, on the workshop day, and if the workshop is forgotten for a month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stacks.config import WorkshopConfig
from workshop.cost.assembly import DeclaredResource
from workshop.cost.assumptions import Assumptions
from workshop.cost.meters import METERS, NOT_CHARGED
from workshop.cost.prices import HOURS_PER_MONTH, PriceTable
from workshop.cost.usage import Circumstances, Usage, circumstances

NO_METER = "(no price, and no reason why not)"
LARGEST = 3


class Missing(NamedTuple):
    """A price that the table does not know."""

    price: str
    """Its name."""
    region: str


@dataclass(frozen=True)
class Amount:
    """A sum in US dollars, as far as its prices are known."""

    usd: float = 0
    """What is known of it."""
    unknown: Mapping[Missing, float] = field(default_factory=dict)
    """Units whose price is missing in it; empty if `usd` is all."""

    def __add__(self, other: "Amount") -> "Amount":
        units = {key: self.unknown.get(key, 0) + other.unknown.get(key, 0) for key in {**self.unknown, **other.unknown}}
        return Amount(self.usd + other.usd, {key: count for key, count in units.items() if count})

    def __sub__(self, other: "Amount") -> "Amount":
        return self + Amount(-other.usd, {key: -units for key, units in other.unknown.items()})


NOTHING = Amount()


@dataclass(frozen=True)
class Figures:
    """The three questions that an organiser has."""

    idle_hour: Amount = NOTHING
    """An hour in which it is deployed and nobody uses it."""
    day: Amount = NOTHING
    """The workshop day, from the deploy to the teardown."""
    forgotten: Amount = NOTHING
    """The month after the day, if nobody removes it; less if it removes itself before."""

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.idle_hour + other.idle_hour, self.day + other.day, self.forgotten + other.forgotten)

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(self.idle_hour - other.idle_hour, self.day - other.day, self.forgotten - other.forgotten)


@dataclass(frozen=True)
class Estimate:
    """The cost of one configuration."""

    name: str
    """What the organiser calls the configuration, such as `presets/opensearch.toml`."""
    region: str
    assumptions: Assumptions
    rows: Mapping[str, Figures]
    """What is paid for, in words; the dearest day first."""
    prices: frozenset[str]
    """Names of the prices that the rows rest on."""
    not_charged: Mapping[str, str]
    """Why a deployed resource type is in no row, by type."""

    @property
    def total(self) -> Figures:
        return sum(self.rows.values(), Figures())

    def largest(self, figure: str) -> list[tuple[str, Amount]]:
        """The three rows with the largest known amount in `idle_hour`, `day` or `forgotten`; fewer if fewer cost."""
        amounts: list[tuple[str, Amount]] = [(name, getattr(row, figure)) for name, row in self.rows.items()]
        costly = [row for row in amounts if row[1].usd > 0]
        return sorted(costly, key=lambda row: -row[1].usd)[:LARGEST]


def assume(config: WorkshopConfig, attendees: int | None = None, hours: float | None = None) -> Assumptions:
    """The assumptions for a configuration; `attendees` and `hours` replace what it says."""
    planned = config.workshop.end - config.workshop.start
    return Assumptions(
        attendees=attendees or len(config.attendee_names),
        hours=hours or planned.total_seconds() / 3600,
        forgotten_hours=min(config.teardown.hours_after_end, HOURS_PER_MONTH) if config.teardown else HOURS_PER_MONTH,
    )


def estimate(
    name: str,
    config: WorkshopConfig,
    assumptions: Assumptions,
    resources: Sequence[DeclaredResource],
    table: PriceTable,
) -> Estimate:
    """What these resources of that configuration cost."""
    c = circumstances(config, assumptions, resources)
    usages = [usage for resource in resources for usage in _usages(resource, c)]
    rows: dict[str, Figures] = {}
    for usage in usages:
        rows[usage.row] = rows.get(usage.row, Figures()) + figures(usage, assumptions, table, config.region)
    ordered = sorted(rows.items(), key=lambda row: (-row[1].day.usd, -row[1].forgotten.usd, row[0]))
    deployed = {resource.type for resource in resources}
    return Estimate(
        name=name,
        region=config.region,
        assumptions=assumptions,
        rows=dict(ordered),
        prices=frozenset(usage.price for usage in usages),
        not_charged={kind: reason for kind, reason in NOT_CHARGED.items() if kind in deployed},
    )


def _usages(resource: DeclaredResource, c: Circumstances) -> Iterable[Usage]:
    if resource.type in METERS:
        return METERS[resource.type](resource, c)
    if resource.type in NOT_CHARGED:
        return ()
    return (Usage(f"{resource.type} {NO_METER}", resource.type, always=1),)


def figures(usage: Usage, assumptions: Assumptions, table: PriceTable, region: str) -> Figures:
    deployed = assumptions.hours + assumptions.hours_around
    price = table.usd_per_unit(usage.price, region)

    def amount(units: float) -> Amount:
        if units == 0:
            return NOTHING
        return Amount(units * price) if price is not None else Amount(0, {Missing(usage.price, region): units})

    return Figures(
        idle_hour=amount(usage.always),
        day=amount(usage.always * deployed + usage.day),
        forgotten=amount((usage.always + usage.left) * assumptions.forgotten_hours),
    )


def difference(other: Estimate, this: Estimate) -> dict[str, Figures]:
    """How much more each row of the other one costs, for the rows that differ; the largest difference first."""
    names = dict.fromkeys([*this.rows, *other.rows])
    rows = {name: other.rows.get(name, Figures()) - this.rows.get(name, Figures()) for name in names}
    different = [
        (name, row) for name, row in rows.items() if other.rows.get(name, Figures()) != this.rows.get(name, Figures())
    ]
    return dict(sorted(different, key=lambda row: -abs(row[1].day.usd)))
