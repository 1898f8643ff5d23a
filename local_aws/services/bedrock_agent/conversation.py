"""A conversation with an agent: what it keeps, one question in it, and the event that its function gets."""

from dataclasses import dataclass, field

from local_aws.framework import EmulatedResource, Params, Request
from local_aws.services.bedrock_agent.action_groups import Invocation
from local_aws.services.bedrock_agent.agents import DRAFT


@dataclass
class AgentSession:
    """What one conversation keeps: attributes, and the call that waits for a yes."""

    attributes: dict[str, str] = field(default_factory=dict)
    prompt_attributes: dict[str, str] = field(default_factory=dict)
    waiting: Invocation | None = None


@dataclass(frozen=True)
class ConversationTurn:
    """One question to one version of an agent."""

    call: Request
    agent: EmulatedResource
    version: EmulatedResource
    session_id: str
    session: AgentSession
    question: str

    @property
    def version_name(self) -> str:
        """The version that an alias leads to: `DRAFT` or a number."""
        return DRAFT if self.version is self.agent else self.version.key[1]


def event_for(turn: ConversationTurn, invocation: Invocation) -> Params:
    """The event that the function of an action group gets."""
    return {
        "messageVersion": "1.0",
        "agent": {
            "name": turn.agent["agentName"],
            "id": turn.agent.key[0],
            "alias": turn.call.params["agentAliasId"],
            "version": turn.version_name,
        },
        "inputText": turn.question,
        "sessionId": turn.session_id,
        "actionGroup": invocation.group["actionGroupName"],
        "function": invocation.function,
        "parameters": invocation.parameters(),
        "sessionAttributes": dict(turn.session.attributes),
        "promptSessionAttributes": dict(turn.session.prompt_attributes),
    }
