"""The only errors that a model or a person gets to read: a code and a sentence that is fixed here."""

from enum import StrEnum


class ErrorCode(StrEnum):
    INVALID_INPUT = "invalid_input"
    UNKNOWN_TOOL = "unknown_tool"
    LANGUAGE_UNCLEAR = "language_unclear"
    UNSUPPORTED_EVENT = "unsupported_event"
    EVENT_TOO_LARGE = "event_too_large"
    INVALID_IDENTITY = "invalid_identity"
    ANSWER_TOO_LARGE = "answer_too_large"
    OUT_OF_TIME = "out_of_time"
    SERVICE_UNAVAILABLE = "service_unavailable"
    INTERNAL_ERROR = "internal_error"


MESSAGES = {
    ErrorCode.INVALID_INPUT: "The input is not valid.",
    ErrorCode.UNKNOWN_TOOL: "There is no such tool here.",
    ErrorCode.LANGUAGE_UNCLEAR: "The language of the text was not recognised. Send a longer text in one language.",
    ErrorCode.UNSUPPORTED_EVENT: "The call has a form that this tool does not know.",
    ErrorCode.EVENT_TOO_LARGE: "The call is too large. Send less text.",
    ErrorCode.INVALID_IDENTITY: "The identity that came with the call is not valid. Tell the organiser.",
    ErrorCode.ANSWER_TOO_LARGE: "The answer is too large. Ask for less.",
    ErrorCode.OUT_OF_TIME: "The time for this call is used up. Try again.",
    ErrorCode.SERVICE_UNAVAILABLE: "A service that this tool needs gave no usable answer. Try again in a minute.",
    ErrorCode.INTERNAL_ERROR: "The tool failed. Tell the organiser the correlation id.",
}

RETRY_BY_MODEL = frozenset({ErrorCode.INVALID_INPUT, ErrorCode.UNKNOWN_TOOL, ErrorCode.LANGUAGE_UNCLEAR})
"""Errors that the model can mend by calling again with other input."""


class ToolError(Exception):
    """Ends a tool call with one of the fixed messages.

    `hint` is a further sentence made from the tool's definition only, never from input, identity or another exception.
    """

    def __init__(self, code: ErrorCode, hint: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = f"{MESSAGES[code]} {hint}".strip()
