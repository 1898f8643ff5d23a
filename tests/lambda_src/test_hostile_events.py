"""Whatever arrives in either form, and whatever AWS does: an answer, whole JSON, small, and nothing secret in it."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambda_src.common import dispatch
from lambda_src.common.answer import MAX_ANSWER_BYTES
from lambda_src.common.tool import Tool, ToolGroup
from lambda_src.groups import TOOL_GROUPS
from tests.lambda_src.samples import arguments_of, sample, soundly
from tests.lambda_src.support import (
    CANARY,
    REQUEST_ID,
    TICKET,
    Answer,
    Function,
    LambdaContext,
    Respond,
    agent_body,
    agent_event,
    aws_answers,
    aws_error,
    gateway_context,
    json_answer,
    load,
    logs_of,
)

USER_TEXT = "user-canary-77ab"
"""Planted in parameters and the conversation; may be in an answer that quotes it, never in a refusal or a log."""

EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)

texts = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["", "vi", "en", "1", "true", "[1,2,3,4,5,6]", "1,2,3,4,5,6", "nan", "1e999", "break", USER_TEXT, "x" * 2_500]
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def nearly_valid(tool: Tool) -> st.SearchStrategy[dict[str, Any]]:
    """Good arguments, some of them missing or replaced."""
    good = dict(arguments_of(tool))
    fields = {name: st.just(value) | st.just(value) | values for name, value in good.items()}
    return st.fixed_dictionaries({}, optional=fields) | st.just(good)


def as_parameters(arguments: dict[str, Any]) -> list[dict[str, str]]:
    """The arguments as Bedrock Agents sends them: everything is text."""
    return [{"name": name, "type": "string", "value": str(value)} for name, value in arguments.items()]


def names_of(group: ToolGroup) -> st.SearchStrategy[str]:
    known = [parameter.name for tool in group.tools for parameter in tool.parameters]
    return st.sampled_from([*known, "owner", "attendee", "parameters"]) | texts


def agent_events(group: ToolGroup) -> st.SearchStrategy[Any]:
    parameter = st.fixed_dictionaries({"name": names_of(group), "type": texts, "value": texts})
    calls = st.sampled_from(group.tools).flatmap(
        lambda tool: st.fixed_dictionaries(
            {
                "function": st.just(tool.name),
                "parameters": nearly_valid(tool).map(as_parameters) | st.lists(parameter, max_size=5),
            }
        )
    )
    attributes = st.dictionaries(texts, texts, max_size=3) | st.sampled_from(
        [{}, {"ticket": TICKET}, {"ticket": "../x"}, {"big": "x" * 30_000}, {"big": "ế" * 1_500}]
    )
    envelope = st.fixed_dictionaries(
        {
            "messageVersion": st.just("1.0"),
            "agent": st.just({"name": "a", "id": "b", "alias": "c", "version": "1"}),
            "inputText": st.just(USER_TEXT),
            "sessionId": st.just(f"{USER_TEXT}-session"),
            "actionGroup": st.just(group.name),
            "sessionAttributes": attributes,
            "promptSessionAttributes": attributes,
        }
    )
    sound = st.tuples(envelope, calls).map(lambda parts: parts[0] | parts[1])
    broken = st.tuples(sound, st.dictionaries(st.sampled_from([*EVENT_FIELDS]), values, max_size=3)).map(
        lambda parts: parts[0] | parts[1]
    )
    missing = st.tuples(sound, st.sets(st.sampled_from([*EVENT_FIELDS]))).map(
        lambda parts: {key: value for key, value in parts[0].items() if key not in parts[1]}
    )
    return sound | sound | broken | missing | values


EVENT_FIELDS = (
    "messageVersion",
    "sessionId",
    "actionGroup",
    "function",
    "parameters",
    "sessionAttributes",
    "inputText",
)


def gateway_calls(group: ToolGroup) -> st.SearchStrategy[tuple[str, Any]]:
    """(tool, event): the tool's own arguments, or anything."""
    fitting = st.sampled_from(group.tools).flatmap(lambda tool: st.tuples(st.just(tool.name), nearly_valid(tool)))
    tools = st.sampled_from([tool.name for tool in group.tools]) | texts
    return fitting | fitting | st.tuples(tools, st.dictionaries(names_of(group), values, max_size=5) | values)


def headers() -> st.SearchStrategy[object]:
    name = st.sampled_from(["X-Workshop-Ticket", "x-workshop-ticket", "Authorization"])
    sound = st.none() | st.just({"X-Workshop-Ticket": TICKET})
    return sound | sound | texts | st.dictionaries(name, texts | st.just(TICKET), max_size=3) | values


class BrokenError(Exception):
    """An error that no library foresaw."""


WITHOUT_AWS = {"get_agenda"}
"""Tools that ask nothing of AWS."""
AWS_BEHAVIOURS = ["empty", "odd", "huge", "denied", "raises"]


def behave(how: str, group: ToolGroup) -> Respond:
    """What answers the requests of a group's function."""

    def respond(request: AWSPreparedRequest) -> Answer:
        match how:
            case "empty":
                return json_answer({})
            case "odd":
                return 200, {}, f"\x00{{]{CANARY}".encode()
            case "huge":
                return json_answer(sample(group.name).huge_answer)
            case "denied":
                return aws_error("AccessDeniedException")
            case _:
                raise BrokenError(CANARY)

    return respond


