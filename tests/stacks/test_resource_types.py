"""Preflight knows everything that the templates make: each kind has a question, or a written reason why not."""

import tomllib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from stacks.config import load_config
from tests.cloud_assembly import PRESETS, ROOT
from workshop.preflight import questions
from workshop.preflight.services import POLICIES, ROLES_BESIDE_ATTENDEES

Templates = Callable[[str], dict[str, dict[str, Any]]]
TABLE = tomllib.loads((ROOT / "workshop/preflight/resource_types.toml").read_text(encoding="utf-8"))
ASKED: dict[str, str] = TABLE["asked"]
NOT_ASKED: dict[str, str] = TABLE["not_asked"]


def made(templates: Templates, preset: str) -> Counter[str]:
    """How many resources of each type a preset makes."""
    return Counter(
        resource["Type"] for template in templates(preset).values() for resource in template["Resources"].values()
    )


def test_each_kind_has_a_question_or_a_reason(preset: str, templates: Templates) -> None:
    types = set(made(templates, preset))
    assert types - set(ASKED) - set(NOT_ASKED) == set(), "not in workshop/preflight/resource_types.toml"
    asked = dict(questions(load_config(ROOT / f"presets/{preset}.toml")))
    assert {kind: ASKED[kind] for kind in types & set(ASKED) if ASKED[kind] not in asked} == {}


def test_roles_and_policies_to_come_are_at_least_what_the_templates_make(preset: str, templates: Templates) -> None:
    config, count = load_config(ROOT / f"presets/{preset}.toml"), made(templates, preset)
    assert count["AWS::IAM::Role"] <= ROLES_BESIDE_ATTENDEES + len(config.attendee_names)
    assert count["AWS::IAM::ManagedPolicy"] <= POLICIES


@pytest.mark.thorough  # it needs the templates of every preset
def test_no_row_is_stale_or_twice(templates: Templates) -> None:
    types = {kind for preset in PRESETS for kind in made(templates, preset)}
    assert (set(ASKED) | set(NOT_ASKED)) - types == set()
    assert set(ASKED) & set(NOT_ASKED) == set()
    assert [kind for kind, reason in NOT_ASKED.items() if len(reason.split()) < 3] == []
