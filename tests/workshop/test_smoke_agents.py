"""What an agent did is read rightly from both engines' events, and judged by the tool's own data."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_src.common.dispatch import Caller
from lambda_src.workshop_desk.definition import GetAgenda
from lambda_src.workshop_desk.logic import Desk
from tests.workshop.canned_aws import Answer
from tests.workshop.test_smoke import CONFIG, named, result_of
from workshop.smoke import agentcore, bedrock_agents
from workshop.smoke.check import CheckFailedError
from workshop.smoke.scenarios import AgentTurn, document_search, judge, scenarios, tool_data

BY_TOOL = {scenario.tool: scenario for scenario in scenarios(True)}
AGENDA = json.dumps(Desk(None, "t").get_agenda(GetAgenda(part="break"), Caller("guest", "")), ensure_ascii=False)
REQUESTED = '{"request_id": "ab12", "status": "requested"}'


def test_the_agenda_tool_itself_gives_the_evidence() -> None:
    assert tool_data(BY_TOOL["get_agenda"], AGENDA) == ["10:30"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"error": {"code": "internal_error"}}',
        '{"agenda": []}',
        "no JSON",
        "[]",
        "null",
        '{"agenda": [{"part": "break"}]}',
    ],
)
def test_a_tool_that_failed_or_says_nothing_is_not_evidence(answer: str) -> None:
    with pytest.raises(CheckFailedError, match="get_agenda answered"):
        tool_data(BY_TOOL["get_agenda"], answer)


@pytest.mark.parametrize(
    ("tools", "text", "says"),
    [
        ((), "The break starts at 10:30.", "did not use get_agenda but no tool"),
        ((("language___translate_text", AGENDA),), "10:30", "did not use get_agenda"),
        ((("workshop-desk___get_agenda", '{"error": {}}'),), "10:30", "get_agenda answered"),
        ((("workshop-desk___get_agenda", AGENDA),), "The break starts at 110:304.", "is not in the agent's answer"),
    ],
    ids=["no tool", "another tool", "tool failed", "answer without the data"],
)
def test_a_turn_without_the_tools_own_data_fails(tools: tuple[tuple[str, str], ...], text: str, says: str) -> None:
    with pytest.raises(CheckFailedError, match=says):
        judge(BY_TOOL["get_agenda"], AgentTurn(tools, text))


@pytest.mark.parametrize(
    ("scenario", "answer", "text"),
    [
        ("get_agenda", AGENDA, "Giờ giải lao bắt đầu lúc 10:30."),
        ("request_helper", REQUESTED, "Your request was sent."),
        ("list_my_requests", '{"requests": []}', "You have no open requests."),
        (
            "translate_text",
            '{"translation": "Hello everyone!", "source_language": "vi", "target_language": "en"}',
            "It means: hello everyone.",
        ),
        ("detect_language", '{"languages": [{"language": "vi", "score": 0.99}]}', "This text is Vietnamese."),
    ],
)
def test_a_good_turn_passes(scenario: str, answer: str, text: str) -> None:
    judge(BY_TOOL[scenario], AgentTurn(((scenario, answer),), text))


@pytest.mark.parametrize(("source", "passes"), [("house-rules.md", True), ("faq.md", False)])
def test_a_search_is_judged_by_the_document_that_it_found(source: str, passes: bool) -> None:
    turn = AgentTurn((("search_documents", json.dumps({"passages": [{"source": source}]})),), f"See {source}.")
    if passes:
        judge(document_search(), turn)
        return
    with pytest.raises(CheckFailedError, match="search_documents answered"):
        judge(document_search(), turn)


@pytest.mark.parametrize(
    ("answer", "text", "passes"),
    [
        (0.94, "The probability is 0.94.", True),
        (0.94, "The probability is 0.9426109790802002.", True),
        (0.94, "About 94%.", True),
        (0.94, "About 50%.", False),
        (0.5, "0.94", False),
    ],
)
def test_a_prediction_is_judged_by_its_number(answer: float, text: str, passes: bool) -> None:
    expected = 0.9426109790802002
    scenario = BY_TOOL["predict"]
    turn = AgentTurn((("predict", json.dumps({"prediction": expected if answer == 0.94 else answer})),), text)
    if passes:
        judge(scenario, turn)
        return
    with pytest.raises(CheckFailedError):
        judge(scenario, turn)


# AgentCore


def harness_events(tool: str, result: dict[str, Any], text: str) -> Iterator[dict[str, Any]]:
    yield {"messageStart": {"role": "assistant"}}
    yield {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "I look it up."}}}
    yield {"contentBlockStart": {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "u1", "name": tool}}}}
    yield {"contentBlockDelta": {"contentBlockIndex": 1, "delta": {"toolUse": {"input": "{}"}}}}
    yield {"messageStop": {"stopReason": "tool_use"}}
    yield {"contentBlockStart": {"contentBlockIndex": 0, "start": {"toolResult": {"toolUseId": "u1"}}}}
    yield {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"toolResult": [result]}}}
    yield {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": text[:5]}}}
    yield {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": text[5:]}}}
    yield {"messageStop": {"stopReason": "end_turn"}}


@pytest.mark.parametrize("result", [{"text": AGENDA}, {"json": json.loads(AGENDA)}], ids=["text", "json"])
def test_a_harness_turn_has_tools_results_and_final_text(result: dict[str, Any]) -> None:
    turn = agentcore.read_turn(harness_events("workshop-desk___get_agenda", result, "It starts at 10:30."))
    [(name, answer)] = turn.tools
    assert name == "workshop-desk___get_agenda"
    assert json.loads(answer) == json.loads(AGENDA)
    assert turn.text == "It starts at 10:30."


HARNESS = {
    "harnessId": "ws_1-abcdefghij",
    "harnessName": "ws_1",
    "arn": "arn:aws:bedrock-agentcore:ap-southeast-1:111122223333:harness/ws_1-abcdefghij",
    "status": "READY",
    "executionRoleArn": "arn:aws:iam::111122223333:role/r",
    "createdAt": datetime(2026, 11, 28, tzinfo=UTC),
    "updatedAt": datetime(2026, 11, 28, tzinfo=UTC),
    "model": {"bedrockModelConfig": {"modelId": "m"}},
    "systemPrompt": [],
    "tools": [{"type": "agentcore_gateway", "name": "workshop"}],
    "skills": [],
    "truncation": {"strategy": "none"},
    "environment": {
        "agentCoreRuntimeEnvironment": {
            "agentRuntimeArn": "arn:aws:bedrock-agentcore:ap-southeast-1:111122223333:runtime/r",
            "agentRuntimeName": "ws_1",
            "agentRuntimeId": "ws_1-abcdefghij",
            "lifecycleConfiguration": {},
            "networkConfiguration": {"networkMode": "PUBLIC"},
        }
    },
}


@pytest.mark.parametrize(
    ("allowed", "used", "says"),
    [
        (["@workshop"], "workshop-desk___get_agenda", None),
        ([], "workshop-desk___get_agenda", r"the harness allows \*"),
        (["@workshop", "@builtin/shell"], "workshop-desk___get_agenda", "the harness allows @builtin/shell"),
        (["@workshop"], "shell", "asked for a shell, the agent used shell"),
    ],
)
def test_a_shell_is_found_in_the_harness_and_in_what_the_agent_does(
    allowed: list[str], used: str, says: str | None
) -> None:
    answers: dict[str, Answer] = {
        "bedrock-agentcore-control.GetHarness": lambda given: {"harness": {**HARNESS, "allowedTools": allowed}},
        "bedrock-agentcore.InvokeHarness": lambda given: {"stream": harness_events(used, {"text": "x"}, "I cannot.")},
    }
    result = result_of(named(agentcore.checks(CONFIG), "no shell"), answers)
    assert result.passed is (says is None), result.detail
    assert says is None or re.search(says, result.detail)


# Bedrock Agents


def trace(**step: Any) -> dict[str, Any]:
    return {"trace": {"trace": {"orchestrationTrace": step}}}


def agent_events(function: str, result: str, *texts: str) -> list[dict[str, Any]]:
    called = {"actionGroupName": "g", "function": function}
    return [
        trace(rationale={"text": "I need the tool."}),
        trace(invocationInput={"actionGroupInvocationInput": called}),
        trace(observation={"actionGroupInvocationOutput": {"text": result}}),
        *({"chunk": {"bytes": text.encode()}} for text in texts),
    ]


def test_an_agents_turn_has_functions_results_and_text() -> None:
    turn = bedrock_agents.read_turn(agent_events("get_agenda", AGENDA, "Bắt đầu ", "lúc 10:30."))
    assert turn == AgentTurn((("get_agenda", AGENDA),), "Bắt đầu lúc 10:30.")


def conversation(*answers: list[dict[str, Any]]) -> tuple[Answer, list[dict[str, Any]]]:
    """InvokeAgent that answers one after the other, and the list of what it was given."""
    given_calls: list[dict[str, Any]] = []
    left = iter(answers)

    def invoke(given: dict[str, Any]) -> dict[str, Any]:
        given_calls.append(given)
        return {"completion": next(left), "contentType": "application/json", "sessionId": given["sessionId"]}

    return invoke, given_calls


ASKS = {
    "returnControl": {
        "invocationId": "i1",
        "invocationInputs": [
            {
                "functionInvocationInput": {
                    "actionGroup": "workshop_desk",
                    "function": "request_helper",
                    "actionInvocationType": "USER_CONFIRMATION",
                    "agentId": "AGENT",
                }
            }
        ],
    }
}


def test_a_confirmation_is_given_and_the_request_is_withdrawn() -> None:
    invoke, given = conversation([ASKS], agent_events("request_helper", REQUESTED, "Your request was sent."))
    deleted: list[dict[str, Any]] = []

    def delete(params: dict[str, Any]) -> dict[str, Any]:
        deleted.append(params["Key"])
        return {"Attributes": params["Key"]}

    check = named(bedrock_agents.checks(CONFIG), "request_helper")
    issued: list[dict[str, Any]] = []

    def put(params: dict[str, Any]) -> dict[str, Any]:
        issued.append(params["Item"])
        return {}

    table = {"dynamodb.DeleteItem": delete, "dynamodb.PutItem": put}
    result = result_of(check, {"bedrock-agent-runtime.InvokeAgent": invoke, **table})
    assert result.passed, result
    [ticket] = issued
    assert ticket["person"] == {"S": "smoke-check"}
    told = given[0]["sessionState"]["sessionAttributes"]["ticket"]
    assert ticket["owner"] == {"S": f"ticket#{hashlib.sha256(told.encode()).hexdigest()}"}
    assert given[0]["sessionId"] == given[1]["sessionId"]
    [confirmed] = given[1]["sessionState"]["returnControlInvocationResults"]
    assert confirmed["functionResult"]["confirmationState"] == "CONFIRM"
    assert confirmed["functionResult"]["function"] == "request_helper"
    assert deleted == [{"owner": {"S": "smoke-check"}, "request_id": {"S": "ab12"}}]


def test_a_request_that_was_never_stored_fails() -> None:
    invoke, _ = conversation(agent_events("request_helper", REQUESTED, "Your request was sent."))
    check = named(bedrock_agents.checks(CONFIG), "request_helper")
    answers: dict[str, Answer] = {
        "bedrock-agent-runtime.InvokeAgent": invoke,
        "dynamodb.DeleteItem": lambda given: {},
        "dynamodb.PutItem": lambda given: {},
    }
    result = result_of(check, answers)
    assert (result.passed, "is not in the table" in result.detail) == (False, True), result


def test_an_agent_that_asks_for_ever_fails() -> None:
    invoke, given = conversation(*[[ASKS]] * 10)
    check = named(bedrock_agents.checks(CONFIG), "request_helper")
    answers: dict[str, Answer] = {"bedrock-agent-runtime.InvokeAgent": invoke, "dynamodb.PutItem": lambda given: {}}
    result = result_of(check, answers)
    assert (result.passed, "asked for a confirmation" in result.detail) == (False, True), result
    assert len(given) < 10
