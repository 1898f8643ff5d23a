"""How each resource type is charged: a meter for what has a price, a reason for what has none."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from workshop.cost.assembly import DeclaredResource
from workshop.cost.meters import agents, platform, sagemaker, vectors
from workshop.cost.usage import Circumstances, Usage

Meter = Callable[[DeclaredResource, Circumstances], Iterator[Usage]]

METERS: Mapping[str, Meter] = {**agents.METERS, **vectors.METERS, **sagemaker.METERS, **platform.METERS}
"""Meters by resource type."""

NOT_CHARGED: Mapping[str, str] = tomllib.loads(
    Path(__file__).with_name("not_charged.toml").read_text(encoding="utf-8")
)["reasons"]
"""Why a resource type has no meter, by resource type."""
