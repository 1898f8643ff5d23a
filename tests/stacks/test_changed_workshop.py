"""What a deployed workshop becomes when its configuration or a data file changes: templates before and after."""

import functools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from app import ROOT, build_app
from stacks.safety import stack as safety
from stacks.safety.policy import load_policy
from tests.cloud_assembly import read_templates, stacks
from tests.stacks.support import Templates, of_type, only
from workshop.rehearse.changes.matrix import ChangeRow, matrix

Assembly = Callable[..., Templates]
OfRow = Callable[[ChangeRow], tuple[Templates, Templates]]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Call it with a preset's name and replacements of text in it for the templates; read only."""

    @functools.cache
    def synthesise(preset: str, *replacements: tuple[str, str]) -> Templates:
        folder = tmp_path_factory.mktemp("changed")
        text = (ROOT / "presets" / f"{preset}.toml").read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        configuration = folder / "workshop.toml"
        configuration.write_text(text, encoding="utf-8")
        build_app(configuration, outdir=str(folder / "out")).synth()
        return read_templates(folder / "out")

    return synthesise


@pytest.fixture(scope="module")
def of_row(tmp_path_factory: pytest.TempPathFactory) -> OfRow:
    """Call it with a row of the matrix for the templates before and after; read only."""

    @functools.cache
    def synthesise(configuration: str) -> Templates:
        folder = tmp_path_factory.mktemp("row")
        path = folder / "workshop.toml"
        path.write_text(configuration, encoding="utf-8")
        build_app(path, outdir=str(folder / "out")).synth()
        return read_templates(folder / "out")

    def before_and_after(change: ChangeRow) -> tuple[Templates, Templates]:
        return synthesise(matrix().configuration(change.base)), synthesise(
            matrix().configuration(change.base, change.edits)
        )

    return before_and_after


@pytest.fixture
def another_word(changed: Assembly, monkeypatch: pytest.MonkeyPatch) -> Templates:
    """The default workshop, with one more word in the guardrail's policy."""
    changed("default")  # before the policy is another one
    policy = load_policy()
    words = policy.words.model_copy(update={"custom": (*policy.words.custom, "lotus-frontstage")})
    monkeypatch.setattr(safety, "load_policy", lambda: policy.model_copy(update={"words": words}))
    return changed(
        "default", ("# A section", "# The section")
    )  # a text that no other test has, so that nothing cached is used


def test_every_reader_moves_with_the_guardrails_version(changed: Assembly, another_word: Templates) -> None:
    before = changed("default")
    assert stale_readers(before, another_word) == set()
    assert "Safety" in {stack for stack, _ in moved_producers(before, another_word)}
    for stack, kind, name in (
        ("AgentCore", "AWS::BedrockAgentCore::Harness", "EnvironmentVariables"),
        ("Safety", "AWS::Bedrock::GuardrailVersion", "Description"),
    ):
        old, new = (only(templates[stack], kind) for templates in (before, another_word))
        assert old[name] != new[name], f"{kind} would not be updated"


ROWS = [change for change in matrix().changes if change.only_configuration and not change.fails_at]
MOVED = [change for change in ROWS if not change.refused]
NEW_BASE = ("embedding-model", "vector-store", "encryption")
"""Changes that replace the knowledge base."""


# One worker has all of them, so that each configuration is synthesised once.
def by_name(rows: list[ChangeRow]) -> pytest.MarkDecorator:
    one_worker = pytest.mark.xdist_group("changes")
    return pytest.mark.parametrize("change", [pytest.param(row, marks=one_worker, id=row.name) for row in rows])


@pytest.mark.thorough
@by_name(MOVED)
def test_every_reader_moves_with_what_it_reads_there_and_back(of_row: OfRow, change: ChangeRow) -> None:
    before, after = of_row(change)
    assert before != after
    assert stale_readers(before, after) == set()
    assert stale_readers(after, before) == set()


