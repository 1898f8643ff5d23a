"""What the plan says a resource burns."""

import pytest

from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Item
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.plan.cost import price


@pytest.mark.parametrize(
    ("region", "instance", "usd_per_hour"),
    [
        ("ap-southeast-1", "ml.m5.xlarge", 0.288),
        ("us-east-1", "ml.m5.xlarge", 0.23),
        ("ap-southeast-1", "ml.g5.xlarge", 1.41),  # known in N. Virginia alone
        ("eu-west-1", "ml.m5.xlarge", 0.23),
        ("us-east-1", "ml.p3.2xlarge", None),
    ],
)
def test_the_price_of_the_region_or_else_of_n_virginia(region: str, instance: str, usd_per_hour: float | None) -> None:
    assert _price("sm-notebook-instance", region, {"InstanceType": instance}) == usd_per_hour


def test_what_nobody_is_charged_for_is_free() -> None:
    assert _price("sm-app", "ap-southeast-1", {"ResourceSpec": {"InstanceType": "system"}}) == 0


def _price(kind: str, region: str, data: dict[str, object]) -> float | None:
    item = Item(KINDS[kind], "name", "arn", region, None, "InService", data)
    return price(item, Place("111122223333", region, "ws-2026-11-28-ab12"))
