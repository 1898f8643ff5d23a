"""The recipes of CONTRIBUTING.md are complete and true: followed to the letter they pass, and a step left out is named.

Each left-out step is tried in a copy of the project where all others are done; only the check that guards it is run.
"""

import re
from pathlib import Path

import pytest

from tests.cloud_assembly import ROOT
from tests.recipes.recipe import Recipe, Step, check, copy_project, documented, follow, recipes

STEPS = [
    pytest.param(recipe, step, id=f"{recipe.folder.name}-{step.path}") for recipe in recipes() for step in recipe.steps
]


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.folder.name)
def test_the_document_has_the_steps_that_are_tried(recipe: Recipe) -> None:
    assert documented(recipe) == [step.path for step in recipe.steps]


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.folder.name)
def test_what_the_fixture_names_is_in_the_project(recipe: Recipe) -> None:
    added = {name for step in recipe.steps for name in (step.path, *step.also)}
    checks = {each for each in (*recipe.checks, *(step.check for step in recipe.steps)) if each.startswith("tests/")}
    files = {each.partition("::")[0] for each in checks} | {step.path for step in recipe.steps if step.edits}
    assert sorted(file for file in files - added if not (ROOT / file).exists()) == []
    named = [re.match(r"([^:]+)::(\w+)", each) for each in checks - added]
    tests = [found.groups() for found in named if found and found[1] not in added]
    assert [
        (file, test) for file, test in tests if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ] == []
    places = [(step.path, edit.after) for step in recipe.steps for edit in step.edits]
    assert [each for each in places if (ROOT / each[0]).read_text(encoding="utf-8").count(each[1]) != 1] == []


@pytest.mark.thorough
@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.folder.name)
def test_the_whole_recipe_passes(recipe: Recipe, tmp_path: Path) -> None:
    copy_project(tmp_path)
    follow(recipe, tmp_path, recipe.steps)
    checked = check(tmp_path, *recipe.checks)
    assert checked.code == 0, checked.output[-8_000:]


@pytest.mark.proof
@pytest.mark.parametrize(("recipe", "left_out"), STEPS)
def test_a_step_that_is_left_out_is_named(recipe: Recipe, left_out: Step, tmp_path: Path) -> None:
    copy_project(tmp_path)
    follow(recipe, tmp_path, [step for step in recipe.steps if step is not left_out])
    checked = check(tmp_path, left_out.check)
    assert checked.code != 0, f"{left_out.check} passes without {left_out.path}"
    assert (left_out.says or left_out.path) in checked.output, checked.output[-8_000:]
