"""What a resource costs by the hour, as far as the price table knows it."""

from workshop.cost.prices import price_table
from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError
from workshop.teardown.kinds.kind import Cost, Item, Kind
from workshop.teardown.kinds.placeholders import Place, fill, view

_ENDPOINT = "sm-endpoint"
_FREE_INSTANCE = "system"
"""Where Studio runs what nobody is charged for."""
_OTHERWISE = "us-east-1"
"""Whose price is taken where that of the region is not known: the plan says what burns first, not what the bill is."""


def price(item: Item, place: Place, aws: Aws | None = None) -> float | None:
    """USD per hour; 0.0 for what is not billed by the hour, None for what is and has no known price.

    With `aws`, endpoints are asked for their instances: two calls each.
    """
    if item.kind.cost is not Cost.HOURLY:
        return 0.0
    if item.kind.name == _ENDPOINT and aws:
        return _of_endpoint(item, aws)
    key = fill(item.kind.price, view(item, place)) if item.kind.price else None
    return _rate(str(key), item.region)


def known_price(kind: Kind, region: str) -> float | None:
    """USD per hour of any resource of a kind, if all cost the same and the price is known."""
    return _rate(kind.price, region)


def _of_endpoint(item: Item, aws: Aws) -> float | None:
    try:
        name = aws.call("sagemaker", "describe_endpoint", item.region, EndpointName=item.id).get("EndpointConfigName")
        if not name:
            # An endpoint of inference components alone may have none (API reference of DescribeEndpoint).
            return None
        config = aws.call("sagemaker", "describe_endpoint_config", item.region, EndpointConfigName=name)
    except CallError:
        return None
    rates = [
        0.0
        if "ServerlessConfig" in variant
        else _times(variant.get("InstanceType"), variant.get("InitialInstanceCount"), item.region)
        for variant in config.get("ProductionVariants", [])
    ]
    return None if None in rates else sum(rate for rate in rates if rate is not None)


def _times(instance: str | None, count: int | None, region: str) -> float | None:
    rate = _rate(str(instance), region)
    return None if rate is None else rate * (count or 1)


def _rate(name: str, region: str) -> float | None:
    if name == _FREE_INSTANCE:
        return 0.0
    known = price_table().usd_per_unit(name, region)
    return price_table().usd_per_unit(name, _OTHERWISE) if known is None else known
