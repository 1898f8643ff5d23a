"""The agent on AgentCore: InvokeHarness, with tools that carry who asks.

The harness does not hand the caller's identity to its tools, so each call brings the gateway itself as a remote MCP
server, signed with the harness's role, and with a header that no model reaches. Shapes of the stream: botocore's
model, and
https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness.html
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EventStreamError

from lambda_src.chat.engine import (
    THROTTLES,
    BrokenError,
    ChatEvent,
    ChatQuestion,
    ThrottledError,
    ToolNames,
    tool_result,
)
from lambda_src.common.identity import TICKET_HEADER

GATEWAY = "workshop"
"""The harness's own name for the gateway, which its allowed tools refer to."""
BLOCKED = {"content_filtered", "guardrail_intervened"}
ENDS = {"max_tokens", "max_iterations_exceeded", "max_output_tokens_exceeded", "timeout_exceeded"}
CONTINUES = {"tool_use", "tool_result"}


class Harness:
    """The engine AgentCore: one harness and its gateway."""

    def __init__(self, client: Any, *, arn: str, gateway_url: str, names: ToolNames) -> None:
        """Keep what it works with.

        Args:
            client: of bedrock-agentcore, without repeated attempts, because each runs the turn again.
        """
        self._client = client
        self._arn = arn
        self._gateway_url = gateway_url
        self._names = names

    def ask(self, question: ChatQuestion) -> Iterator[ChatEvent]:
        """The events of one turn of the harness; see `ChatEngine`."""
        try:
            answer = self._client.invoke_harness(
                harnessArn=self._arn,
                runtimeSessionId=question.session,
                actorId=question.actor,
                messages=[*_told(question.history), _said("user", question.text)],
                tools=[self._tools(question.ticket)],
            )
            yield from _Reading(self._names).events(answer["stream"])
        except ClientError as error:  # also what goes wrong within the stream (EventStreamError)
            within = isinstance(error, EventStreamError)
            if error.response["Error"]["Code"] in THROTTLES and not within:
                raise ThrottledError from None
            raise BrokenError(
                "throttled" if error.response["Error"]["Code"] in THROTTLES else "internal_error"
            ) from error
        except BotoCoreError as error:
            raise BrokenError("out_of_time") from error

    def forget(self, session: str, actor: str) -> None:
        """The harness's memory expires by itself; a deleted conversation's session is never used again."""

    def _tools(self, ticket: str) -> dict[str, Any]:
        remote = {
            "url": self._gateway_url,
            "headers": {TICKET_HEADER: ticket},
            "outboundAuth": {"awsIam": {"service": "bedrock-agentcore"}},
        }
        return {"type": "remote_mcp", "name": GATEWAY, "config": {"remoteMcp": remote}}


def _told(history: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for asked, answered in history:
        yield _said("user", asked)
        yield _said("assistant", answered)


def _said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"text": text}]}


@dataclass
class _Call:
    name: str
    arguments: str = ""
    result: str = ""
    ok: bool = True
    shown: bool = False


class _Reading:
    """From the harness's events to ours. Blocks are told apart by the tool's id: their index was seen to repeat."""

    def __init__(self, names: ToolNames) -> None:
        self._names = names
        self._calls: dict[str, _Call] = {}
        self._asked = ""
        """Id of the call whose arguments come in."""
        self._answered = ""
        """Id of the call whose result comes in."""
        self._passages = 1
        self._wrote = False
        self._pending_break = False

    def events(self, stream: Iterable[dict[str, Any]]) -> Iterator[ChatEvent]:
        for event in stream:
            if start := event.get("contentBlockStart", {}).get("start"):
                yield from self._started(start)
            elif delta := event.get("contentBlockDelta", {}).get("delta"):
                yield from self._grew(delta)
            elif "contentBlockStop" in event:
                yield from self._block_ended()
            elif reason := event.get("messageStop", {}).get("stopReason"):
                yield from self._message_ended(reason)
            elif usage := event.get("metadata", {}).get("usage"):
                yield ChatEvent("usage", {"input": usage["inputTokens"], "output": usage["outputTokens"]})

    def _started(self, start: dict[str, Any]) -> Iterator[ChatEvent]:
        if use := start.get("toolUse"):
            self._asked = use["toolUseId"]
            self._calls[self._asked] = _Call(use["name"])
            self._pending_break = self._wrote
        elif result := start.get("toolResult"):
            yield from self._block_ended()
            self._answered = result["toolUseId"]
            self._calls.setdefault(self._answered, _Call("")).ok = result.get("status") != "error"

    def _grew(self, delta: dict[str, Any]) -> Iterator[ChatEvent]:
        if text := delta.get("text"):
            lead = "\n\n" if self._pending_break else ""
            self._pending_break, self._wrote = False, True
            yield ChatEvent("text", {"text": lead + text})
        elif use := delta.get("toolUse"):
            self._calls[self._asked].arguments += use.get("input", "")
        for part in delta.get("toolResult", ()):
            more = part["text"] if "text" in part else json.dumps(part.get("json"), ensure_ascii=False)
            self._calls[self._answered].result += more

    def _block_ended(self) -> Iterator[ChatEvent]:
        if call := self._calls.get(self._asked):
            self._asked = ""
            identifier = next(key for key, each in self._calls.items() if each is call)
            if name := self._names.plain(call.name):
                call.shown = True
                yield ChatEvent("tool", {"id": identifier, "name": name, "arguments": _arguments(call.arguments)})
        if call := self._calls.get(self._answered):
            identifier, self._answered = self._answered, ""
            if call.shown:
                event = tool_result(
                    identifier, self._names.plain(call.name) or "", call.result, call.ok, self._passages
                )
                self._passages += len(event.data.get("passages", ()))
                yield event

    def _message_ended(self, reason: str) -> Iterator[ChatEvent]:
        if reason in CONTINUES:
            return
        if reason in BLOCKED:
            side = "output" if self._calls else "input"
            yield ChatEvent("guardrail", {"action": "blocked", "side": side})
            yield ChatEvent("stop", {"reason": "guardrail"})
            return
        yield ChatEvent("stop", {"reason": "limit" if reason in ENDS else "end"})


def _arguments(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
