"""Definitions that both agent engines can express."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field

from lambda_src.common.tool import Parameter, ParameterType, Tool, ToolGroup, ToolInput
from lambda_src.groups import TOOL_GROUPS, WORKSHOP_DESK
from lambda_src.predict.definition import FEATURES
from lambda_src.workshop_desk.logic import AGENDA
from ml.data import COLUMNS


class Everything(ToolInput):
    text: str = Field(max_length=5, description="A text.")
    choice: Literal["vi", "en"] = Field(description="A choice.")
    count: int | None = Field(default=None, ge=1, le=9, description="A count.")
    flag: bool = Field(default=False, description="A flag.")
    numbers: list[float] = Field(min_length=1, max_length=3, description="Numbers.")


class Nothing(ToolInput):
    pass


def tool(model: type[BaseModel], name: str = "do_it", description: str = "Does it.") -> Tool:
    return Tool(name=name, description=description, input_model=model, confirm=False)  # type: ignore[arg-type]


def test_parameters_say_type_bounds_and_whether_they_are_required() -> None:
    assert tool(Everything).parameters == (
        Parameter("text", ParameterType.STRING, "A text. 0 to 5 characters.", True),
        Parameter("choice", ParameterType.STRING, "A choice. One of: vi, en.", True),
        Parameter("count", ParameterType.INTEGER, "A count. At least 1. At most 9.", False),
        Parameter("flag", ParameterType.BOOLEAN, "A flag.", False),
        Parameter("numbers", ParameterType.ARRAY, "Numbers. 1 to 3 numbers.", True, ParameterType.NUMBER),
    )
    assert tool(Nothing).parameters == ()


class Unbounded(ToolInput):
    text: str = Field(description="A text.")


class Undescribed(ToolInput):
    count: int


class Nested(ToolInput):
    inner: dict[str, str] = Field(description="An object.")


class Either(ToolInput):
    value: int | str = Field(description="Two types.")


class Texts(ToolInput):
    texts: list[str] = Field(max_length=2, description="Texts.")


class Endless(ToolInput):
    numbers: list[float] = Field(description="Numbers.")


class Wordy(ToolInput):
    count: int = Field(description="x" * 501)


class BadName(ToolInput):
    a__b: int = Field(description="A count.")


class Six(ToolInput):
    a: int = Field(description="1")
    b: int = Field(description="2")
    c: int = Field(description="3")
    d: int = Field(description="4")
    e: int = Field(description="5")
    f: int = Field(description="6")


class Lenient(BaseModel):
    count: int = Field(description="A count.")


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        (Unbounded, "'text': a string needs max_length"),
        (Undescribed, "'count': a description is missing"),
        (Nested, "'inner': the type must be one of"),
        (Either, "'value': the type must be one of"),
        (Texts, "'texts': an array must hold numbers"),
        (Endless, "'numbers': an array needs max_length"),
        (Wordy, "more than 500 characters"),
        (BadName, "'a__b': the name must match"),
        (Six, "at most 5 parameters are allowed, it has 6"),
        (Lenient, "must forbid extra parameters"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(model: type[BaseModel], problem: str) -> None:
    with pytest.raises(ValueError, match="does not fit both agent engines") as caught:
        tool(model)
    assert problem in str(caught.value)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(ValueError, match="Tool 'no spaces'") as caught:
        tool(Six, name="no spaces", description="")
    for problem in ("the name must match", "the description must have", "at most 5 parameters"):
        assert problem in str(caught.value)


@pytest.mark.parametrize("name", ["", "-a", "a--b", "a___b", "ä", "a b", "x" * 101, "a\n"])
def test_bad_tool_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="the name must match"):
        tool(Nothing, name=name)


@pytest.mark.parametrize(
    ("name", "tools", "problem"),
    [
        ("g", (), "1 to 11 tools"),
        ("g", tuple(tool(Nothing, name=f"t{i}") for i in range(12)), "1 to 11 tools"),
        ("g", (tool(Nothing), tool(Nothing)), "same name"),
        ("g" * 60, (tool(Nothing),), "longer than 64 characters"),
        ("a b", (tool(Nothing),), "the name must match"),
    ],
)
def test_a_group_that_does_not_fit_is_refused(name: str, tools: tuple[Tool, ...], problem: str) -> None:
    with pytest.raises(ValueError, match="does not fit both agent engines") as caught:
        ToolGroup(name=name, description="A group.", tools=tools)
    assert problem in str(caught.value)


def test_only_tools_that_write_ask_first() -> None:
    assert {tool.name for group in TOOL_GROUPS for tool in group.tools if tool.confirm} == {"request_helper"}


def test_no_tool_lets_the_model_say_who_is_asking() -> None:
    names = {each.name for group in TOOL_GROUPS for tool in group.tools for each in tool.parameters}
    assert names & {"owner", "attendee", "user", "user_id", "session", "identity", "email"} == set()


def test_target_names_have_no_underscore() -> None:
    assert [group.target_name for group in TOOL_GROUPS if "_" in group.target_name] == []


def test_predict_asks_for_the_columns_of_the_model_in_their_order() -> None:
    assert tuple(feature.split(" ")[0] for feature in FEATURES) == COLUMNS


def test_the_agenda_has_every_part_in_both_languages() -> None:
    (part,) = WORKSHOP_DESK.tools[0].parameters
    assert part.description.endswith(f"One of: {', '.join(str(item['part']) for item in AGENDA)}.")
    for item in AGENDA:
        title, topics = item["title"], item["topics"]
        assert isinstance(title, dict)
        assert isinstance(topics, dict)
        assert title.keys() == topics.keys() == {"vi", "en"}
        assert len(topics["vi"]) == len(topics["en"])
    assert [item["start"] for item in AGENDA[1:]] == [item["end"] for item in AGENDA[:-1]]
