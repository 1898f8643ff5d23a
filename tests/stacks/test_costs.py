"""Nothing is deployed whose price nobody thought about."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.config import load_config
from stacks.regions import regions
from tests.cloud_assembly import PRESETS, ROOT
from tests.stacks.support import Synthesise, resource_types
from workshop.cost.assembly import read_assembly
from workshop.cost.estimate import Estimate, assume, estimate
from workshop.cost.meters import METERS, NOT_CHARGED
from workshop.cost.prices import DIRECTIONS, price_table, tokens
from workshop.teardown.kinds import KINDS


def test_every_deployed_type_has_a_price_or_a_reason(preset: str, templates: Synthesise) -> None:
    """A new type gets a meter in workshop/cost/meters/, or a line in its not_charged.toml."""
    missing = resource_types(templates(preset)) - set(METERS) - set(NOT_CHARGED)
    assert sorted(missing) == [], "no meter, and not in workshop/cost/meters/not_charged.toml"


def test_every_price_of_a_preset_is_in_the_table(preset: str, cloud_assembly: Callable[[str], Path]) -> None:
    assert sorted(_estimate(preset, cloud_assembly).prices - set(price_table().prices)) == []


@pytest.mark.thorough  # needs the templates of every preset
def test_no_type_is_described_that_nobody_deploys(templates: Synthesise) -> None:
    deployed = set().union(*(resource_types(templates(name)) for name in PRESETS))
    assert sorted({*METERS, *NOT_CHARGED} - deployed) == []


@pytest.mark.thorough  # needs the templates of every preset
def test_no_price_is_in_the_table_that_nobody_needs(cloud_assembly: Callable[[str], Path]) -> None:
    needed = set().union(*(_estimate(name, cloud_assembly).prices for name in PRESETS))
    needed |= {kind.price for kind in KINDS.values()}
    for region in regions().values():
        models = [each.id for each in region.chat_models] + [each.id for each in region.embedding_models]
        needed |= {tokens(model, direction) for model in models for direction in DIRECTIONS}
    # Of instances the teardown meets whatever attendees took.
    assert sorted(name for name in price_table().prices if name not in needed and not name.startswith("ml.")) == []


def test_no_type_has_both_a_price_and_a_reason_against_one() -> None:
    assert sorted(set(METERS) & set(NOT_CHARGED)) == []


def test_the_default_workshop_costs_next_to_nothing_while_nobody_uses_it(
    cloud_assembly: Callable[[str], Path],
) -> None:
    idle = {name: row.idle_hour.usd for name, row in _estimate("default", cloud_assembly).rows.items()}
    assert {name: usd for name, usd in idle.items() if usd > 0.001} == {}


@pytest.mark.thorough  # needs the templates of two more presets
def test_an_instance_and_a_customer_key_cost_while_nobody_uses_them(cloud_assembly: Callable[[str], Path]) -> None:
    assert _estimate("real-time", cloud_assembly).rows["Endpoint, ml.m5.large"].idle_hour.usd == 0.144
    assert round(_estimate("customer-key", cloud_assembly).rows["KMS key"].forgotten.usd, 6) == 1


def _estimate(preset: str, cloud_assembly: Callable[[str], Path]) -> Estimate:
    config = load_config(ROOT / "presets" / f"{preset}.toml")
    return estimate(preset, config, assume(config), read_assembly(cloud_assembly(preset), config), price_table())
