"""The estimate for programs: every row, every assumption, and each price with its source."""

from typing import Any

from workshop.cost.estimate import Amount, Estimate, Figures, difference
from workshop.cost.prices import PriceTable

FIGURES = ("idle_hour", "day", "forgotten")


def to_json(this: Estimate, other: Estimate | None, table: PriceTable) -> dict[str, Any]:
    """Amounts are in US dollars; `unknown` has the units whose price is missing in them."""
    content = _estimate(this, table)
    if other is None:
        return content
    rows = {name: _figures(row) for name, row in difference(other, this).items()}
    more = {"rows": rows, "total": _figures(other.total - this.total)}
    return {**content, "against": _estimate(other, table), "difference": more}


def _estimate(result: Estimate, table: PriceTable) -> dict[str, Any]:
    return {
        "configuration": result.name,
        "region": result.region,
        "assumptions": result.assumptions.model_dump(),
        "rows": {name: _figures(row) for name, row in result.rows.items()},
        "total": _figures(result.total),
        "largest": {figure: [name for name, _ in result.largest(figure)] for figure in FIGURES},
        "not_charged": dict(result.not_charged),
        "vnd": table.vnd.model_dump(mode="json"),
        "prices": {name: _price(name, result.region, table) for name in sorted(result.prices)},
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {name: _amount(getattr(figures, name)) for name in FIGURES}


def _amount(amount: Amount) -> dict[str, Any]:
    unknown = [{**key._asdict(), "units": units} for key, units in amount.unknown.items()]
    return {"usd": round(amount.usd, 6), "unknown": unknown}


def _price(name: str, region: str, table: PriceTable) -> dict[str, Any] | None:
    """The price as the table has it, for that region; None if the table has none of that name."""
    price = table.prices.get(name)
    if price is None:
        return None
    source = table.sources[price.source]
    return {**price.model_dump(mode="json", exclude={"usd", "source"}), "usd": price.usd.get(region), "source": source}
