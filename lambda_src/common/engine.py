"""What both engines' events come down to, and what every answer goes through."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lambda_src.common.errors import ErrorCode
from lambda_src.common.tool import Tool


@dataclass(frozen=True)
class ToolCall:
    """One tool call, whichever engine sent it."""

    tool: Tool
    arguments: Mapping[str, object]
    """Typed, but not yet validated."""
    ticket: str | None
    """Says who asks, see `lambda_src.common.identity`; None if the engine sent none. Never log it."""
    session: str
    """Id of the conversation; empty if the engine has not sent one. Never log it, only its hash."""


class Engine(Protocol):
    """One engine's event and response form."""

    name: str

    def call(self, tools: Mapping[str, Tool]) -> ToolCall:
        """Reads the event. Raises ToolError."""

    def reply(self, body: Mapping[str, object], error: ErrorCode | None) -> dict[str, Any]:
        """The function's return value. Never raises, whatever the event was."""


EngineFor = Callable[[Any, Any], Engine | None]
"""Gives the engine for (event, context), or None if the event is of another kind."""
