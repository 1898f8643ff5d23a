"""What a resource costs by the hour, as far as a short price list knows it."""

import tomllib
from functools import cache
from pathlib import Path

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError
from workshop.teardown.kinds.kind import Cost, Item
from workshop.teardown.kinds.placeholders import Place, fill, view

_PRICES = Path(__file__).with_name("prices.toml")
_ENDPOINT = "sm-endpoint"


def price(item: Item, place: Place, aws: Aws | None = None) -> float | None:
    """USD per hour; 0.0 for what is not billed by the hour, None for what is and has no known price.

    With `aws`, endpoints are asked for their instances: two calls each.
    """
    if item.kind.cost is not Cost.HOURLY:
        return 0.0
    if item.kind.name == _ENDPOINT and aws:
        return _of_endpoint(item, aws)
    key = fill(item.kind.price, view(item, place)) if item.kind.price else None
    return _list().get(str(key))


def _of_endpoint(item: Item, aws: Aws) -> float | None:
    try:
        name = aws.call("sagemaker", "describe_endpoint", item.region, EndpointName=item.id)["EndpointConfigName"]
        config = aws.call("sagemaker", "describe_endpoint_config", item.region, EndpointConfigName=name)
    except CallError:
        return None
    rates = [
        0.0
        if "ServerlessConfig" in variant
        else _times(variant.get("InstanceType"), variant.get("InitialInstanceCount"))
        for variant in config.get("ProductionVariants", [])
    ]
    return None if None in rates else sum(rate for rate in rates if rate is not None)


def _times(instance: str | None, count: int | None) -> float | None:
    rate = _list().get(str(instance))
    return None if rate is None else rate * (count or 1)


@cache
def _list() -> dict[str, float]:
    prices: dict[str, float] = tomllib.loads(_PRICES.read_text(encoding="utf-8"))["usd_per_hour"]
    return prices
