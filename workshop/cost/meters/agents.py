"""What agents and their guardrail use: tokens above all.

How AgentCore is charged: https://aws.amazon.com/bedrock/agentcore/pricing/; guardrails and models:
https://aws.amazon.com/bedrock/pricing/.
"""

from collections.abc import Iterator

from workshop.cost.assembly import DeclaredResource
from workshop.cost.prices import tokens
from workshop.cost.usage import Circumstances, Usage

SECONDS_PER_HOUR = 3600

POLICIES = {
    "ContentPolicyConfig": "guardrail content filter",
    "TopicPolicyConfig": "guardrail denied topics",
    "SensitiveInformationPolicyConfig": "guardrail sensitive information",
    "ContextualGroundingPolicyConfig": "guardrail grounding",
}
"""Price of each policy that a guardrail may have; word filters are free of charge."""


def model_calls(row: str, calls: float, c: Circumstances) -> Iterator[Usage]:
    """Tokens of so many calls of the chat model."""
    model = c.config.chat_model.id
    yield Usage(row, tokens(model, "input"), day=calls * c.assumptions.input_tokens)
    yield Usage(row, tokens(model, "output"), day=calls * c.assumptions.output_tokens)


def agent(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """An agent of Bedrock Agents: the model's tokens, and nothing else."""
    yield from model_calls("Chat model, Bedrock agent", c.questions * c.assumptions.model_calls, c)


def harness(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """An AgentCore harness: the model's tokens, and its sessions by the vCPU that they use and the memory they hold."""
    a = c.assumptions
    yield from model_calls("Chat model, AgentCore agent", c.questions * a.model_calls, c)
    seconds = c.questions * a.agent_cpu_seconds
    yield Usage("AgentCore sessions", "AgentCore vCPU", day=seconds / SECONDS_PER_HOUR)
    hours = a.attendees * a.agent_session_hours
    yield Usage("AgentCore sessions", "AgentCore memory of a session", day=hours * a.agent_gb)


def gateway(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    yield Usage("AgentCore gateway", "AgentCore gateway call", day=c.questions * c.assumptions.gateway_calls)


def memory(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A memory without strategies: its events."""
    yield Usage("AgentCore memory", "AgentCore memory event", day=c.questions * c.assumptions.memory_events)


def guardrail(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A guardrail: each of its policies judges every text unit of every model call."""
    units = c.model_calls * c.assumptions.guardrail_text_units
    for policy, price in POLICIES.items():
        if policy in resource.properties:
            yield Usage("Guardrail", price, day=units)


METERS = {
    "AWS::Bedrock::Agent": agent,
    "AWS::Bedrock::Guardrail": guardrail,
    "AWS::BedrockAgentCore::Gateway": gateway,
    "AWS::BedrockAgentCore::Harness": harness,
    "AWS::BedrockAgentCore::Memory": memory,
}
