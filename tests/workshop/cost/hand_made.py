"""A small deployment and a price table whose sums can be done in one's head."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from stacks.config import WorkshopConfig
from workshop.cost.assembly import DeclaredResource
from workshop.cost.assumptions import Assumptions
from workshop.cost.estimate import Estimate, estimate
from workshop.cost.prices import Price, PriceTable, Vnd

REGION = "us-east-1"
DAY = date(2026, 1, 1)
NOBODY = {
    name: 0
    for name, field in Assumptions.model_fields.items()
    if not field.is_required() and not isinstance(field.default, str)
}
"""An attendee who does nothing at all."""


def table(usd: Mapping[str, float]) -> PriceTable:
    """A table with these prices per unit."""
    prices = {
        name: Price(unit="unit", source="page", as_of=DAY, basis="memory", usd={REGION: amount})
        for name, amount in usd.items()
    }
    return PriceTable({"page": "https://aws.amazon.com/"}, Vnd(per_usd=25_000, as_of=DAY, basis="memory"), prices)


def resource(kind: str, **properties: Any) -> DeclaredResource:
    """A resource of that type."""
    return DeclaredResource("Stack", "Resource", kind, properties)


def config(**sections: Any) -> WorkshopConfig:
    """A configuration of four hours and ten attendees in N. Virginia."""
    start = datetime(2026, 11, 28, 8, tzinfo=timezone(timedelta(hours=7)))
    return WorkshopConfig.model_validate(
        {
            "workshop": {
                "id": "ws-2026-11-28-ab12",
                "title": "Workshop",
                "region": REGION,
                "start": start,
                "end": start + timedelta(hours=4),
            },
            "attendees": {"count": 10},
            "budget": {"limit_usd": 10.0, "alert_emails": ["organiser@example.com"]},
            **sections,
        }
    )


def cost(resources: list[DeclaredResource], prices: Mapping[str, float], **assumed: Any) -> Estimate:
    """What they cost ten attendees in four hours, who do only what is assumed."""
    assumptions = Assumptions.model_validate({"attendees": 10, "hours": 4, "forgotten_hours": 100, **NOBODY, **assumed})
    return estimate("this", config(), assumptions, resources, table(prices))
