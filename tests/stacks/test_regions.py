"""The region data is consistent and resolves to what AWS expects; inconsistent data is refused when it is loaded."""

import dataclasses

import pytest

from stacks.regions import REGIONS_FILE, Region, parse_regions, regions

TEXT = REGIONS_FILE.read_text(encoding="utf-8")


def test_the_four_regions_of_the_workshop_are_there() -> None:
    assert set(regions()) == {"ap-southeast-1", "ap-southeast-2", "us-east-1", "us-west-2"}


def test_singapore_has_no_titan_embeddings_and_every_nova_needs_a_profile() -> None:
    singapore = regions()["ap-southeast-1"]
    assert [model.family for model in singapore.embedding_models] == ["cohere"]
    assert [model.id for model in singapore.chat_models if not model.is_profile] == []


def test_default_models() -> None:
    chat = {name: region.chat_models[0].id for name, region in regions().items()}
    embedding = {name: region.embedding_models[0].id for name, region in regions().items()}
    titan = "amazon.titan-embed-text-v2:0"
    assert chat == {
        "ap-southeast-1": "apac.amazon.nova-lite-v1:0",
        "ap-southeast-2": "apac.amazon.nova-lite-v1:0",
        "us-east-1": "us.amazon.nova-lite-v1:0",
        "us-west-2": "us.amazon.nova-lite-v1:0",
    }
    assert embedding == {
        "ap-southeast-1": "cohere.embed-multilingual-v3",
        "ap-southeast-2": titan,
        "us-east-1": titan,
        "us-west-2": titan,
    }


def test_default_chat_models_need_no_marketplace() -> None:
    assert [region.name for region in regions().values() if region.chat_models[0].marketplace] == []


def test_a_profile_resolves_to_its_foundation_model_and_destinations() -> None:
    model = regions()["us-east-1"].chat_model(None)
    assert model is not None
    assert model.foundation_model_id == "amazon.nova-lite-v1:0"
    assert set(model.destination_regions) == {"us-east-1", "us-east-2", "us-west-2"}
    assert not model.is_global


def test_a_global_profile_asks_for_the_source_region_and_no_region() -> None:
    model = regions()["ap-southeast-1"].chat_model("global.amazon.nova-2-lite-v1:0")
    assert model is not None
    assert model.is_global
    assert model.destination_regions == ("ap-southeast-1",)


def test_a_bare_model_id_is_not_a_profile() -> None:
    model = regions()["us-west-2"].chat_model("amazon.nova-lite-v1:0")
    assert model is not None
    assert not model.is_profile
    assert model.foundation_model_id == model.id
    assert model.destination_regions == ("us-west-2",)


@pytest.mark.parametrize("region", regions().values(), ids=lambda region: region.name)
def test_each_region_is_complete(region: Region) -> None:
    data = dataclasses.asdict(region)
    assert [name for name, value in data.items() if not value] == []
    assert region.xgboost_image == (
        f"{data['xgboost_account']}.dkr.ecr.{data['name']}.amazonaws.com/sagemaker-xgboost:3.0-5"
    )
    assert data["name"] in data["guardrail_profile"]["destination_regions"]


def test_a_model_of_another_region_is_not_found() -> None:
    assert regions()["ap-southeast-1"].chat_model("us.amazon.nova-lite-v1:0") is None
    assert regions()["ap-southeast-1"].embedding_model("amazon.titan-embed-text-v2:0") is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('embedding_models = ["cohere.embed-multilingual-v3"]', 'embedding_models = ["x"]', "no .* entry"),
        ('"apac.amazon.nova-lite-v1:0"', '"us.amazon.nova-lite-v1:0"', "do not include ap-southeast-1"),
        ('"apac.amazon.nova-lite-v1:0"', '"jp.amazon.nova-lite-v1:0"', "neither a geography nor a provider"),
        ('xgboost_account = "121021644041"', 'xgboost_account = "12102164404"', "xgboost_account"),
        ("dimensions = [1024]", "dimensions = []", "dimensions"),
        ("[regions.us-east-1]", "[regions.us_east_1]", "us_east_1"),
        ("max_chunk_tokens = 300", "max_chunk_tokens = 300\nunknown = 1", "unknown"),
    ],
)
def test_inconsistent_data_is_refused(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=message):
        parse_regions(TEXT.replace(old, new, 1))
