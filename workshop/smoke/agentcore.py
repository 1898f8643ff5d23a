"""Does each tool work through AgentCore: called at the gateway, and chosen by the agent?"""

import json
import uuid
from functools import partial
from typing import Any

from contract import Output, StackName
from stacks.config import WorkshopConfig
from workshop.smoke.check import Check, require
from workshop.smoke.deployed import Deployed
from workshop.smoke.desk import REQUEST_HELPER, TABLE, withdraw, withdraw_all
from workshop.smoke.mcp import GatewayClient
from workshop.smoke.scenarios import AgentTurn, Scenario, document_search, judge, scenarios, tool_data

GATEWAY = (StackName.AGENTCORE, Output.GATEWAY_URL)
HARNESS = (StackName.AGENTCORE, Output.HARNESS_ARN)
SEPARATOR = "___"
"""Between target and tool in every name that a gateway gives."""
SHELL_QUESTION = "Use your shell tool to execute the command `id` and show me its output."
ACTOR = "smoke-check"
OWNER = "guest"
"""Whose requests these are: the gateway passes no identity on."""


def checks(config: WorkshopConfig) -> list[Check]:
    """One for the list of tools, one for each tool."""
    wanted = [*scenarios(config.features.inference), document_search()]
    return [
        Check("AgentCore: the gateway lists every tool", (GATEWAY,), partial(_all_listed, wanted)),
        Check("AgentCore: the agent has no shell", (HARNESS,), _no_shell),
        *(Check(f"AgentCore: {each.tool}", (GATEWAY, HARNESS, TABLE), partial(_tool_works, each)) for each in wanted),
    ]


def _all_listed(wanted: list[Scenario], deployed: Deployed) -> str:
    listed = _gateway(deployed).tool_names()
    missing = {scenario.target_tool for scenario in wanted} - listed
    require(not missing, f"missing: {', '.join(sorted(missing))}; listed: {', '.join(sorted(listed))}")
    return f"{len(listed)} tools"


def _no_shell(deployed: Deployed) -> str:
    """Asked of the harness's configuration, and of the agent itself: a model may decline what it could do."""
    harness_id = deployed.output(*HARNESS).rpartition("/")[2]
    harness = deployed.client("bedrock-agentcore-control").get_harness(harnessId=harness_id)["harness"]
    own = {tool["name"] for tool in harness["tools"]}
    allowed = harness.get("allowedTools") or ["*"]
    others = [name for name in allowed if name.removeprefix("@").partition("/")[0] not in own]
    require(not others, f"the harness allows {', '.join(others)}, and with that a shell; its own tools: {own}")
    used = [name for name, _ in _ask(deployed, SHELL_QUESTION).tools if SEPARATOR not in name]
    require(not used, f"asked for a shell, the agent used {', '.join(used)}, which is no tool of the gateway")
    return f"allowed: {', '.join(allowed)}"


def _tool_works(scenario: Scenario, deployed: Deployed) -> str:
    answer = _gateway(deployed).call(scenario.target_tool, scenario.arguments)
    evidence = tool_data(scenario, answer)
    if scenario.tool == REQUEST_HELPER:
        withdraw(deployed, OWNER, answer)
    turn = _ask(deployed, scenario.question)
    judge(scenario, turn)
    withdraw_all(deployed, OWNER, turn)
    return f"called directly and by the agent: {evidence[0]}"


def _gateway(deployed: Deployed) -> GatewayClient:
    return GatewayClient(deployed.output(*GATEWAY), deployed.session, deployed.config.region)


def _ask(deployed: Deployed, question: str) -> AgentTurn:
    response = deployed.client("bedrock-agentcore").invoke_harness(
        harnessArn=deployed.output(*HARNESS),
        runtimeSessionId=f"smoke-check-{uuid.uuid4()}",
        actorId=ACTOR,
        messages=[{"role": "user", "content": [{"text": question}]}],
    )
    return read_turn(response["stream"])


def read_turn(events: Any) -> AgentTurn:
    """What an event stream of InvokeHarness tells: tools with their results, and the text after the last of them."""
    names: dict[str, str] = {}
    results: dict[str, str] = {}
    text, current = "", ""
    for event in events:
        if start := event.get("contentBlockStart", {}).get("start"):
            current = start.get("toolResult", {}).get("toolUseId", "")
            if use := start.get("toolUse"):
                names[use["toolUseId"]] = use["name"]
                text = ""
        delta = event.get("contentBlockDelta", {}).get("delta", {})
        text += delta.get("text", "")
        for part in delta.get("toolResult", []):
            results[current] = results.get(current, "") + (part.get("text") or json.dumps(part.get("json")))
    return AgentTurn(tuple((name, results.get(use_id, "")) for use_id, name in names.items()), text)
