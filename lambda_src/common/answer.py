"""Answers that fit: whole JSON, cut item by item."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from lambda_src.common.errors import ErrorCode, ToolError

MAX_ANSWER_BYTES = 20_000
"""UTF-8 bytes of the whole response. Bedrock Agents takes 25 KB (agents-lambda.html); the rest is room to spare."""


def to_json(value: object) -> str:
    """Compact JSON; Vietnamese stays as it is, because escapes make six bytes of two or three."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def fitted(body: Mapping[str, object], reply: Callable[[Mapping[str, object]], dict[str, Any]]) -> dict[str, Any]:
    """The reply to `body`. If it is too large, items are taken from the end of the longest list and `truncated` is set.

    Raises ToolError if there is no list to shorten.
    """
    response = reply(body)
    while _size(response) > MAX_ANSWER_BYTES:
        body = _shortened(body)
        response = reply(body)
    return response


def _size(response: dict[str, Any]) -> int:
    # The runtime writes the response with spaces after separators, so this counts them too.
    return len(json.dumps(response, ensure_ascii=False, allow_nan=False).encode())


def _shortened(body: Mapping[str, object]) -> dict[str, object]:
    lists = {key: value for key, value in body.items() if isinstance(value, list) and value}
    if not lists:
        raise ToolError(ErrorCode.ANSWER_TOO_LARGE)
    longest = max(lists, key=lambda key: len(to_json(lists[key])))
    return {**body, longest: lists[longest][:-1], "truncated": True}
