"""The price table: consistent, complete where it can be, and honest where it is not."""

import re
from typing import get_args

import pytest

from stacks.regions import regions
from tests.cloud_assembly import ROOT
from workshop.cost.prices import PRICES_FILE, Basis, parse_prices, price_table, tokens
from workshop.teardown.kinds import KINDS

TEXT = PRICES_FILE.read_text(encoding="utf-8")
NOT_KNOWN = {("amazon.nova-lite-v1:0", "ap-southeast-2")}
"""Models whose price in a region nobody could tell; the command says so."""


def test_every_model_that_a_region_serves_has_a_price() -> None:
    served = {
        (model, name)
        for name, region in regions().items()
        for model in [each.id for each in region.chat_models] + [each.id for each in region.embedding_models]
    }
    unpriced = {
        (model, region)
        for model, region in served
        if price_table().usd_per_unit(tokens(model, "input"), region) is None
    }
    assert unpriced == NOT_KNOWN


def test_every_instance_that_a_region_offers_has_a_price() -> None:
    missing = [
        f"{instance} in {name}"
        for name, region in regions().items()
        for instance in region.endpoint_instance_types
        if price_table().usd_per_unit(instance, name) is None
    ]
    assert missing == []


def test_every_price_of_a_kind_of_the_teardown_is_in_the_table() -> None:
    named = {kind.price for kind in KINDS.values() if kind.price and "{" not in kind.price}
    assert sorted(named - set(price_table().prices)) == [], "not in workshop/cost/prices.toml"


def test_every_region_of_a_price_is_one_that_the_workshop_knows() -> None:
    strange = {f"{name}: {region}" for name, price in price_table().prices.items() for region in price.usd}
    assert sorted(entry for entry in strange if entry.rpartition(": ")[2] not in regions()) == []


def test_the_price_is_for_one_unit() -> None:
    assert price_table().usd_per_unit(tokens("apac.amazon.nova-lite-v1:0", "output"), "ap-southeast-1") == 0.252e-6
    assert price_table().usd_per_unit("KMS request", "us-east-1") == 0.03 / 10_000


def test_what_is_not_known_is_none_and_never_0() -> None:
    assert price_table().usd_per_unit("OpenSearch Serverless OCU", "ap-southeast-1") is None
    assert price_table().usd_per_unit("no such price", "us-east-1") is None


def test_the_file_explains_every_word_for_where_a_price_comes_from() -> None:
    explained = re.findall(r"^#   (\w+(?: list)?)  ", TEXT, re.M)
    assert sorted(explained) == sorted(get_args(Basis))
    assert {price.basis for price in price_table().prices.values()} <= set(explained)


def test_the_amounts_that_the_documents_name_are_those_of_the_table() -> None:
    readme, preset = ((ROOT / path).read_text(encoding="utf-8") for path in ("README.md", "presets/real-time.toml"))
    instance = price_table().usd_per_unit("ml.m5.large", "ap-southeast-1")
    assert f"`ml.m5.large` is about {instance:.2f} USD per hour" in readme
    assert f"about {instance:.2f} USD an hour for an ml.m5.large" in preset
    assert f"about {price_table().usd_per_unit('KMS key', 'ap-southeast-1'):g} USD per month" in readme
    assert f"about {price_table().usd_per_unit('CodeBuild small Linux', 'ap-southeast-1'):g} USD per minute" in readme


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('translate = "https', 'translated = "https', "translate, translated"),
        ("usd = { ap-southeast-1 = 0.059", "usd = { ap-southeast-1 = -1", "NAT gateway"),
        ('unit = "vCPU-hour"', 'units = "vCPU-hour"', "AgentCore vCPU"),
        ("per_usd = 26300", "", "per_usd"),
    ],
)
def test_a_broken_table_is_refused_and_the_place_named(old: str, new: str, named: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(ValueError, match=named):
        parse_prices(TEXT.replace(old, new))