@pytest.mark.thorough
@by_name(MOVED)
def test_a_stack_that_goes_is_told(of_row: OfRow, change: ChangeRow) -> None:
    before, after = of_row(change)
    assert before.keys() - after.keys() == set(change.left_before)
    assert after.keys() - before.keys() == set(change.left_after)


@pytest.mark.thorough
@by_name([change for change in ROWS if change.name in NEW_BASE])
def test_a_replaced_knowledge_base_never_finds_the_vectors_of_its_predecessor(of_row: OfRow, change: ChangeRow) -> None:
    """Also of the same length: what another model has made of a text is not like it."""
    old, new = (
        {
            (kind, index["IndexName"])
            for kind in ("AWS::S3Vectors::Index", "AWS::OpenSearchServerless::Index")
            for index in of_type(templates["Knowledge"], kind).values()
        }
        for templates in of_row(change)
    )
    assert (len(old), len(new), old & new) == (1, 1, set())


@pytest.mark.thorough
@by_name([change for change in ROWS if change.name in NEW_BASE])
def test_a_replaced_knowledge_base_never_meets_its_predecessor(of_row: OfRow, change: ChangeRow) -> None:
    old, new = (only(templates["Knowledge"], "AWS::Bedrock::KnowledgeBase")["Name"] for templates in of_row(change))
    assert old != new


@pytest.mark.thorough
@by_name(ROWS)
def test_nothing_that_is_replaced_meets_its_predecessor(of_row: OfRow, change: ChangeRow) -> None:
    """By CloudFormation's schemas: a resource whose create-only properties differ is made before the old one goes."""
    before, after = of_row(change)
    kept = {
        (stack, logical_id, name)
        for stack, logical_id in replaced(before, after)
        for name, value in chosen_names(after[stack]["Resources"][logical_id])
        if before[stack]["Resources"][logical_id]["Properties"].get(name) == value
    }
    assert kept == set()


def refused(deployed: Templates, changed_to: Templates) -> set[str]:
    """First words of the rules that do not hold when the parameters keep the values of the first deployment."""
    first = {name: each["Default"] for name, each in deployed["Identity"]["Parameters"].items()}
    (rule,) = [each for name, each in changed_to["Identity"]["Rules"].items() if name.startswith("FixedSettings")]
    return {
        each["AssertDescription"].split()[0]
        for each in rule["Assertions"]
        for parameter, value in [each["Assert"]["Fn::Equals"]]
        if first[parameter["Ref"]] != value
    }


@pytest.mark.thorough
@by_name(ROWS)
def test_what_cannot_change_is_refused_and_nothing_else(of_row: OfRow, change: ChangeRow) -> None:
    keys = {change.refused.split()[0]} if change.refused else set()
    before, after = of_row(change)
    assert refused(before, after) == keys
    assert refused(after, before) == keys


def test_every_stack_waits_for_the_refusal(cloud_assembly: Callable[[str], Path], preset: str) -> None:
    """Except the scheduled teardown, which goes last and therefore needs no other stack."""
    found = stacks(cloud_assembly(preset))
    waiting = {name for name, each in found.items() if "Identity" in each["dependencies"]}
    assert found.keys() - waiting - {"Teardown"} == {"Identity"}


@pytest.mark.thorough
@pytest.mark.parametrize("count", [9, 31, 100])
def test_another_count_touches_only_who_comes_or_goes(changed: Assembly, count: int) -> None:
    before, after = (
        {
            **of_type(templates["Studio"], "AWS::IAM::Role"),
            **of_type(templates["Studio"], "AWS::SageMaker::UserProfile"),
        }
        for templates in (changed("default"), changed("default", ("count = 30", f"count = {count}")))
    )
    assert before.keys() & after.keys() in (before.keys(), after.keys())
    assert {name for name in before.keys() & after.keys() if before[name] != after[name]} == set()


# An oracle of its own: it finds names in the text of a template, whatever function they stand in.


