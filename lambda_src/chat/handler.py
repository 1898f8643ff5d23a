"""Lambda function of `POST api/chat`, streamed by `lambda_src.common.stream`.

Environment: TABLE_NAME, DESK_TABLE_NAME, DAILY_BUDGET, TOOL_NAMES, HARNESS_ARN, GATEWAY_URL, VND_PER_MILLION_INPUT and
VND_PER_MILLION_OUTPUT, if the prices are known.
"""

import os
from collections.abc import Iterator
from typing import Any, Literal

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import Field

from lambda_src.chat.agentcore_client import agentcore_client
from lambda_src.chat.engine import ChatEvent, ToolNames
from lambda_src.chat.harness import Harness
from lambda_src.chat.turn import Answering, Prices, Room, new_turn
from lambda_src.common.aws import client_config
from lambda_src.common.conversations import Conversations, new_turn_id
from lambda_src.common.day import Today
from lambda_src.common.identity import Tickets
from lambda_src.common.rest import Person, RestBody, RestError, answered, body_of, person_of
from lambda_src.common.stream import StreamContext, Streamed
from lambda_src.common.table import WebTable

MAX_QUESTION = 4_000
TURN_SECONDS = 240
STREAM = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

logger = Logger()
_dynamodb = boto3.client("dynamodb", config=client_config())
_table = WebTable(_dynamodb, os.environ["TABLE_NAME"])


def _prices() -> Prices | None:
    given = os.environ.get("VND_PER_MILLION_INPUT"), os.environ.get("VND_PER_MILLION_OUTPUT")
    return Prices(float(given[0]), float(given[1])) if given[0] and given[1] else None


def _nobody_waits(person: Person, turn: str) -> Iterator[ChatEvent]:
    return iter(())


_room = Room(
    engine=Harness(
        agentcore_client(client_config(read_timeout=TURN_SECONDS, attempts=1)),
        arn=os.environ["HARNESS_ARN"],
        gateway_url=os.environ["GATEWAY_URL"],
        names=ToolNames(frozenset(os.environ["TOOL_NAMES"].split(","))),
    ),
    today=Today(_table, int(os.environ["DAILY_BUDGET"])),
    tickets=Tickets(_dynamodb, os.environ["DESK_TABLE_NAME"]),
    prices=_prices(),
    wait=_nobody_waits,
)


class AskBody(RestBody):
    """The body of `POST api/chat`, see docs/web-api.md."""

    text: str = Field(default="", max_length=30_000)
    language: Literal["vi", "en"]
    conversation: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")
    replaces: str | None = Field(default=None, pattern=r"^t[0-9a-f]{20}$")


def handler(event: Any, context: StreamContext) -> Streamed:
    """A refusal at once, or the stream of an answer."""
    try:
        return Streamed(200, STREAM, _begun(event).pieces())
    except RestError as error:
        return _refused(error)
    except (BotoCoreError, ClientError) as error:
        logger.error("AWS did not answer", extra={"error_type": type(error).__name__})
        return _refused(RestError(503, "try_again"))


def _refused(error: RestError) -> Streamed:
    answer = answered(error.status, error.body)
    logger.info("chat refused", extra={"status": error.status, "code": error.code})
    return Streamed(error.status, answer["headers"], iter([answer["body"].encode()]))


def _begun(event: Any) -> Answering:
    person = person_of(event)
    asked = body_of(event, AskBody)
    question = asked.text.strip()
    if not question:
        raise RestError(400, "empty_message")
    if len(question) > MAX_QUESTION:
        raise RestError(400, "message_too_long")
    if asked.replaces and not asked.conversation:
        raise RestError(400, "invalid_input")
    own = Conversations(_table, person.name)
    _room.today.reserve(person)
    try:
        now = _table.now()
        turn = new_turn(new_turn_id(now), question, now)
        if asked.replaces and asked.conversation:
            own.turn(asked.conversation, asked.replaces)
        opened = own.open(asked.conversation, turn["id"], question)
        if asked.replaces:
            own.forget(opened.id, asked.replaces)
            opened = own.renew(opened)
        own.save(opened.id, turn)
    except BaseException:
        _room.today.settle(person, 0, blocked=False)
        raise
    logger.info("chat begins", extra={"fresh": opened.fresh})
    return Answering(_room, own, person, opened, turn)
