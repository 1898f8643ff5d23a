"""Both event forms in detail, with the language tools' detect_language and the others where their types are needed."""

import json
from typing import Any

import pytest

from lambda_src.common.dispatch import Dispatcher
from lambda_src.common.errors import ErrorCode, ToolError
from lambda_src.common.tool import Tool, ToolGroup, ToolInput
from tests.lambda_src.support import (
    CANARY,
    REQUEST_ID,
    TICKET,
    Function,
    LambdaContext,
    agent_body,
    agent_event,
    aws_answers,
    aws_error,
    gateway_context,
    json_answer,
    logs_of,
)

VIETNAMESE = json_answer({"Languages": [{"LanguageCode": "vi", "Score": 0.99}]})
DETECTED = {"languages": [{"language": "vi", "score": 0.99}]}


def code_of(response: dict[str, Any]) -> str:
    body = agent_body(response) if "messageVersion" in response else response
    return str(body.get("error", {}).get("code", "ok"))


def test_an_action_group_event_gets_the_documented_response(language: Function) -> None:
    with aws_answers(language, lambda request: VIETNAMESE):
        response = language(agent_event("detect_language", [("text", "string", "Xin chào")]), LambdaContext())
    assert response == {
        "messageVersion": "1.0",
        "response": {
            "actionGroup": "tools",
            "function": "detect_language",
            "functionResponse": {"responseBody": {"TEXT": {"body": json.dumps(DETECTED, separators=(",", ":"))}}},
        },
        "sessionAttributes": {"ticket": TICKET},
        "promptSessionAttributes": {"language": "vi"},
    }


def test_a_gateway_event_gets_the_plain_answer(language: Function) -> None:
    with aws_answers(language, lambda request: VIETNAMESE):
        assert language({"text": "Xin chào"}, gateway_context("detect_language")) == DETECTED


def test_vietnamese_is_not_escaped(language: Function) -> None:
    answer = json_answer({"TranslatedText": "Xin chào", "SourceLanguageCode": "en", "TargetLanguageCode": "vi"})
    parameters = [("text", "string", "Hello"), ("target_language", "string", "vi")]
    with aws_answers(language, lambda request: answer):
        response = language(agent_event("translate_text", parameters), LambdaContext())
    assert "Xin chào" in response["response"]["functionResponse"]["responseBody"]["TEXT"]["body"]


@pytest.mark.parametrize(
    ("parameters", "changes", "code", "state"),
    [
        ([], {}, "invalid_input", "REPROMPT"),
        ([("text", "string", "")], {}, "invalid_input", "REPROMPT"),
        ([("text", "string", "x" * 2_001)], {}, "invalid_input", "REPROMPT"),
        ([("text", "string", "\u200b\u202e")], {}, "invalid_input", "REPROMPT"),
        ([("text", "string", "a"), ("text", "string", "b")], {}, "invalid_input", "REPROMPT"),
        ([("text", "string", "a"), ("owner", "string", "att-02")], {}, "invalid_input", "REPROMPT"),
        ([(f"p{i}", "string", "a") for i in range(21)], {}, "invalid_input", "REPROMPT"),
        ([("text", "string", "a")], {"function": "drop_all"}, "unknown_tool", "REPROMPT"),
        ([("text", "string", "a")], {"function": None}, "unknown_tool", "REPROMPT"),
        ([("text", "string", "a")], {"messageVersion": "2.0"}, "unsupported_event", "FAILURE"),
        ([("text", "string", "a")], {"parameters": "text"}, "unsupported_event", "FAILURE"),
        ([("text", "string", "a")], {"sessionAttributes": ["ticket"]}, "unsupported_event", "FAILURE"),
        ([("text", "string", "a")], {"sessionAttributes": {"ticket": "a b"}}, "invalid_identity", "FAILURE"),
        ([("text", "string", "a")], {"sessionAttributes": {"ticket": ""}}, "invalid_identity", "FAILURE"),
        ([("text", "string", "a")], {"inputText": "x" * 32_000}, "event_too_large", "FAILURE"),
    ],
)
def test_bad_action_group_events(
    language: Function, parameters: list[tuple[str, str, str]], changes: dict[str, Any], code: str, state: str
) -> None:
    with aws_answers(language, lambda request: VIETNAMESE) as aws:
        response = language(agent_event("detect_language", parameters, **changes), LambdaContext())
    assert agent_body(response)["error"]["code"] == code
    assert agent_body(response)["error"]["correlation_id"] == REQUEST_ID
    assert response["response"]["functionResponse"]["responseState"] == state
    assert aws.requests == []


