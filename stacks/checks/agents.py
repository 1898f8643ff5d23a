"""Rules for agents of both engines: a guardrail is on, and nothing is missing that fails only at deployment."""

from collections.abc import Iterator
from typing import Any

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import elements, get, known_text, number, objects, reference

AGENT = "AWS::Bedrock::Agent"
ALIAS = "AWS::Bedrock::AgentAlias"
HARNESS = "AWS::BedrockAgentCore::Harness"
VERSION_TYPE = "AWS::Bedrock::GuardrailVersion"

MIN_INSTRUCTION = 40
MAX_INSTRUCTION = 4000


def check_agent_guardrail(resource: Resource, context: Context) -> Iterator[Problem]:
    """An agent answers through a guardrail of a fixed version."""
    configuration = get(resource.properties, "GuardrailConfiguration")
    if get(configuration, "GuardrailIdentifier") is None:
        yield Problem("The agent has no guardrail.", "Give it a GuardrailConfiguration with identifier and version.")
        return
    yield from _numbered_version(resource, get(configuration, "GuardrailVersion"), context)


def check_harness_guardrail(resource: Resource, context: Context) -> Iterator[Problem]:
    """A harness passes the guardrail on to Converse in AdditionalParams."""
    model = get(resource.properties, "Model.BedrockModelConfig")
    configuration = get(model, "AdditionalParams.guardrailConfig")
    if get(configuration, "guardrailIdentifier") is None:
        yield Problem(
            "The harness calls its model without a guardrail.",
            "Put guardrailConfig with guardrailIdentifier and guardrailVersion in "
            "Model.BedrockModelConfig.AdditionalParams.",
        )
        return
    yield from _numbered_version(resource, get(configuration, "guardrailVersion"), context)
    mode = get(configuration, "streamProcessingMode")
    if mode is None or known_text(mode) not in ("sync", None):
        yield Problem(
            "The guardrail does not check the stream synchronously, so that what it masks is shown first.",
            'Set guardrailConfig.streamProcessingMode to "sync".',
        )


def check_harness_tools(resource: Resource, context: Context) -> Iterator[Problem]:
    """A harness allows tools of its own `Tools`, by their names, and nothing of what every session has by itself."""
    allowed = get(resource.properties, "AllowedTools")
    if allowed is None or allowed == []:
        yield Problem(
            "The harness does not say which tools it allows, so that everybody who may ask it has a shell.",
            "List its tools in AllowedTools, such as @<name> for all tools of a gateway.",
        )
    names = {known_text(get(tool, "Name")) for tool in objects(get(resource.properties, "Tools"))}
    for entry in map(known_text, elements(allowed)):
        if entry is not None and entry.removeprefix("@").partition("/")[0] not in names:
            yield Problem(
                f"The harness allows {entry}, which is none of its own tools.",
                "Allow only tools that Tools names: * and @builtin have a shell and file operations among them.",
                detail=entry,
            )


def _numbered_version(resource: Resource, value: Any, context: Context) -> Iterator[Problem]:
    template, value = context.assembly.follow(resource.template, value)
    name = reference(value)
    target = template.resources.get(name) if name is not None else None
    written = number(value) is not None or (target is not None and target.type == VERSION_TYPE)
    if known_text(value) is None and target is None and value is not None:
        return  # a parameter or an import: only the deployment knows
    if not written:
        yield Problem(
            "The guardrail's version is missing or DRAFT, so that an edit changes a running workshop.",
            "Refer to an AWS::Bedrock::GuardrailVersion.",
        )


def check_instruction(resource: Resource, context: Context) -> Iterator[Problem]:
    """The API's limits on an agent's instruction."""
    text = known_text(get(resource.properties, "Instruction"))
    if text is not None and not MIN_INSTRUCTION <= len(text) <= MAX_INSTRUCTION:
        yield Problem(
            f"The agent's instruction has {len(text)} characters; {MIN_INSTRUCTION} to {MAX_INSTRUCTION} are allowed.",
            "Say what the agent does and what it must not do within these limits.",
        )


def check_action_groups(resource: Resource, context: Context) -> Iterator[Problem]:
    """An action group of one's own needs to know what to call and what for."""
    for group in objects(get(resource.properties, "ActionGroups")):
        if get(group, "ParentActionGroupSignature") is not None:
            continue
        name = known_text(get(group, "ActionGroupName"))
        if get(group, "ActionGroupExecutor") is None:
            yield Problem(
                f"The action group {name} has no executor.", "Give it ActionGroupExecutor.Lambda.", detail=f"{name}"
            )
        if get(group, "FunctionSchema") is None and get(group, "ApiSchema") is None:
            yield Problem(
                f"The action group {name} has no schema.",
                "Give it a FunctionSchema (or an ApiSchema): without one the agent knows no action.",
                detail=f"{name}",
            )


def check_alias(resource: Resource, context: Context) -> Iterator[Problem]:
    """An alias needs a prepared agent, and a version that is not the draft."""
    agent = context.target(resource, "AgentId")
    if agent is not None and known_text(get(agent.properties, "AutoPrepare")) in (None, "false"):
        yield Problem(
            f"The alias points to the agent {agent.logical_id}, which is never prepared.",
            "Set AutoPrepare to true on the agent.",
        )
    for route in objects(get(resource.properties, "RoutingConfiguration")):
        if known_text(get(route, "AgentVersion")) == "DRAFT":
            yield Problem(
                "The alias routes to DRAFT.", "Leave RoutingConfiguration out: the alias then makes a version."
            )


RULES = (
    Rule(
        "agent-guardrail",
        "A Bedrock agent has a guardrail of a numbered version",
        "Nothing filters what attendees ask and what the agent answers: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/agents-guardrail.html",
        (AGENT,),
        check_agent_guardrail,
    ),
    Rule(
        "harness-guardrail",
        "An AgentCore harness has a guardrail of a numbered version",
        "Nothing filters what attendees ask and what the agent answers: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html",
        (HARNESS,),
        check_harness_guardrail,
    ),
    Rule(
        "harness-allowed-tools",
        "An AgentCore harness allows its own tools only",
        "Every session has a shell and file operations, with the permissions of the harness's role, unless "
        "AllowedTools leaves them out: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-tools.html",
        (HARNESS,),
        check_harness_tools,
    ),
    Rule(
        "agent-instruction",
        "An agent's instruction has a length that the API takes",
        "Creation fails: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_CreateAgent.html",
        (AGENT,),
        check_instruction,
    ),
    Rule(
        "agent-action-group",
        "An action group has an executor and a schema",
        "Preparing the agent fails: https://docs.aws.amazon.com/bedrock/latest/userguide/agents-action-create.html",
        (AGENT,),
        check_action_groups,
    ),
    Rule(
        "agent-alias",
        "An alias points to a version of a prepared agent",
        "Creating the alias fails with 'agent is not prepared': "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-agent.html",
        (ALIAS,),
        check_alias,
    ),
)
