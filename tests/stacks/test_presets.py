"""Every preset is a complete configuration, differs in what its name says, and explains itself with true examples."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from stacks.config import AgentEngine, EncryptionMode, EndpointKind, VectorStoreKind, load_config

ROOT = Path(__file__).parents[2]
PRESETS = sorted((ROOT / "presets").glob("*.toml"))
NAMES = {
    "customer-key",
    "default",
    "existing-agents",
    "large",
    "opensearch",
    "real-time",
    "scheduled-teardown",
    "us-east-1",
}

each_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)


def test_the_presets_are_these() -> None:
    assert {path.stem for path in PRESETS} == NAMES


@each_preset
def test_preset_loads_and_says_what_it_is_for(preset: Path) -> None:
    load_config(preset)
    assert re.match(r"# \w.{20,}\n", preset.read_text(encoding="utf-8"))


@each_preset
def test_examples_in_comments_are_valid_too(preset: Path, tmp_path: Path) -> None:
    text = preset.read_text(encoding="utf-8")
    uncommented = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    assert uncommented != text
    copy = tmp_path / "workshop.toml"
    copy.write_text(uncommented, encoding="utf-8")
    load_config(copy)


@each_preset
def test_commented_models_are_the_defaults_of_the_region(preset: Path) -> None:
    text = preset.read_text(encoding="utf-8")
    config = load_config(preset)
    assert f'# chat = "{config.chat_model.id}"' in text
    assert f'# embedding = "{config.embedding_model.id}"' in text


def test_presets_can_live_in_one_account() -> None:
    ids = [load_config(path).workshop_id for path in PRESETS]
    assert len(set(ids)) == len(ids)


def test_the_file_at_the_root_is_the_default_preset() -> None:
    assert load_config(ROOT / "workshop.toml") == load_config(ROOT / "presets/default.toml")


def test_each_preset_shows_what_its_name_says() -> None:
    presets = {path.stem: load_config(path) for path in PRESETS}
    default = presets["default"]
    assert default.region == "ap-southeast-1"
    assert len(default.attendee_names) == 30
    assert default.workshop.title != default.ascii_title
    assert default.agent.engines == (AgentEngine.AGENTCORE,)
    assert default.endpoint.kind is EndpointKind.SERVERLESS
    assert presets["us-east-1"].region == "us-east-1"
    assert presets["opensearch"].knowledge.vector_store is VectorStoreKind.OPENSEARCH
    assert set(presets["existing-agents"].agent.engines) == set(AgentEngine)
    assert presets["real-time"].endpoint.kind is EndpointKind.REAL_TIME
    assert len(presets["large"].attendee_names) == 200
    assert presets["customer-key"].encryption.mode is EncryptionMode.CUSTOMER_KEY
    assert presets["scheduled-teardown"].teardown_time == default.workshop.end + timedelta(hours=2)
    assert default.teardown_time is None