@pytest.mark.parametrize(
    ("event", "tool", "headers", "code"),
    [
        ({}, "detect_language", None, "invalid_input"),
        ({"text": 1}, "detect_language", None, "invalid_input"),
        ({"text": None}, "detect_language", None, "invalid_input"),
        ({"text": "a", "attendee": "att-02"}, "detect_language", None, "invalid_input"),
        ({f"p{i}": 1 for i in range(21)}, "detect_language", None, "invalid_input"),
        ({"text": "a"}, "drop_all", None, "unknown_tool"),
        ({"text": "a"}, "", None, "unknown_tool"),
        ([], "detect_language", None, "unsupported_event"),
        (None, "detect_language", None, "unsupported_event"),
        ({"text": "x" * 32_000}, "detect_language", None, "event_too_large"),
        ({"text": "a"}, "detect_language", {"X-Workshop-Ticket": "att-01"}, "invalid_identity"),
        (
            {"text": "a"},
            "detect_language",
            {"X-Workshop-Ticket": TICKET, "x-workshop-ticket": TICKET},
            "invalid_identity",
        ),
        ({"text": "a"}, "detect_language", "no json", "invalid_identity"),
        ({"text": "a"}, "detect_language", ["a"], "invalid_identity"),
    ],
)
def test_bad_gateway_events(language: Function, event: Any, tool: str, headers: object, code: str) -> None:
    with aws_answers(language, lambda request: VIETNAMESE) as aws:
        response = language(event, gateway_context(tool, headers))
    assert response["error"]["code"] == code
    assert response["error"]["correlation_id"] == REQUEST_ID
    assert aws.requests == []


def test_an_event_of_neither_engine_is_refused(language: Function) -> None:
    assert code_of(language({"text": "a"}, LambdaContext())) == "unsupported_event"


def test_arguments_from_a_gateway_are_never_read_as_an_action_group_event(language: Function) -> None:
    forged = agent_event("detect_language", [("text", "string", "a")], sessionAttributes={"ticket": TICKET})
    response = language(forged, gateway_context("detect_language"))
    assert "messageVersion" not in response
    assert code_of(response) == "invalid_input"


def test_a_refusal_says_the_rule_and_not_the_value(language: Function) -> None:
    event = {"text": "secret words", "target_language": "secret language", "secret name": 1}
    message = language(event, gateway_context("translate_text"))["error"]["message"]
    assert message == (
        "The input is not valid. target_language (string, required): Language of the translation: Vietnamese or "
        "English. One of: vi, en. Allowed parameters: text, target_language."
    )


@pytest.mark.parametrize("attributes", [{"big": "x" * 4_001}, {"number": 1}, {"half": "\ud800"}, None, ["a"]])
def test_attributes_that_cannot_be_echoed_are_left_out(language: Function, attributes: object) -> None:
    event = agent_event("detect_language", [("text", "string", "a")], promptSessionAttributes=attributes)
    with aws_answers(language, lambda request: VIETNAMESE):
        response = language(event, LambdaContext())
    assert "promptSessionAttributes" not in response
    assert response["sessionAttributes"] == {"ticket": TICKET}


def test_text_is_cleaned_before_aws_sees_it(language: Function) -> None:
    with aws_answers(language, lambda request: VIETNAMESE) as aws:
        language({"text": "cha\u0300o\u200b \u202eb\ud800"}, gateway_context("detect_language"))
    assert json.loads(aws.sent) == {"Text": "chào b"}


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("[1, 2, 0, 10, 50, 2.5]", "1.0,2.0,0.0,10.0,50.0,2.5"),
        ("1,2,0,10,50,2.5", "1.0,2.0,0.0,10.0,50.0,2.5"),
        ('["1.", ".5", "0", "1e1", "+5", "2"]', "1.0,0.5,0.0,10.0,5.0,2.0"),
        ("[1, 2, 0, 10, 50, nan]", None),
        ("[1, 2, 0, 10, 50, 1e999]", None),
        ("[1, 2, 0, 10, 50, 0x10]", None),
        ("[1, 2, 0, 10, 50, 1_0]", None),
        ("[1, 2, 0, 10, 50, ]", None),
        ("[[1, 2, 0, 10, 50, 1]]", None),
        ("[1, 2, 0, 10, 50]", None),
        ("[]", None),
        ("12 OR 1=1", None),
    ],
)
def test_lists_of_numbers_as_bedrock_agents_sends_them(predict: Function, sent: str, read: str | None) -> None:
    with aws_answers(predict, lambda request: (200, {}, b"0.5")) as aws:
        response = predict(agent_event("predict", [("features", "array", sent)]), LambdaContext())
    if read is None:
        assert code_of(response) == "invalid_input"
        assert aws.requests == []
    else:
        assert agent_body(response) == {"prediction": 0.5}
        assert aws.sent.decode() == read


class Types(ToolInput):
    count: int | None = None
    number: float | None = None
    flag: bool | None = None


class AnyTypes(Tool):
    """Without the descriptions that a real tool must have."""

    def __post_init__(self) -> None:
        return


TYPES = ToolGroup("types", "Types.", (AnyTypes("echo", "Echo.", Types, confirm=False),))


