"""Bedrock Agents: build time, and questions that end in a real function call."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.doors import Client
from tests.local_aws.services.bedrock.test_guardrails import config
from tests.local_aws.services.bedrock_agent.test_knowledge_base import ingest, s3_vectors_storage, store_documents
from tests.local_aws.services.bedrock_agent.test_knowledge_base import made as knowledge_base
from tests.local_aws.support import FUNCTION, ROLE, MemoryBackend

FUNCTIONS = [
    {"name": "get_agenda", "description": "Gives the agenda of the workshop."},
    {
        "name": "request_helper",
        "description": "Asks a lab helper to come.",
        "requireConfirmation": "ENABLED",
        "parameters": {"topic": {"type": "string", "required": True, "description": "What for."}},
    },
    {
        "name": "predict",
        "description": "Predicts with the model.",
        "parameters": {"features": {"type": "array", "required": True}},
    },
]


def said(event: Any, **more: Any) -> dict[str, Any]:
    """An action group's answer that repeats its parameters."""
    body = json.dumps({"of": event["function"], "parameters": event["parameters"]}, ensure_ascii=False)
    response = {"responseBody": {"TEXT": {"body": body}}, **more}
    named = {"actionGroup": event["actionGroup"], "function": event["function"]}
    return {"messageVersion": "1.0", "response": {**named, "functionResponse": response}}


@pytest.fixture
def agent(client: Client) -> dict[str, str]:
    build = client("bedrock-agent")
    guardrail = client("bedrock").create_guardrail(**config())["guardrailId"]
    agent_id = build.create_agent(
        agentName="assistant",
        foundationModel="apac.amazon.nova-lite-v1:0",
        instruction="Help the attendees of the workshop with everything.",
        agentResourceRoleArn=ROLE,
        guardrailConfiguration={"guardrailIdentifier": guardrail, "guardrailVersion": "DRAFT"},
    )["agent"]["agentId"]
    build.create_agent_action_group(
        agentId=agent_id,
        agentVersion="DRAFT",
        actionGroupName="desk",
        actionGroupExecutor={"lambda": FUNCTION},
        functionSchema={"functions": FUNCTIONS},
    )
    build.prepare_agent(agentId=agent_id)
    alias = build.create_agent_alias(agentId=agent_id, agentAliasName="live")["agentAlias"]["agentAliasId"]
    return {"agentId": agent_id, "agentAliasId": alias}


Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(client: Client, agent: dict[str, str]) -> Ask:
    def asking(question: str = "", **more: Any) -> list[dict[str, Any]]:
        text = {"inputText": question} if question else {}
        stream = client("bedrock-agent-runtime").invoke_agent(**agent, sessionId="session", **text, **more)
        return list(stream["completion"])

    return asking


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event["chunk"]["bytes"].decode() for event in events if "chunk" in event)


def test_function_is_called_with_the_documented_event_and_its_data_is_the_answer(
    ask: Ask, agent: dict[str, str], backend: MemoryBackend
) -> None:
    backend.functions[FUNCTION] = lambda event, _: said(event)
    attributes = {"sessionAttributes": {"attendee": "att-07"}, "promptSessionAttributes": {"tone": "kind"}}
    text = text_of(ask("Please predict for 1, 2.5, 3", sessionState=attributes))
    assert backend.invocations == [
        (
            FUNCTION,
            {
                "messageVersion": "1.0",
                "agent": {"name": "assistant", "id": agent["agentId"], "alias": agent["agentAliasId"], "version": "1"},
                "inputText": "Please predict for 1, 2.5, 3",
                "sessionId": "session",
                "actionGroup": "desk",
                "function": "predict",
                "parameters": [{"name": "features", "type": "array", "value": "[1, 2.5, 3]"}],
                "sessionAttributes": {"attendee": "att-07"},
                "promptSessionAttributes": {"tone": "kind"},
            },
            None,
        )
    ]
    assert '"value": "[1, 2.5, 3]"' in text
    assert "no language model" in text


