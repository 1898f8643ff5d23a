"""Reading values of a template: what is known, what is not, and never a crash."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.checks.values import (
    UNKNOWN,
    elements,
    get,
    known,
    known_text,
    number,
    objects,
    reference,
    render,
)

NO_VALUE = {"Ref": "AWS::NoValue"}
CONDITION = {"Fn::If": ["Large", 2, 1]}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::If", "Fn::Select", "Key"]), children
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        (1024, "1024"),
        (True, "true"),
        ({"Ref": "Bucket"}, "${Bucket}"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "${Role.Arn}"),
        ({"Fn::GetAtt": "Role.Arn"}, "${Role.Arn}"),
        ({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::b"]]}, "arn:${AWS::Partition}:s3:::b"),
        ({"Fn::Sub": "a-${AWS::Region}"}, "a-${AWS::Region}"),
        ({"Fn::Sub": ["a-${Name}-${!Literal}", {"Name": "b"}]}, "a-b-${!Literal}"),
        (CONDITION, "${?}"),
        ({"Fn::GetStackOutput": {"StackName": "a", "OutputName": "b"}}, "${?}"),
    ],
)
def test_render(value: Any, text: str) -> None:
    assert render(value) == text


def test_get_follows_a_path() -> None:
    value = {"A": {"B": {"C": 1}}, "If": CONDITION, "None": NO_VALUE}
    assert get(value, "A.B.C") == 1
    assert get(value, "A.X.C") is None
    assert get(value, "A.B.C.D") is None
    assert get(value, "If.B") is UNKNOWN
    assert get(value, "If") == CONDITION
    assert get(value, "None") is None
    assert get(UNKNOWN, "A") is UNKNOWN


def test_unknown_values_are_neither_text_nor_number() -> None:
    for value in (None, UNKNOWN, CONDITION, {"Ref": "Size"}, {"Fn::Join": ["", ["a", {"Ref": "B"}]]}):
        assert known_text(value) is None
        assert number(value) is None


def test_numbers_may_be_text() -> None:
    assert [number(value) for value in (5, "5", "-5", "5.5", "five", True)] == [5, 5, -5, None, None, None]


def test_lists() -> None:
    assert elements([1, NO_VALUE, CONDITION]) == [1, CONDITION]
    assert objects([{"A": 1}, NO_VALUE, CONDITION, "text"]) == [{"A": 1}]
    assert elements(CONDITION) == []


def test_references() -> None:
    assert reference({"Ref": "A"}) == "A"
    assert reference({"Fn::GetAtt": ["A", "Arn"]}) == "A"
    assert reference({"Fn::GetAtt": "A.Arn"}) == "A"
    assert reference({"Fn::Sub": "${A}"}) == "A"
    assert reference({"Fn::Sub": ["${X}", {"X": {"Fn::GetAtt": ["A", "Arn"]}}]}) == "A"
    assert reference({"Fn::Join": ["", [{"Fn::GetAtt": ["A", "Arn"]}]]}) == "A"
    assert reference({"Fn::Sub": "${A}-documents"}) is None
    assert reference("A") is None


@given(json_values)
def test_nothing_crashes_on_strange_templates(value: Any) -> None:
    known_text(value)
    reference(value)
    get(value, "Key.Key")
    assert known(render(value)) == ("${" not in render(value))
