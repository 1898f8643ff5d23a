"""Does each tool work through Bedrock Agents: chosen by the agent, called as an action group?"""

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from contract import Output, StackName
from lambda_src.common.identity import TICKET_ATTRIBUTE, Tickets
from stacks.config import WorkshopConfig
from workshop.smoke.check import Check, CheckFailedError
from workshop.smoke.deployed import Deployed
from workshop.smoke.desk import TABLE, withdraw_all
from workshop.smoke.scenarios import AgentTurn, Scenario, judge, scenarios, tool_data

AGENT = (StackName.BEDROCK_AGENT, Output.AGENT_ID)
ALIAS = (StackName.BEDROCK_AGENT, Output.AGENT_ALIAS_ID)
OWNER = "smoke-check"
"""Whom the tools take for the caller; no attendee has this name."""
TICKET_SECONDS = 600
MAX_CONFIRMATIONS = 3


def checks(config: WorkshopConfig) -> list[Check]:
    """One check per tool, by a question to the agent."""
    return [
        Check(f"Bedrock Agents: {scenario.tool}", (AGENT, ALIAS, TABLE), partial(_tool_works, scenario))
        for scenario in scenarios(config.features.inference)
    ]


def _tool_works(scenario: Scenario, deployed: Deployed) -> str:
    turn = _ask(deployed, scenario.question)
    judge(scenario, turn)
    withdraw_all(deployed, OWNER, turn)
    return f"called by the agent: {tool_data(scenario, turn.tools[-1][1])[0]}"


def _ask(deployed: Deployed, question: str) -> AgentTurn:
    """Ask, and confirm whatever the agent wants to have confirmed."""
    session_id = f"smoke-check-{uuid.uuid4()}"
    ticket = Tickets(deployed.client("dynamodb"), deployed.output(*TABLE)).issue(OWNER, TICKET_SECONDS)
    state = {"sessionAttributes": {TICKET_ATTRIBUTE: ticket}}
    events = latest = _invoke(deployed, session_id, state, inputText=question)
    for _ in range(MAX_CONFIRMATIONS):
        asked = next((event["returnControl"] for event in latest if "returnControl" in event), None)
        if asked is None:
            return read_turn(events)
        confirmed = {
            "invocationId": asked["invocationId"],
            "returnControlInvocationResults": [confirmation(each) for each in asked["invocationInputs"]],
        }
        latest = _invoke(deployed, session_id, confirmed)
        events = events + latest
    raise CheckFailedError(f"the agent asked for a confirmation more than {MAX_CONFIRMATIONS} times")


def _invoke(deployed: Deployed, session_id: str, state: dict[str, Any], **text: str) -> list[dict[str, Any]]:
    response = deployed.client("bedrock-agent-runtime").invoke_agent(
        agentId=deployed.output(*AGENT),
        agentAliasId=deployed.output(*ALIAS),
        sessionId=session_id,
        sessionState=state,
        enableTrace=True,
        **text,
    )
    return list(response["completion"])


def confirmation(asked: dict[str, Any]) -> dict[str, Any]:
    """Yes to one function that the agent wants to call.

    https://docs.aws.amazon.com/bedrock/latest/userguide/agents-userconfirmation.html
    """
    function = asked["functionInvocationInput"]
    named = {key: function[key] for key in ("actionGroup", "agentId", "function") if key in function}
    return {"functionResult": {**named, "confirmationState": "CONFIRM", "responseBody": {"TEXT": {"body": ""}}}}


def read_turn(events: Sequence[dict[str, Any]]) -> AgentTurn:
    """What the events of InvokeAgent tell: functions from the trace with their results, and the final text."""
    tools: list[tuple[str, str]] = []
    for event in events:
        step = event.get("trace", {}).get("trace", {}).get("orchestrationTrace", {})
        if called := step.get("invocationInput", {}).get("actionGroupInvocationInput"):
            tools.append((called.get("function", ""), ""))
        if (output := step.get("observation", {}).get("actionGroupInvocationOutput")) and tools:
            tools[-1] = (tools[-1][0], output.get("text", ""))
    text = b"".join(event["chunk"].get("bytes", b"") for event in events if "chunk" in event)
    return AgentTurn(tuple(tools), text.decode(errors="replace"))
