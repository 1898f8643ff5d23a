"""A service that an account may refuse takes nothing else with it, and can be left out."""

from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest

from stacks.config import load_config
from stacks.workshop import build_workshop
from tests.cloud_assembly import ROOT, read_templates, stacks
from tests.stacks.support import Synthesise, of_type

OPTIONAL = {
    "AWS::Athena::WorkGroup": "ml",
    "AWS::Budgets::Budget": "budget",
    "AWS::CloudTrail::Trail": "audit",
    "Custom::BedrockInvocationLogging": "audit",
}
"""Type → the key of `[features]` that leaves it out."""


@pytest.mark.parametrize("refused", OPTIONAL)
def test_no_stack_needs_it(
    refused: str, preset: str, templates: Synthesise, cloud_assembly: Callable[[str], Path]
) -> None:
    holders = {name for name, template in templates(preset).items() if of_type(template, refused)}
    assert len(holders) == 1
    waiting = {
        name for name, stack in stacks(cloud_assembly(preset)).items() if holders & set(stack.get("dependencies", ()))
    }
    assert waiting == set()


@pytest.mark.parametrize("refused", OPTIONAL)
def test_it_can_be_left_out_and_all_else_stays(refused: str, tmp_path: Path, templates: Synthesise) -> None:
    config = load_config(ROOT / "presets" / "default.toml")
    less = config.features.model_copy(update={OPTIONAL[refused]: False})
    app = cdk.App(outdir=str(tmp_path / "out"))
    build_workshop(app, config.model_copy(update={"features": less}))
    app.synth()
    left = read_templates(tmp_path / "out")
    assert [name for name, template in left.items() if of_type(template, refused)] == []
    types = {each for each, key in OPTIONAL.items() if key == OPTIONAL[refused]}
    gone = {name for name, template in templates("default").items() for each in types if of_type(template, each)}
    assert set(left) == set(templates("default")) - gone
