"""Action groups with function details: the event that Bedrock Agents sends, and the answer that it takes.

docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.framework import EmulatedResource, Params
from local_aws.services.shared.scripted_model.choose import ToolSpec
from local_aws.services.shared.scripted_model.tool_schemas import as_text, from_function

MAX_ANSWER_BYTES = 25_000


@dataclass(frozen=True)
class Invocation:
    """A function of an action group, and what it is called with."""

    group: EmulatedResource
    function: str
    arguments: dict[str, Any]

    @property
    def schema(self) -> Params:
        """The function's entry in the group's schema."""
        functions: list[Params] = self.group["functionSchema"]["functions"]
        return next(each for each in functions if each["name"] == self.function)

    @property
    def needs_confirmation(self) -> bool:
        """True if a person has to say yes first."""
        return bool(self.schema.get("requireConfirmation") == "ENABLED")

    def parameters(self) -> list[dict[str, str]]:
        """The arguments as Bedrock Agents sends them: name, type, and the value as text."""
        declared = self.schema.get("parameters") or {}
        return [
            {"name": name, "type": declared[name]["type"], "value": as_text(value)}
            for name, value in self.arguments.items()
        ]

    def question(self, agent: str, invocation_id: str) -> Params:
        """The `returnControl` event that asks for the yes."""
        asked = {
            "actionGroup": self.group["actionGroupName"],
            "actionInvocationType": "USER_CONFIRMATION",
            "agentId": agent,
            "function": self.function,
            "parameters": self.parameters(),
        }
        return {"invocationId": invocation_id, "invocationInputs": [{"functionInvocationInput": asked}]}


@dataclass(frozen=True)
class ActionGroupAnswer:
    """What a function said: text, state (empty, REPROMPT or FAILURE), session attributes."""

    body: str
    state: str = ""
    session_attributes: Mapping[str, str] = field(default_factory=dict)


def specs(group: EmulatedResource) -> list[ToolSpec]:
    """The functions of an action group as tools; groups with an API schema have none here."""
    functions = (group.get("functionSchema") or {}).get("functions") or ()
    if "lambda" not in (group.get("actionGroupExecutor") or {}):
        return []
    return [from_function(function, group) for function in functions]


def read_answer(payload: Any, invocation: Invocation) -> ActionGroupAnswer:
    """The function's answer; ValueError says what Bedrock Agents would refuse about it."""
    try:
        response = payload["response"]
        body = response["functionResponse"]["responseBody"]["TEXT"]["body"]
        named = (payload["messageVersion"], response["actionGroup"], response["function"])
    except (KeyError, TypeError) as error:
        raise ValueError("The function's answer has not the form of an action group's answer.") from error
    if named != ("1.0", invocation.group["actionGroupName"], invocation.function):
        raise ValueError("The function's answer names another version, action group or function.")
    if not isinstance(body, str) or len(body.encode()) > MAX_ANSWER_BYTES:
        raise ValueError(f"The function's answer must be text of at most {MAX_ANSWER_BYTES} bytes.")
    state = response["functionResponse"].get("responseState", "")
    return ActionGroupAnswer(body, state, payload.get("sessionAttributes") or {})
