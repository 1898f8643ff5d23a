"""What both agent services come down to: a question, and a stream of events in the words of docs/web-api.md."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

MAX_TOOL_TEXT = 2_000
"""Characters of a tool's answer that the page is shown."""
SEARCH = "search_documents"
THROTTLES = {"ThrottlingException", "throttlingException", "ServiceQuotaExceededException", "TooManyRequestsException"}


@dataclass(frozen=True)
class ChatQuestion:
    """One turn as an engine needs it."""

    text: str
    session: str
    """Id of the agent's session: the server's, never the browser's."""
    actor: str
    """Whose memory it is."""
    ticket: str
    """Lets the tools find out who asks."""
    history: tuple[tuple[str, str], ...] = ()
    """What was said before, as pairs of question and answer, if the session does not know it."""
    confirmed: Mapping[str, Any] | None = None
    """What the person said yes or no to, with the answer in `yes`; None for an ordinary question."""


@dataclass(frozen=True)
class ChatEvent:
    """One event for the page: `tool`, `tool_result`, `text`, `guardrail` or `confirm`; or, for the server alone,
    `usage` with the tokens of one model call and `stop` with the reason."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


class ThrottledError(Exception):
    """The account has no room for this call now; nothing of it has happened."""


class BrokenError(Exception):
    """The turn failed and its session's state is not known. The text is a code of docs/web-api.md."""


class ChatEngine(Protocol):
    """One agent service, as the chat asks it."""

    def ask(self, question: ChatQuestion) -> Iterator[ChatEvent]:
        """The events of one turn. Raises ThrottledError before the first of them, BrokenError at any time."""

    def forget(self, session: str, actor: str) -> None:
        """Remove what the service keeps of a session."""


@dataclass
class ToolNames:
    """The tools that may be named on the page: a model can write any name, and the guardrail does not look at it."""

    known: frozenset[str]

    def plain(self, name: str) -> str | None:
        """The workshop's name for what a service calls `<target>___<tool>`; None for what is no tool of the
        workshop."""
        own = name.rpartition("___")[2]
        return own if own in self.known else None


def tool_result(identifier: str, name: str, text: str, ok: bool, first: int) -> ChatEvent:
    """The event for a tool's answer.

    Args:
        first: number of the first passage, should the tool be the document search.
    """
    found = passages(text, first) if ok and name == SEARCH else None
    if found is not None:
        return ChatEvent("tool_result", {"id": identifier, "ok": True, "passages": found})
    return ChatEvent("tool_result", {"id": identifier, "ok": ok and not _is_error(text), "text": text[:MAX_TOOL_TEXT]})


def passages(text: str, first: int) -> list[dict[str, Any]] | None:
    """The passages in an answer of the document search, numbered from `first`; None if there are none to be read."""
    try:
        found = json.loads(text)["passages"]
        return [
            {
                "n": number,
                "document": str(each.get("document", "")),
                "title": str(each.get("title") or each["source"]),
                "text": str(each["text"]),
            }
            for number, each in enumerate(found, first)
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _is_error(text: str) -> bool:
    try:
        return "error" in json.loads(text)
    except (ValueError, TypeError):
        return False
