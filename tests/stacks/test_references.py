"""What reads another stack is marked with what it reads, on templates made by hand."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.common.synthesizer import METADATA_KEY, digest_of, fill_digests, mark_readers

Template = dict[str, Any]


def reads(output: str) -> dict[str, Any]:
    return {"Fn::GetStackOutput": {"StackName": "ws-Producer", "OutputName": output}}


def producer() -> Template:
    """`Id` is made of a version, which is made of a guardrail and a parameter; `Name` of something else."""
    return {
        "Parameters": {"Size": {"Type": "Number", "Default": 1}},
        "Resources": {
            "Guardrail": {"Type": "G", "Properties": {"Word": "a", "Size": {"Ref": "Size"}}},
            "Version": {"Type": "V", "Properties": {"Of": {"Fn::GetAtt": ["Guardrail", "Arn"]}}},
            "Bucket": {"Type": "B", "Properties": {"Text": {"Fn::Sub": "x-${Key.Arn}-${AWS::Region}"}}},
            "Key": {"Type": "K", "Properties": {"Rotation": True}},
            "Alone": {"Type": "A", "Properties": {"Word": "a"}},
        },
        "Outputs": {
            "Id": {"Value": {"Fn::Join": ["", ["v", {"Fn::GetAtt": "Version.Id"}]]}},
            "Name": {"Value": {"Ref": "Bucket"}},
        },
    }


def consumer() -> Template:
    return {
        "Resources": {
            "OfId": {"Type": "R", "Properties": {"Policies": [{"Resource": reads("Id")}]}},
            "OfName": {"Type": "R", "Properties": {"Name": reads("Name")}},
            "Through": {"Type": "R", "Properties": {"Role": {"Ref": "OfId"}, "Name": digest_of("Role")}},
            "Nothing": {"Type": "R", "Properties": {"Name": "n"}},
        },
        "Outputs": {"Role": {"Value": {"Ref": "OfId"}}},
    }


def marked(template: Template, others: dict[str, Template]) -> Template:
    template = copy.deepcopy(template)
    mark_readers(template, others)
    fill_digests(template)
    return template


def moved(before: Template, after: Template) -> set[str]:
    """Logical ids of the resources that differ."""
    return {name for name, each in after["Resources"].items() if each != before["Resources"][name]}


def change(path: str, value: object) -> Callable[[Template], None]:
    def apply(template: Template) -> None:
        *steps, last = path.split(".")
        node = template
        for step in steps:
            node = node[step]
        node[last] = value

    return apply


READERS_OF_ID = {"OfId", "Through"}


@pytest.mark.parametrize(
    ("changed", "readers"),
    [
        (change("Resources.Version.Properties.More", 1), READERS_OF_ID),
        (change("Resources.Guardrail.Properties.Word", "b"), READERS_OF_ID),
        (change("Parameters.Size.Default", 2), READERS_OF_ID),
        (change("Outputs.Id.Value", {"Fn::GetAtt": "Version.Arn"}), READERS_OF_ID),
        (change("Resources.Version.Type", "W"), READERS_OF_ID),
        (change("Resources.Bucket.Properties.More", 1), {"OfName"}),
        (change("Resources.Key.Properties.Rotation", False), {"OfName"}),
        (change("Resources.Alone.Properties.Word", "b"), set()),
        (change("Resources.Guardrail.Metadata", {"aws:cdk:path": "Safety/Guardrail"}), set()),
        (change("Outputs.Id.Description", "another text"), set()),
    ],
    ids=[
        "itself", "what it names", "a parameter", "another attribute", "another type", "another output",
        "a name inside Fn::Sub", "nothing that is read", "metadata of the CDK", "a description",
    ],
)  # fmt: skip
def test_a_reader_moves_with_all_that_its_output_is_made_of(
    changed: Callable[[Template], None], readers: set[str]
) -> None:
    after = producer()
    changed(after)
    before = marked(consumer(), {"ws-Producer": producer()})
    assert moved(before, marked(consumer(), {"ws-Producer": after})) == readers


def test_a_change_reaches_readers_through_a_stack_between() -> None:
    third = {
        "Resources": {
            "Reader": {
                "Type": "R",
                "Properties": {"Role": {"Fn::GetStackOutput": {"StackName": "ws-Consumer", "OutputName": "Role"}}},
            }
        }
    }

    def last(first: Template) -> Template:
        return marked(third, {"ws-Consumer": marked(consumer(), {"ws-Producer": first})})

    after = producer()
    after["Resources"]["Guardrail"]["Properties"]["Word"] = "b"
    assert moved(last(producer()), last(after)) == {"Reader"}


def test_a_digest_in_a_name_moves_with_the_named_properties_only() -> None:
    def name(**properties: object) -> str:
        resource = {"Type": "R", "Properties": {"Kept": 1, "Free": 1, "Name": f"n-{digest_of('Kept')}", **properties}}
        template = marked({"Resources": {"Base": resource}}, {})
        return str(template["Resources"]["Base"]["Properties"]["Name"])

    assert name() == name(Free=2)
    assert name() != name(Kept=2)


def test_what_reads_nothing_is_left_as_it_is() -> None:
    template = marked(consumer(), {"ws-Producer": producer()})
    assert template["Resources"]["Nothing"] == consumer()["Resources"]["Nothing"]
    assert set(template["Resources"]["OfId"]["Metadata"]) == {METADATA_KEY}


@given(st.integers(1, 8), st.data())
def test_a_change_at_the_end_of_any_chain_reaches_the_reader(length: int, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(["Ref", "GetAtt", "Sub"]), min_size=length, max_size=length))

    def chain(last: int) -> Template:
        resources: Template = {f"R{length}": {"Type": "T", "Properties": {"Value": last}}}
        for number, kind in enumerate(kinds):
            target = f"R{number + 1}"
            values: dict[str, Template] = {
                "Ref": {"Ref": target},
                "GetAtt": {"Fn::GetAtt": [target, "Arn"]},
                "Sub": {"Fn::Sub": ["${" + target + "}", {}]},
            }
            resources[f"R{number}"] = {"Type": "T", "Properties": {"Deep": [{"Value": values[kind]}]}}
        return {"Resources": resources, "Outputs": {"Id": {"Value": {"Ref": "R0"}}, "Name": {"Value": "n"}}}

    before = marked(consumer(), {"ws-Producer": chain(1)})
    assert moved(before, marked(consumer(), {"ws-Producer": chain(2)})) == READERS_OF_ID
