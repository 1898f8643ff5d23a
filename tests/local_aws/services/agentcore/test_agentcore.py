"""AgentCore: harness, gateway, memory; the guardrail in both directions; the function's real event."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.doors import Client
from tests.local_aws.services.bedrock.test_guardrails import config
from tests.local_aws.support import FUNCTION, ROLE, Clock, MemoryBackend

SESSION = "session-" + "0" * 32
AGENDA = {
    "name": "get_agenda",
    "description": "Gives the agenda of the workshop.",
    "inputSchema": {
        "type": "object",
        "properties": {"part": {"type": "string", "description": "One of: welcome, break."}},
    },
}
CREDENTIALS = [{"credentialProviderType": "GATEWAY_IAM_ROLE"}]


def target_of(*tools: dict[str, Any]) -> dict[str, Any]:
    return {"mcp": {"lambda": {"lambdaArn": FUNCTION, "toolSchema": {"inlinePayload": list(tools)}}}}


@pytest.fixture
def deployed(client: Client) -> dict[str, str]:
    control = client("bedrock-agentcore-control")
    guardrail = client("bedrock").create_guardrail(**config())["guardrailId"]
    gateway = control.create_gateway(name="ws-1", roleArn=ROLE, protocolType="MCP", authorizerType="AWS_IAM")
    target = control.create_gateway_target(
        gatewayIdentifier=gateway["gatewayId"],
        name="workshop-desk",
        targetConfiguration=target_of(AGENDA),
        credentialProviderConfigurations=CREDENTIALS,
    )
    memory = control.create_memory(name="ws_1", eventExpiryDuration=7)["memory"]
    guarded = {"guardrailConfig": {"guardrailIdentifier": guardrail, "guardrailVersion": "DRAFT"}}
    harness = control.create_harness(
        harnessName="ws_1",
        executionRoleArn=ROLE,
        model={"bedrockModelConfig": {"modelId": "apac.amazon.nova-lite-v1:0", "additionalParams": guarded}},
        tools=[
            {
                "type": "agentcore_gateway",
                "name": "workshop",
                "config": {"agentCoreGateway": {"gatewayArn": gateway["gatewayArn"]}},
            }
        ],
        memory={"agentCoreMemoryConfiguration": {"arn": memory["arn"], "messagesCount": 20}},
    )["harness"]
    return {
        "harness": harness["arn"],
        "harnessId": harness["harnessId"],
        "gateway": gateway["gatewayId"],
        "target": target["targetId"],
        "memory": memory["id"],
    }


Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(client: Client, deployed: dict[str, str]) -> Ask:
    def asking(question: str, **more: Any) -> list[dict[str, Any]]:
        answer = client("bedrock-agentcore").invoke_harness(
            harnessArn=deployed["harness"],
            runtimeSessionId=SESSION,
            messages=[{"role": "user", "content": [{"text": question}]}],
            **more,
        )
        return list(answer["stream"])

    return asking


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event.get("contentBlockDelta", {}).get("delta", {}).get("text", "") for event in events)


def stops(events: list[dict[str, Any]]) -> list[str]:
    return [event["messageStop"]["stopReason"] for event in events if "messageStop" in event]


def test_tool_is_called_with_the_gateways_event_and_its_data_is_the_answer(
    ask: Ask, deployed: dict[str, str], backend: MemoryBackend
) -> None:
    backend.functions[FUNCTION] = lambda event, _: {"agenda": [{"title": "Giải lao", "asked": event}]}
    events = ask("When is the break on the agenda?")
    ((name, payload, context),) = backend.invocations
    assert (name, payload) == (FUNCTION, {"part": "break"})
    custom = context["custom"]
    assert custom["bedrockAgentCoreToolName"] == "workshop-desk___get_agenda"
    assert custom["bedrockAgentCoreGatewayId"] == deployed["gateway"]
    assert custom["bedrockAgentCoreTargetId"] == deployed["target"]
    assert '"title": "Giải lao"' in text_of(events)
    assert stops(events) == ["tool_use", "tool_result", "end_turn"]
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    results = [delta["toolResult"] for delta in deltas if "toolResult" in delta]
    assert results == [[{"json": {"agenda": [{"title": "Giải lao", "asked": {"part": "break"}}]}}]]


def test_guardrail_judges_question_and_answer(ask: Ask, backend: MemoryBackend) -> None:
    backend.functions[FUNCTION] = lambda event, _: {"agenda": "one"}
    stopped = ask("the agenda of one")
    assert (text_of(stopped), stops(stopped)) == ("not asked", ["content_filtered"])
    assert backend.invocations == []
    held_back = ask("agenda")
    assert (text_of(held_back), stops(held_back)[-1]) == ("not said", "content_filtered")


@pytest.mark.parametrize(
    ("allowed", "used"),
    [
        (None, ["shell"]),
        (["*"], ["shell"]),
        (["@builtin"], ["shell"]),
        (["@builtin/shell"], ["shell"]),
        (["shell"], ["shell"]),
        (["@builtin/file_operations"], []),
        (["@workshop"], []),
    ],
)
def test_every_session_has_a_shell_unless_it_is_left_out(
    ask: Ask, client: Client, deployed: dict[str, str], allowed: list[str] | None, used: list[str]
) -> None:
    if allowed:
        control = client("bedrock-agentcore-control")
        control.update_harness(harnessId=deployed["harnessId"], allowedTools=allowed)
    events = ask("Use your shell to execute a command: id")
    starts = [event["contentBlockStart"]["start"] for event in events if "contentBlockStart" in event]
    assert [start["toolUse"]["name"] for start in starts if "toolUse" in start] == used


def test_allowed_tools_are_those_of_the_gateway(ask: Ask, backend: MemoryBackend) -> None:
    backend.functions[FUNCTION] = lambda event, _: {"agenda": "of the gateway"}
    for allowed in ("@workshop", "@workshop/workshop-desk___get_agenda", "workshop-desk___get_agenda"):
        assert "of the gateway" in text_of(ask("agenda", allowedTools=[allowed])), allowed
    assert "of the gateway" not in text_of(ask("agenda", allowedTools=["@another"]))


@pytest.mark.parametrize("broken", [None, lambda event, _: 1 // 0])
def test_function_that_fails_is_an_error_for_the_model_to_read(ask: Ask, backend: MemoryBackend, broken: Any) -> None:
    if broken:
        backend.functions[FUNCTION] = broken
    events = ask("agenda")
    starts = [event["contentBlockStart"]["start"] for event in events if "contentBlockStart" in event]
    assert [start["toolResult"]["status"] for start in starts if "toolResult" in start] == ["error"]
    assert stops(events)[-1] == "end_turn"


def test_conversation_is_in_the_memory_until_its_days_are_over(
    ask: Ask, client: Client, deployed: dict[str, str], backend: MemoryBackend, clock: Clock
) -> None:
    backend.functions[FUNCTION] = lambda event, _: {"agenda": []}
    ask("agenda", actorId="att-07")
    ask("who are you", actorId="att-07")
    memory = client("bedrock-agentcore")
    where = {"memoryId": deployed["memory"], "actorId": "att-07", "sessionId": SESSION}
    assert [each["actorId"] for each in memory.list_actors(memoryId=deployed["memory"])["actorSummaries"]] == ["att-07"]
    pages = memory.get_paginator("list_events").paginate(**where, PaginationConfig={"PageSize": 1})
    events = [event for page in pages for event in page["events"]]
    said = [[part["conversational"]["content"]["text"] for part in event["payload"]] for event in events]
    assert [each[0] for each in said] == ["who are you", "agenda"]
    assert "get_agenda" in said[1][1]
    memory.delete_event(**where, eventId=events[0]["eventId"])
    with pytest.raises(memory.exceptions.ResourceNotFoundException):
        memory.get_event(**where, eventId=events[0]["eventId"])
    assert memory.get_event(**where, eventId=events[1]["eventId"])["event"]["payload"] == events[1]["payload"]
    clock.pass_by(7 * 24 * 3600)
    assert memory.list_events(**where)["events"] == []
    assert memory.list_sessions(memoryId=deployed["memory"], actorId="att-07")["sessionSummaries"] == []


def test_memory_of_the_same_name_begins_empty(client: Client) -> None:
    control, data = client("bedrock-agentcore-control"), client("bedrock-agentcore")

    def fresh() -> str:
        return str(control.create_memory(name="same", eventExpiryDuration=7)["memory"]["id"])

    first = fresh()
    payload = [{"conversational": {"role": "USER", "content": {"text": "hi"}}}]
    when = datetime(2026, 11, 28, tzinfo=UTC)
    event = data.create_event(memoryId=first, actorId="a", sessionId="s", eventTimestamp=when, payload=payload)["event"]
    assert event["payload"] == payload
    control.delete_memory(memoryId=first)
    with pytest.raises(data.exceptions.ResourceNotFoundException):
        data.list_events(memoryId=first, actorId="a", sessionId="s")
    assert data.list_events(memoryId=fresh(), actorId="a", sessionId="s")["events"] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"credentialProviderConfigurations": None}, "CredentialProviderConfigurations"),
        ({"targetConfiguration": {"mcp": {"openApiSchema": {"inlinePayload": "{}"}}}}, "Lambda targets only"),
        ({"targetConfiguration": target_of()}, "inline"),
        ({"name": "workshop-desk"}, "already exists"),
        ({"name": "under_score"}, "name"),
    ],
)
def test_targets_that_are_refused(client: Client, deployed: dict[str, str], wrong: dict[str, Any], why: str) -> None:
    good = {"name": "b", "targetConfiguration": target_of(AGENDA), "credentialProviderConfigurations": CREDENTIALS}
    with pytest.raises(ClientError, match=why):
        client("bedrock-agentcore-control").create_gateway_target(
            gatewayIdentifier=deployed["gateway"], **{name: value for name, value in (good | wrong).items() if value}
        )


def test_only_headers_that_the_target_lets_through_reach_the_function(
    client: Client, deployed: dict[str, str], all_of_them: Any, backend: MemoryBackend
) -> None:
    backend.functions[FUNCTION] = lambda event, _: {}
    client("bedrock-agentcore-control").update_gateway_target(
        gatewayIdentifier=deployed["gateway"],
        targetId=deployed["target"],
        name="workshop-desk",
        targetConfiguration=target_of(AGENDA),
        credentialProviderConfigurations=CREDENTIALS,
        metadataConfiguration={"allowedRequestHeaders": ["X-Workshop-Attendee"]},
    )
    path = f"/_agentcore/gateways/ap-southeast-1/{deployed['gateway']}/mcp"
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"workshop-desk___get_agenda"}}'
    headers = {"x-workshop-attendee": "att-07", "authorization": "secret"}
    assert all_of_them.handle("POST", path, headers, body)[0] == 200
    ((_, _, context),) = backend.invocations
    assert context["custom"]["bedrockAgentCorePropagatedHeaders"] == {"x-workshop-attendee": "att-07"}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b'{"jsonrpc":"2.0","method":"notifications/initialized"}', 202)]
)
def test_mcp_messages_without_an_answer(all_of_them: Any, deployed: dict[str, str], body: bytes, status: int) -> None:
    path = f"/_agentcore/gateways/ap-southeast-1/{deployed['gateway']}/mcp"
    assert all_of_them.handle("POST", path, {}, body)[0] == status
    assert all_of_them.handle("GET", path, {}, b"")[0] == 405


def test_update_takes_the_wrapped_form_and_makes_a_version(client: Client, deployed: dict[str, str]) -> None:
    control = client("bedrock-agentcore-control")
    changed = control.update_harness(
        harnessId=deployed["harnessId"], memory={"optionalValue": {"disabled": {}}}, maxIterations=3
    )["harness"]
    assert (changed["memory"], changed["maxIterations"], changed["harnessVersion"]) == ({"disabled": {}}, 3, "2")
    assert changed["harnessId"] == deployed["harnessId"]
    assert changed["tools"]


def test_order_of_removal(client: Client, deployed: dict[str, str]) -> None:
    control = client("bedrock-agentcore-control")
    with pytest.raises(control.exceptions.ConflictException, match="GatewayTarget"):
        control.delete_gateway(gatewayIdentifier=deployed["gateway"])
    control.delete_gateway_target(gatewayIdentifier=deployed["gateway"], targetId=deployed["target"])
    control.delete_gateway(gatewayIdentifier=deployed["gateway"])
    control.delete_harness(harnessId=deployed["harnessId"])
    control.delete_memory(memoryId=deployed["memory"])
    left = [
        control.list_gateways()["items"],
        control.list_harnesses()["harnesses"],
        control.list_memories()["memories"],
    ]
    assert left == [[], [], []]
