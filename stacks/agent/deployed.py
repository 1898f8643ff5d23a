"""The agent as its users see it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Agent:
    """The agent on AgentCore: what a server calls, and what the agent's tools are reached by."""

    harness_arn: str
    gateway_url: str
    """MCP endpoint of the tools, signed with IAM."""
