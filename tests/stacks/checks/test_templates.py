"""Templates of an assembly: what is found, and how references are followed."""

import json
from pathlib import Path
from typing import Any

import pytest

from stacks.checks.template import Assembly, Template, load_assembly


def output(stack: str, name: str) -> dict[str, Any]:
    return {"Fn::GetStackOutput": {"StackName": stack, "OutputName": name}}


@pytest.fixture
def assembly() -> Assembly:
    tools = {
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "DependsOn": "Policy"}},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}}},
    }
    middle = {"Resources": {}, "Outputs": {"Arn": {"Value": output("Tools", "Arn")}}}
    return Assembly({"Tools": Template("Tools", tools), "Middle": Template("Middle", middle)})


def test_references_lead_to_the_resource_in_any_stack(assembly: Assembly) -> None:
    middle, tools = assembly.templates["Middle"], assembly.templates["Tools"]
    queue = tools.resources["Queue"]
    assert assembly.target(tools, {"Ref": "Queue"}) is queue
    assert assembly.target(middle, output("Tools", "Arn")) is queue
    assert assembly.target(tools, output("Middle", "Arn")) is queue


@pytest.mark.parametrize(
    "value",
    [{"Ref": "Queue"}, {"Ref": "AWS::Region"}, output("Tools", "Other"), output("Elsewhere", "Arn"), "text", None],
)
def test_references_that_lead_nowhere(assembly: Assembly, value: Any) -> None:
    assert assembly.target(assembly.templates["Middle"], value) is None


def test_resources(assembly: Assembly) -> None:
    (queue,) = assembly.of_type("AWS::SQS::Queue", "AWS::SNS::Topic")
    assert (queue.logical_id, queue.properties, queue.depends_on) == ("Queue", {}, ["Policy"])
    assert not list(assembly.of_type("AWS::SNS::Topic"))


def test_an_assembly_is_read_by_stack_name(tmp_path: Path) -> None:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.json", "stackName": "ws-1-A"}}
    unnamed = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "B.json"}}
    manifest = {
        "artifacts": {"A": stack, "B": unnamed, "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "A.json").write_text(json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}))
    (tmp_path / "B.json").write_text("{}")
    templates = load_assembly(tmp_path).templates
    assert list(templates) == ["ws-1-A", "B"]
    assert templates["ws-1-A"].path == tmp_path / "A.json"
    assert list(templates["ws-1-A"].resources) == ["Topic"]
