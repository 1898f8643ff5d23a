"""The script that picks tools, with the project's own tools and with anything else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.groups import TOOL_GROUPS
from local_aws.services.shared.scripted_model.choose import ToolParameter, ToolSpec, answer, choose
from local_aws.services.shared.scripted_model.tool_schemas import as_text
from workshop.smoke.scenarios import document_search, scenarios

TOOLS = tuple(
    ToolSpec(
        tool.name,
        tool.description,
        tuple(ToolParameter(each.name, each.type.value, each.description, each.required) for each in tool.parameters),
    )
    for group in TOOL_GROUPS
    for tool in group.tools
)


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("What is on the agenda?", "get_agenda", {}),
        ("Lịch trình buổi sáng thế nào?", "get_agenda", {}),
        ("When does the break start, according to the agenda?", "get_agenda", {"part": "break"}),
        (
            "Translate 'good morning' into Vietnamese",
            "translate_text",
            {"text": "good morning", "target_language": "vi"},
        ),
        ('Dịch "hello" sang tiếng Việt', "translate_text", {"text": "hello", "target_language": "vi"}),
        (
            "Translate into English: Xin chào các bạn",
            "translate_text",
            {"text": "Xin chào các bạn", "target_language": "en"},
        ),
        ("Which language is 'xin chào'?", "detect_language", {"text": "xin chào"}),
        ("Predict for 3, 12, 1, 10, 55, 1.5", "predict", {"features": [3.0, 12.0, 1.0, 10.0, 55.0, 1.5]}),
        ("Dự đoán với 3, 12, 1, 10, 55, -1.5", "predict", {"features": [3.0, 12.0, 1.0, 10.0, 55.0, -1.5]}),
        ("Send a lab helper to seat B12: it hangs", "request_helper", {"topic": "it hangs", "seat": "B12"}),
        ("Nhờ người hướng dẫn đến: máy bị treo", "request_helper", {"topic": "máy bị treo"}),
        ("List my open requests for a lab helper.", "list_my_requests", {}),
        ("What is RAG?", "search_documents", {"question": "What is RAG?"}),
        ("RAG là gì?", "search_documents", {"question": "RAG là gì?"}),
        ("predict", "search_documents", {"question": "predict"}),
    ],
)
def test_workshop_questions_reach_their_tool(question: str, tool: str, arguments: dict[str, Any]) -> None:
    choice = choose(question, TOOLS)
    assert choice is not None
    assert (choice.tool.name, dict(choice.arguments)) == (tool, arguments)


def test_every_question_of_the_smoke_check_reaches_its_tool() -> None:
    chosen = {
        each.tool: choice.tool.name if (choice := choose(each.question, TOOLS)) else "none"
        for each in [*scenarios(True), document_search()]
    }
    assert {tool: other for tool, other in chosen.items() if tool != other} == {}


def test_nothing_is_chosen_without_a_tool_that_fits() -> None:
    assert choose("How do guardrails work?", [tool for tool in TOOLS if tool.name != "search_documents"]) is None
    assert choose("anything", []) is None


def test_answer_is_the_tools_data_and_says_who_speaks() -> None:
    assert (
        answer("get_agenda", {"giờ": "08:30"}) == '[scripted stand-in, no language model] get_agenda: {"giờ": "08:30"}'
    )


@given(st.text(max_size=200))
def test_any_question_is_answered_the_same_way_twice_and_has_all_required_arguments(question: str) -> None:
    choice = choose(question, TOOLS)
    assert choice == choose(question, TOOLS)
    if choice is not None:
        required = {each.name for each in choice.tool.parameters if each.required}
        assert required <= set(choice.arguments) <= {each.name for each in choice.tool.parameters}


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), ([1.0, 2.5], "[1, 2.5]"), (3, "3"), (0.1, "0.1"), ("a b", "a b"), ([], "[]")]
)
def test_every_type_is_sent_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text
