"""Requests of the page as API Gateway hands them over, and answers in the form of docs/web-api.md.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from lambda_src.common.answer import to_json
from lambda_src.common.text import clean_value

MAX_BODY_CHARACTERS = 40_000
GROUPS = ("organiser", "helper", "attendee")
"""Cognito's groups, the one with most rights first; who is in none of them is nobody here."""
STAFF = ("organiser", "helper")
JSON = "application/json"

PERSON_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_BETWEEN = re.compile(r"[\s,\[\]]+")
Body = TypeVar("Body", bound="RestBody")


class RestBody(BaseModel):
    """Base of what the page may send: unknown keys and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RestError(Exception):
    """Ends a request with a status and a code of docs/web-api.md."""

    def __init__(self, status: int, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def body(self) -> str:
        """The JSON of the answer, as docs/web-api.md has it."""
        waiting = {} if self.retry_after is None else {"retry_after": self.retry_after}
        return to_json({"error": {"code": self.code, **waiting}})


@dataclass(frozen=True)
class Person:
    """Who asks, as Cognito's signed token says it."""

    name: str
    """Such as `att-07`; also the owner of what they write, and the actor in the agent's memory."""
    group: str

    @property
    def is_staff(self) -> bool:
        """True for helpers and organisers."""
        return self.group in STAFF


def person_of(event: Mapping[str, Any]) -> Person:
    """The person whose token API Gateway's authorizer has verified. Raises RestError (401) for any other event.

    The ID token is what the page has; an access token, which the authorizer may also let through, is refused.
    """
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    claims = authorizer.get("claims") or {}
    name = claims.get("cognito:username")
    if claims.get("token_use") != "id" or not isinstance(name, str) or not PERSON_NAME.fullmatch(name):
        raise RestError(401, "signed_out")
    return Person(name, group_of(claims.get("cognito:groups")))


def group_of(claim: object) -> str:
    """The group with most rights. API Gateway hands the list of the token over as text."""
    named = set(_BETWEEN.split(claim) if isinstance(claim, str) else claim if isinstance(claim, list) else ())
    for group in GROUPS:
        if group in named:
            return group
    raise RestError(403, "not_allowed")


def body_of(event: Mapping[str, Any], model: type[Body]) -> Body:
    """The request's JSON as `model`, without invisible characters. Raises RestError (400)."""
    text = event.get("body") or ""
    is_json = _header(event, "content-type").partition(";")[0].strip().lower() == JSON
    if not is_json or event.get("isBase64Encoded") or not isinstance(text, str) or len(text) > MAX_BODY_CHARACTERS:
        raise RestError(400, "invalid_input")
    try:
        return model.model_validate(clean_value(json.loads(text)))
    except (ValueError, ValidationError, RecursionError):
        raise RestError(400, "invalid_input") from None


def cookie_of(event: Mapping[str, Any], name: str) -> str | None:
    """The value of a cookie; None if it was not sent, or more than once."""
    pairs = [pair.strip().partition("=") for pair in _header(event, "cookie").split(";")]
    values = [value for key, _, value in pairs if key == name and value]
    return values[0] if len(values) == 1 else None


def _header(event: Mapping[str, Any], name: str) -> str:
    """A header by its name in lower case; an empty text if it was not sent."""
    headers = {str(key).lower(): str(value) for key, value in (event.get("headers") or {}).items()}
    return headers.get(name, "")


def answered(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An answer of JSON, or of nothing; never kept by a browser."""
    text = "" if body is None else body if isinstance(body, str) else to_json(body)
    own = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    kind = {"Content-Type": JSON} if text else {}
    return {"statusCode": status, "headers": {**own, **kind, **(headers or {})}, "body": text}
