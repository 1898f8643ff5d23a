"""Lambda function of the page. Environment: TABLE_NAME, USER_POOL_ID, USER_POOL_CLIENT_ID, DAILY_BUDGET, TITLE."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambda_src.common.aws import client_config
from lambda_src.common.conversations import Conversations
from lambda_src.common.day import Today, used_in
from lambda_src.common.rest import Person, RestError, answered, person_of
from lambda_src.common.table import KEPT_SECONDS, WebTable
from lambda_src.web.files import Files, document
from lambda_src.web.own import change_conversation, give_feedback
from lambda_src.web.sign_in import CodeSignIn

ROOT = Path(__file__).parents[2]
logger = Logger()
_table = WebTable(boto3.client("dynamodb", config=client_config()), os.environ["TABLE_NAME"])
_today = Today(_table, int(os.environ["DAILY_BUDGET"]))
_files = Files(ROOT / "web")
_sign_in = CodeSignIn(
    boto3.client("cognito-idp", config=client_config()),
    _table,
    pool=os.environ["USER_POOL_ID"],
    client=os.environ["USER_POOL_CLIENT_ID"],
)
SESSION: dict[str, Callable[[Any], dict[str, Any]]] = {
    "start": _sign_in.start,
    "resume": _sign_in.resume,
    "end": _sign_in.end,
}
"""Answers of the calls without a token, by the last part of the path."""
Route = Callable[[Any, Person, str], dict[str, Any]]


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Serves every path but `api/chat`. Never raises; a log line has the route, the status and no text of a person."""
    try:
        response = _answer(event)
    except RestError as error:
        response = answered(error.status, error.body)
    except (BotoCoreError, ClientError) as error:
        logger.error("AWS did not answer", extra={"error_type": type(error).__name__})
        response = answered(503, RestError(503, "try_again").body)
    except Exception as error:  # anything else would reach the page as API Gateway's own text
        logger.error("request failed", extra={"error_type": type(error).__name__})
        response = answered(500, RestError(500, "internal_error").body)
    logger.info(
        "request", extra={"route": f"{event['httpMethod']} {event['resource']}", "status": response["statusCode"]}
    )
    return response


def _answer(event: Any) -> dict[str, Any]:
    path = str(event["path"]).lstrip("/")
    if not path.startswith("api/"):
        if event["httpMethod"] != "GET":
            raise RestError(404, "not_found")
        return _files.answer(path, event.get("headers") or {})
    asked = f"{event['httpMethod']} {path.removeprefix('api/')}"
    if asked.startswith("POST session/") and (step := asked.rpartition("/")[2]) in SESSION:
        return SESSION[step](event)
    person = person_of(event)
    for pattern, route in ROUTES.items():
        if found := re.fullmatch(pattern, asked):
            return route(event, person, found[1] if found.groups() else "")
    raise RestError(404, "not_found")


def _me(event: Any, person: Person, _: str) -> dict[str, Any]:
    day = _today.seen(person)
    return answered(
        200,
        {
            "person": {"name": person.name, "group": person.group},
            "title": os.environ["TITLE"],
            "studio": False,
            "retention_days": KEPT_SECONDS // 86_400,
            "budget": {"used": used_in(day), "limit": _today.limit},
            "requests": [],
            "messages": [],
        },
    )


def _document(event: Any, person: Person, name: str) -> dict[str, Any]:
    return answered(200, document(ROOT / "knowledge" / "docs", name))


def _conversations(event: Any, person: Person, _: str) -> dict[str, Any]:
    return answered(200, {"conversations": list(Conversations(_table, person.name).listed())})


def _conversation(event: Any, person: Person, rest: str) -> dict[str, Any]:
    return change_conversation(event, Conversations(_table, person.name), rest)


def _feedback(event: Any, person: Person, _: str) -> dict[str, Any]:
    return give_feedback(event, Conversations(_table, person.name))


ROUTES: dict[str, Route] = {
    r"GET me": _me,
    r"GET documents/(.+)": _document,
    r"GET conversations": _conversations,
    r"(?:GET|PATCH|DELETE|POST) conversations/(.+)": _conversation,
    r"POST feedback": _feedback,
}