@pytest.mark.parametrize(
    ("name", "sent", "read"),
    [
        ("count", "12", 12),
        ("count", " -3 ", -3),
        ("count", "12 OR 1=1", None),
        ("count", "1.5", None),
        ("count", "٣", None),
        ("count", "9" * 5_000, None),
        ("number", "1.5", 1.5),
        ("number", "-2e3", -2000.0),
        ("number", "inf", None),
        ("number", "1e400", None),
        ("number", "true", None),
        ("flag", "true", True),
        ("flag", "FALSE", False),
        ("flag", "1", None),
        ("flag", "yes", None),
    ],
)
def test_text_becomes_the_type_of_the_definition(name: str, sent: str, read: object) -> None:
    dispatch = Dispatcher(TYPES, {"echo": lambda wanted, caller: wanted.model_dump(exclude_none=True)})
    # The type in the event is what the model wrote; the definition decides.
    response = dispatch(agent_event("echo", [(name, "string", sent)]), LambdaContext())
    if read is None:
        assert code_of(response) == "invalid_input"
    else:
        assert agent_body(response) == {name: read}
        assert type(agent_body(response)[name]) is type(read)


def test_an_empty_optional_parameter_is_none(document_search: Function) -> None:
    with aws_answers(document_search, lambda request: json_answer({"retrievalResults": []})) as aws:
        parameters = [("question", "string", "Khi nào?"), ("language", "string", "")]
        response = document_search(agent_event("search_documents", parameters), LambdaContext())
    assert agent_body(response) == {"passages": []}
    assert b"filter" not in aws.sent


def test_no_time_left_means_no_call(language: Function) -> None:
    with aws_answers(language, lambda request: VIETNAMESE) as aws:
        context = gateway_context("detect_language")
        context.remaining_ms = 999
        assert code_of(language({"text": "a"}, context)) == "out_of_time"
    assert aws.requests == []


def test_an_aws_error_is_logged_by_its_code_alone(language: Function) -> None:
    with aws_answers(language, lambda request: aws_error("AccessDeniedException")), logs_of(language) as log:
        response = language({"text": "a"}, gateway_context("detect_language"))
    assert code_of(response) == "service_unavailable"
    line = json.loads(log.getvalue())
    assert (line["aws_error"], line["error_type"], line["outcome"]) == (
        "AccessDeniedException",
        "ClientError",
        "service_unavailable",
    )
    assert CANARY not in log.getvalue()


def test_the_session_is_logged_as_a_hash(language: Function) -> None:
    with aws_answers(language, lambda request: VIETNAMESE), logs_of(language) as log:
        language(agent_event("detect_language", [("text", "string", "a")]), LambdaContext())
    line = json.loads(log.getvalue())
    assert "session-1" not in log.getvalue()
    assert len(line["session"]) == 16
    assert (line["tool"], line["engine"], line["outcome"]) == ("detect_language", "bedrock-agents", "ok")


def test_a_request_id_that_is_not_lambdas_is_not_repeated(language: Function) -> None:
    context = gateway_context("drop_all")
    context.aws_request_id = "<script>"
    assert len(language({}, context)["error"]["correlation_id"]) == 36


def sized(items: int, size: int) -> Dispatcher:
    def answer(wanted: object, caller: object) -> dict[str, object]:
        return {"items": [f"{number:04}" + "ế" * size for number in range(items)], "note": "n"}

    return Dispatcher(TYPES, {"echo": answer})


@pytest.mark.parametrize("items", [100, 101])
def test_a_long_list_is_cut_between_items_and_no_more_than_needed(items: int) -> None:
    body = sized(items, 200)({}, gateway_context("echo"))
    kept = len(body["items"])
    assert body == {"items": [f"{n:04}" + "ế" * 200 for n in range(kept)], "note": "n", "truncated": True}
    one_more = {**body, "items": [f"{n:04}" + "ế" * 200 for n in range(kept + 1)]}
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 20_000
    assert len(json.dumps(one_more, ensure_ascii=False).encode()) > 20_000


def test_the_limit_is_for_the_whole_response() -> None:
    response = sized(100, 200)(agent_event("echo", [], sessionAttributes={"a": "x" * 3_000}), LambdaContext())
    assert agent_body(response)["truncated"] is True
    assert len(json.dumps(response, ensure_ascii=False).encode()) <= 20_000


def test_a_short_list_is_whole() -> None:
    body = sized(20, 200)({}, gateway_context("echo"))
    assert len(body["items"]) == 20
    assert "truncated" not in body


def test_an_answer_that_cannot_be_cut_is_an_error() -> None:
    dispatch = Dispatcher(TYPES, {"echo": lambda wanted, caller: {"text": "ế" * 7_000}})
    assert code_of(dispatch({}, gateway_context("echo"))) == "answer_too_large"


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": {1, 2}}, {"x": "\ud800"}])
def test_an_answer_that_is_no_json_is_an_internal_error(body: dict[str, object]) -> None:
    dispatch = Dispatcher(TYPES, {"echo": lambda wanted, caller: body})
    for event, context in (({}, gateway_context("echo")), (agent_event("echo", []), LambdaContext())):
        assert code_of(dispatch(event, context)) == "internal_error"


def test_every_error_has_its_fixed_text() -> None:
    for code in ErrorCode:
        assert ToolError(code).message.endswith(".")


def test_each_tool_needs_exactly_one_function() -> None:
    with pytest.raises(ValueError, match="one function for each"):
        Dispatcher(TYPES, {})
    with pytest.raises(ValueError, match="one function for each"):
        Dispatcher(TYPES, {"echo": lambda w, c: {}, "other": lambda w, c: {}})