def test_session_keeps_its_attributes_until_it_ends(ask: Ask, backend: MemoryBackend) -> None:
    backend.functions[FUNCTION] = lambda event, _: {**said(event), "sessionAttributes": {"seen": "yes"}}
    ask("agenda", sessionState={"sessionAttributes": {"attendee": "att-07"}})
    ask("agenda")
    ask("agenda", endSession=True)
    ask("agenda")
    carried = [payload["sessionAttributes"] for _, payload, _ in backend.invocations]
    both = {"attendee": "att-07", "seen": "yes"}
    assert carried == [{"attendee": "att-07"}, both, both, {}]


def test_guardrail_stops_the_question_before_any_tool(ask: Ask, backend: MemoryBackend) -> None:
    backend.functions[FUNCTION] = lambda event, _: said(event)
    events = ask("the agenda of one", enableTrace=True)
    assert text_of(events) == "not asked"
    assert events[0]["trace"]["trace"]["guardrailTrace"]["action"] == "INTERVENED"
    assert backend.invocations == []


def test_guardrail_stops_what_a_tool_says(ask: Ask, backend: MemoryBackend) -> None:
    def leak(event: Any, _: Any) -> Any:
        answer = said(event)
        answer["response"]["functionResponse"]["responseBody"]["TEXT"]["body"] = "one"
        return answer

    backend.functions[FUNCTION] = leak
    assert text_of(ask("agenda")) == "not said"


def test_trace_shows_call_and_observation_and_only_if_asked_for(ask: Ask, backend: MemoryBackend) -> None:
    backend.functions[FUNCTION] = lambda event, _: said(event)
    traces = [event["trace"]["trace"]["orchestrationTrace"] for event in ask("agenda", enableTrace=True)[:-1]]
    assert traces[0]["invocationInput"]["actionGroupInvocationInput"]["function"] == "get_agenda"
    assert "get_agenda" in traces[1]["observation"]["actionGroupInvocationOutput"]["text"]
    assert [next(iter(event)) for event in ask("agenda")] == ["chunk"]


@pytest.mark.parametrize(("state", "called"), [("CONFIRM", 1), ("DENY", 0)])
def test_tool_that_needs_a_yes_waits_for_it(ask: Ask, backend: MemoryBackend, state: str, called: int) -> None:
    backend.functions[FUNCTION] = lambda event, _: said(event)
    (event,) = ask("Send a lab helper: it hangs")
    asked = event["returnControl"]["invocationInputs"][0]["functionInvocationInput"]
    assert asked["actionInvocationType"] == "USER_CONFIRMATION"
    assert asked["parameters"] == [{"name": "topic", "type": "string", "value": "it hangs"}]
    assert backend.invocations == []
    result = {"actionGroup": "desk", "function": "request_helper", "confirmationState": state}
    yes = {
        "invocationId": event["returnControl"]["invocationId"],
        "returnControlInvocationResults": [{"functionResult": result}],
    }
    assert text_of(ask(sessionState=yes))
    assert len(backend.invocations) == called
    with pytest.raises(ClientError, match="waits"):
        ask(sessionState=yes)


@pytest.mark.parametrize(
    "broken",
    [
        lambda event, _: {"statusCode": 200},
        lambda event, _: {**said(event), "messageVersion": "2.0"},
        lambda event, _: said({**event, "function": "another"}),
        lambda event, _: said(event, responseState="FAILURE"),
        lambda event, _: said({**event, "parameters": "x" * 30_000}),
        lambda event, _: 1 // 0,
        None,
    ],
)
def test_function_that_fails_or_answers_wrongly_ends_the_turn(
    ask: Ask, backend: MemoryBackend, client: Client, broken: Any
) -> None:
    if broken:
        backend.functions[FUNCTION] = broken
    with pytest.raises(client("bedrock-agent-runtime").exceptions.DependencyFailedException):
        ask("agenda")