def stale_readers(before: Templates, after: Templates) -> set[tuple[str, str, str]]:
    """(stack, logical id, output) of what reads an output whose making differs, and does not differ itself."""
    producers = moved_producers(before, after)
    return {
        (stack, logical_id, output)
        for stack in before.keys() & after.keys()
        for logical_id, resource in after[stack]["Resources"].items()
        if before[stack]["Resources"].get(logical_id) == resource
        for producer, output in outputs_named(resource)
        if (producer, output) in producers
    }


def moved_producers(before: Templates, after: Templates) -> set[tuple[str, str]]:
    """(stack, output) whose value may be another one: some resource or parameter behind it differs."""
    return {
        (stack, output)
        for stack in before.keys() & after.keys()
        for output in before[stack].get("Outputs", {}).keys() & after[stack].get("Outputs", {}).keys()
        if making(before[stack], output) != making(after[stack], output)
    }


def replaced(before: Templates, after: Templates) -> set[tuple[str, str]]:
    """(stack, logical id) of what CloudFormation replaces, also because something that it names is replaced."""
    common = [
        (stack, logical_id)
        for stack in before.keys() & after.keys()
        for logical_id in before[stack]["Resources"].keys() & after[stack]["Resources"].keys()
    ]
    found: set[tuple[str, str]] = set()
    while new := {key for key in common if key not in found and _is_replaced(key, before, after, found)}:
        found |= new
    return found


def _is_replaced(key: tuple[str, str], before: Templates, after: Templates, already: set[tuple[str, str]]) -> bool:
    stack, logical_id = key
    old, new = before[stack]["Resources"][logical_id], after[stack]["Resources"][logical_id]
    names = {name for name, _ in chosen_names(new)}
    for name in set(create_only(new["Type"])) - names:
        value = new.get("Properties", {}).get(name)
        behind = {(stack, word) for word in re.findall(r"[A-Za-z0-9]+", json.dumps(value))} | {
            (producer, word)
            for producer, output in outputs_named(value)
            for word in re.findall(r"[A-Za-z0-9]+", json.dumps(after[producer]["Outputs"][output]["Value"]))
        }
        if old.get("Properties", {}).get(name) != value or behind & already:
            return True
    return False


def chosen_names(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Create-only properties that are a name of the resource in its account, written out in the template."""
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::SageMaker::UserProfile":
        return []  # its name is one within its domain
    found = [(name, properties.get(name)) for name in create_only(resource["Type"]) if name.endswith("Name")]
    return [(name, value) for name, value in found if isinstance(value, str)]


@functools.cache
def create_only(resource_type: str) -> tuple[str, ...]:
    """Top-level properties that cannot change in place, by the schema; none for a custom resource."""
    if resource_type.startswith("Custom::"):
        return ()
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema
    return tuple(pointer.split("/")[2] for pointer in schema.get("createOnlyProperties", ()))


def making(template: dict[str, Any], output: str) -> str:
    """Everything that an output's value names in its template, and what that names, as sorted text without metadata."""
    named = {**template["Resources"], **template.get("Parameters", {})}
    texts = {name: json.dumps({**each, "Metadata": None}, sort_keys=True) for name, each in named.items()}
    value = json.dumps(template["Outputs"][output]["Value"], sort_keys=True)
    seen: set[str] = set()
    left = [value]
    while left:
        words = set(re.findall(r"[A-Za-z0-9]+", left.pop()))
        new = (words & texts.keys()) - seen
        seen |= new
        left += [texts[name] for name in new]
    return value + "".join(texts[name] for name in sorted(seen))


def outputs_named(value: object) -> Iterator[tuple[str, str]]:
    """(stack, output) of each weak reference, found in the text."""
    pattern = r'"Fn::GetStackOutput": \{("[^{}]*)\}'
    for inside in re.findall(pattern, json.dumps(value)):
        found = json.loads("{" + inside + "}")
        yield found["StackName"].rpartition("-")[2], found["OutputName"]
