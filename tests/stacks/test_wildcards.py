"""The reasons for wildcards are true: no resource-level permissions, or what the reason says instead."""

import json
from pathlib import Path

import cfnlint
import pytest

from stacks.common.wildcards import WITHOUT_RESOURCES

POLICIES = json.loads(
    (Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json").read_text(encoding="utf-8")
)
OPTIONAL = {"cloudwatch:putmetricdata", "translate:translatetext"}


@pytest.mark.parametrize("action", WITHOUT_RESOURCES)
def test_action_takes_no_resource(action: str) -> None:
    service, _, name = action.partition(":")
    known = POLICIES[service]["Actions"][name]
    assert bool(known.get("Resources")) is (action in OPTIONAL)