def test_without_a_fitting_tool_the_documents_answer_with_their_source(
    client: Client, agent: dict[str, str], backend: MemoryBackend
) -> None:
    build = client("bedrock-agent")
    store_documents(backend)
    ids = knowledge_base(client, s3_vectors_storage(client))
    ingest(client, ids)
    build.associate_agent_knowledge_base(
        agentId=agent["agentId"], agentVersion="DRAFT", knowledgeBaseId=ids["knowledgeBaseId"], description="Documents"
    )
    build.prepare_agent(agentId=agent["agentId"])
    build.update_agent_alias(**agent, agentAliasName="live")
    stream = client("bedrock-agent-runtime").invoke_agent(**agent, sessionId="s-2", inputText="RAG passages?")
    (event,) = stream["completion"]
    assert "vector search finds" in event["chunk"]["bytes"].decode()
    reference = event["chunk"]["attribution"]["citations"][0]["retrievedReferences"][0]
    assert reference["location"]["s3Location"]["uri"] == "s3://bkt/docs/en/rag.md"


def test_alias_keeps_its_version_until_it_is_updated(client: Client, agent: dict[str, str]) -> None:
    build = client("bedrock-agent")
    with pytest.raises(build.exceptions.ConflictException, match="action group"):
        build.create_agent_action_group(agentId=agent["agentId"], agentVersion="DRAFT", actionGroupName="desk")
    group = build.list_agent_action_groups(agentId=agent["agentId"], agentVersion="DRAFT")["actionGroupSummaries"][0]
    build.update_agent_action_group(
        agentId=agent["agentId"],
        agentVersion="DRAFT",
        actionGroupId=group["actionGroupId"],
        actionGroupName="desk",
        actionGroupState="DISABLED",
    )
    assert build.get_agent(agentId=agent["agentId"])["agent"]["agentStatus"] == "NOT_PREPARED"
    with pytest.raises(build.exceptions.ValidationException, match="prepare"):
        build.update_agent_alias(**agent, agentAliasName="live")
    build.prepare_agent(agentId=agent["agentId"])

    def states(version: str) -> list[str]:
        listed = build.list_agent_action_groups(agentId=agent["agentId"], agentVersion=version)
        return [each["actionGroupState"] for each in listed["actionGroupSummaries"]]

    assert (states("1"), states("DRAFT")) == (["ENABLED"], ["DISABLED"])
    moved = build.update_agent_alias(**agent, agentAliasName="live")["agentAlias"]
    assert moved["routingConfiguration"] == [{"agentVersion": "2"}]
    assert states("2") == ["DISABLED"]


def test_agent_goes_only_without_aliases_or_when_told_to(client: Client, agent: dict[str, str]) -> None:
    build = client("bedrock-agent")
    aliases = build.list_agent_aliases(agentId=agent["agentId"])["agentAliasSummaries"]
    assert {each["agentAliasId"] for each in aliases} == {"TSTALIASID", agent["agentAliasId"]}
    with pytest.raises(build.exceptions.ConflictException, match="active aliases"):
        build.delete_agent(agentId=agent["agentId"])
    build.delete_agent_alias(**agent)
    build.delete_agent(agentId=agent["agentId"])
    with pytest.raises(build.exceptions.ResourceNotFoundException):
        build.get_agent_version(agentId=agent["agentId"], agentVersion="1")


def test_unprepared_draft_does_not_answer(client: Client, agent: dict[str, str]) -> None:
    client("bedrock-agent").update_agent(
        agentId=agent["agentId"],
        agentName="assistant",
        foundationModel="apac.amazon.nova-lite-v1:0",
        agentResourceRoleArn=ROLE,
    )
    with pytest.raises(ClientError, match="not prepared"):
        client("bedrock-agent-runtime").invoke_agent(
            agentId=agent["agentId"], agentAliasId="TSTALIASID", sessionId="s-1", inputText="agenda"
        )