def check(response: Any, log: str) -> dict[str, Any]:
    """The rules of every answer; gives the tool's own JSON."""
    text = json.dumps(response, ensure_ascii=False, allow_nan=False)
    assert len(text.encode()) <= 20_000
    assert CANARY not in text
    assert CANARY not in log
    assert USER_TEXT not in log
    assert json.loads(log)["correlation_id"] == REQUEST_ID
    body = agent_body(response) if "messageVersion" in response else response
    assert isinstance(body, dict)
    if "error" in body:
        assert body["error"].keys() == {"code", "message", "correlation_id"}
        assert body["error"]["correlation_id"] == REQUEST_ID
        assert USER_TEXT not in body["error"]["message"]
    return body


@pytest.fixture(params=[group.name for group in TOOL_GROUPS], scope="module")
def function(request: pytest.FixtureRequest) -> Function:
    return load(request.param)


@EXAMPLES
@given(data=st.data(), how=st.sampled_from(AWS_BEHAVIOURS))
def test_bedrock_agents(function: Function, data: st.DataObject, how: str) -> None:
    event = data.draw(agent_events(function.group))
    with aws_answers(function, behave(how, function.group)), logs_of(function) as log:
        response = function(event, LambdaContext())
    body = check(response, log.getvalue())

    if not (isinstance(event, dict) and ("messageVersion" in event or "actionGroup" in event)):
        assert body["error"]["code"] in ("unsupported_event", "event_too_large")
        return
    inner = response["response"]
    assert response["messageVersion"] == "1.0"
    for key in ("actionGroup", "function"):
        assert inner[key] in (event.get(key), "")
    for key in ("sessionAttributes", "promptSessionAttributes"):
        if key in response:
            assert response[key] == event[key]
    expected = {"REPROMPT", "FAILURE"} if "error" in body else {None}
    assert inner["functionResponse"].get("responseState") in expected


@EXAMPLES
@given(data=st.data(), how=st.sampled_from(AWS_BEHAVIOURS))
def test_agentcore_gateway(function: Function, data: st.DataObject, how: str) -> None:
    tool, event = data.draw(gateway_calls(function.group))
    context = gateway_context(tool, data.draw(headers()))
    with aws_answers(function, behave(how, function.group)), logs_of(function) as log:
        response = function(event, context)
    assert "messageVersion" not in response
    check(response, log.getvalue())


@pytest.mark.parametrize("how", AWS_BEHAVIOURS)
def test_every_tool_survives_every_behaviour_of_aws(function: Function, how: str) -> None:
    for tool in function.group.tools:
        arguments = dict(arguments_of(tool))
        event = {"messageVersion": "1.0", "function": tool.name, "parameters": as_parameters(arguments)}
        for sent, context in ((event, LambdaContext()), (arguments, gateway_context(tool.name))):
            with aws_answers(function, behave(how, function.group)) as aws, logs_of(function) as log:
                body = check(function(sent, context), log.getvalue())
            assert bool(aws.requests) == (tool.name not in WITHOUT_AWS)
            if aws.requests and how in ("denied", "raises"):
                code = "service_unavailable" if how == "denied" else "internal_error"
                assert body["error"]["code"] == code


def test_answers_that_have_to_be_cut_are_among_those_that_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    # Directed, because a fuzzer comes by such an answer only with luck.
    monkeypatch.setattr(dispatch, "fitted", lambda body, reply: reply(body))
    too_large = set()
    for group in TOOL_GROUPS:
        function = load(group.name)
        for tool in group.tools:
            parameters = as_parameters(dict(arguments_of(tool)))
            with aws_answers(function, behave("huge", group)), logs_of(function):
                response = function(agent_event(tool.name, [], parameters=parameters), LambdaContext())
            if len(json.dumps(response, ensure_ascii=False).encode()) > MAX_ANSWER_BYTES:
                too_large.add(tool.name)
    assert {"list_my_requests", "translate_text", "search_documents"} <= too_large


def test_every_tool_succeeds_when_all_is_well(function: Function) -> None:
    failed = {}
    for tool in function.group.tools:
        arguments = dict(arguments_of(tool))
        event = {"messageVersion": "1.0", "function": tool.name, "parameters": as_parameters(arguments)}
        for sent, context in ((event, LambdaContext()), (arguments, gateway_context(tool.name))):
            with aws_answers(function, soundly(function)), logs_of(function) as log:
                body = check(function(sent, context), log.getvalue())
            if "error" in body:
                failed[tool.name] = body["error"]["code"]
    assert failed == {}


def test_nothing_is_asked_of_aws_for_refused_input(function: Function) -> None:
    with aws_answers(function, lambda request: json_answer({})) as aws:
        for tool in function.group.tools:
            response = function({"surprise": "x"}, gateway_context(tool.name))
            assert response["error"]["code"] == "invalid_input"
    assert aws.requests == []


def test_a_log_line_has_only_these_fields(function: Function) -> None:
    event = {"messageVersion": "1.0", "function": function.group.tools[0].name, "sessionId": USER_TEXT}
    with aws_answers(function, behave("raises", function.group)), logs_of(function) as log:
        function(event, LambdaContext())
    powertools = {"level", "location", "message", "timestamp", "service", "taskName"}
    ours = {"correlation_id", "engine", "tool", "session", "outcome", "duration_ms", "error_type", "where"}
    assert json.loads(log.getvalue()).keys() <= powertools | ours


def test_clients_give_up_soon(function: Function) -> None:
    """What has scaled to zero starts first: a serverless endpoint, which is asked once, and a vector store."""
    slow = {"predict": (1, 60, 1), "document_search": (1, 55, 2)}
    bounds = slow.get(function.group.name, (1, 5, 2))
    configs = [client.meta.config for client in function.clients]
    found = [(each.connect_timeout, each.read_timeout, each.retries["total_max_attempts"]) for each in configs]
    assert found == [bounds] * len(configs)
