"""What a person does with their own conversations, besides asking."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from lambda_src.common.conversations import Conversations
from lambda_src.common.rest import RestBody, RestError, answered, body_of
from lambda_src.web.sign_in import EmptyBody

_ID = re.compile(r"(?P<id>[0-9a-f]{32})(?P<stop>/stop)?")


class Rename(RestBody):
    """The body of `PATCH api/conversations/<id>`."""

    title: str = Field(min_length=1, max_length=80)


class Feedback(RestBody):
    """The body of `POST api/feedback`."""

    conversation: str = Field(pattern=r"^[0-9a-f]{32}$")
    turn: str = Field(pattern=r"^t[0-9a-f]{20}$")
    vote: Literal["up", "down", "none"]
    reason: str = Field(default="", max_length=500)


def change_conversation(event: Mapping[str, Any], own: Conversations, rest: str) -> dict[str, Any]:
    """Show, rename, delete or stop one of the person's conversations. Raises RestError: 400 or 404."""
    found = _ID.fullmatch(rest)
    if not found:
        raise RestError(404, "not_found")
    identifier = found["id"]
    match (event["httpMethod"], bool(found["stop"])):
        case ("GET", False):
            return answered(200, own.shown(identifier))
        case ("PATCH", False):
            own.rename(identifier, body_of(event, Rename).title)
        case ("DELETE", False):
            own.delete(identifier)
        case ("POST", True):
            body_of(event, EmptyBody)
            own.stop(identifier)
        case _:
            raise RestError(404, "not_found")
    return answered(204)


def give_feedback(event: Mapping[str, Any], own: Conversations) -> dict[str, Any]:
    """Keep what the person thinks of an answer. Raises RestError: 400 or 404."""
    given = body_of(event, Feedback)
    turn = own.turn(given.conversation, given.turn)
    own.save(given.conversation, {**turn, "vote": given.vote, "reason": given.reason})
    return answered(204)
