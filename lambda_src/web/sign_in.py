"""Signing in with a printed code, staying signed in over a reload, and signing out.

The function asks Cognito with its own permissions (ADMIN_USER_PASSWORD_AUTH), and the pool's client allows no other way
in, so that nobody guesses codes past the limit here. What survives a reload is Cognito's refresh token, in a cookie
that scripts cannot read: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

import base64
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from pydantic import Field

from lambda_src.common.rest import PERSON_NAME, RestBody, RestError, answered, body_of, cookie_of, group_of
from lambda_src.common.table import WebTable

COOKIE = "workshop_session"
COOKIE_SECONDS = 12 * 3600
MAX_TRIES, TRY_SECONDS = 5, 60
"""So many sign-ins of one name within so many seconds; more are refused before Cognito counts them, whose lock lasts
longer and which a neighbour could bring about."""
_WRONG = {
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
}


class Start(RestBody):
    """The body of `POST api/session/start`."""

    name: str = Field(min_length=1, max_length=64)
    code: str = Field(min_length=1, max_length=100)


class EmptyBody(RestBody):
    """A body that is an empty object, `{}`."""


class CodeSignIn:
    """Sign-in with codes at one user pool through its client."""

    def __init__(self, cognito: Any, table: WebTable, *, pool: str, client: str) -> None:
        self._cognito = cognito
        self._table = table
        self._pool = pool
        self._client = client

    def start(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Name and code to a session. Raises RestError: 401 for a wrong one, 429 after too many."""
        given = body_of(event, Start)
        name = given.name.strip().lower()
        if not PERSON_NAME.fullmatch(name):
            raise RestError(401, "wrong_code")
        self._count_try(name)
        parameters = {"USERNAME": name, "PASSWORD": plain_code(given.code)}
        result = self._asked("ADMIN_USER_PASSWORD_AUTH", parameters, "wrong_code")
        self._table.delete("tries", name)
        return self._session(result, {"Set-Cookie": _cookie(result["RefreshToken"], COOKIE_SECONDS)})

    def resume(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The cookie to a session. Raises RestError (401)."""
        body_of(event, EmptyBody)
        token = cookie_of(event, COOKIE)
        if token is None:
            raise RestError(401, "signed_out")
        return self._session(self._asked("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token}, "signed_out"), {})

    def end(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Make the cookie's token useless and take the cookie away."""
        body_of(event, EmptyBody)
        token = cookie_of(event, COOKIE)
        if token is not None:
            with suppress(ClientError):  # a token that Cognito does not know needs no revoking
                self._cognito.revoke_token(Token=token, ClientId=self._client)
        return answered(204, None, {"Set-Cookie": _cookie("", 0)})

    def _count_try(self, name: str) -> None:
        now = int(self._table.now())
        counted = self._table.update(
            "tries",
            name,
            "SET #tries = if_not_exists(#tries, :none) + :one, expires_at = if_not_exists(expires_at, :end)",
            "attribute_not_exists(#tries) OR #tries < :most",
            none=0,
            one=1,
            end=now + TRY_SECONDS,
            most=MAX_TRIES,
        )
        if counted is not None and int(counted["expires_at"]) > now:
            return
        waiting = self._table.get("tries", name)
        if waiting is None:  # the minute is over, and DynamoDB has not removed it yet
            self._table.put("tries", name, TRY_SECONDS, tries=1)
            return
        raise RestError(429, "too_many_tries", retry_after=max(1, int(waiting["expires_at"]) - now))

    def _asked(self, flow: str, parameters: Mapping[str, str], refusal: str) -> dict[str, Any]:
        try:
            answer = self._cognito.admin_initiate_auth(
                UserPoolId=self._pool, ClientId=self._client, AuthFlow=flow, AuthParameters=dict(parameters)
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "TooManyRequestsException" or "attempts exceeded" in error.response["Error"]["Message"]:
                raise RestError(429, "too_many_tries", retry_after=TRY_SECONDS) from None
            raise RestError(401, refusal) if code in _WRONG else error from None
        if "AuthenticationResult" not in answer:  # a challenge: the organiser's command leaves none
            raise RestError(401, refusal)
        result: dict[str, Any] = answer["AuthenticationResult"]
        return result

    def _session(self, result: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        claims = _claims(result["IdToken"])
        person = {"name": claims["cognito:username"], "group": group_of(claims.get("cognito:groups"))}
        body = {"token": result["IdToken"], "expires_in": int(result["ExpiresIn"]), "person": person}
        return answered(200, body, headers)


def plain_code(code: str) -> str:
    """A code as Cognito has it: printed in groups, it is typed with or without hyphens, blanks and capitals."""
    return re.sub(r"[\s-]", "", code).lower()


def _claims(token: str) -> dict[str, Any]:
    """What is in a token that came from Cognito itself a moment ago, so its signature needs no look."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def _cookie(value: str, seconds: int) -> str:
    # Without a path, a browser sends it to the folder that it came from, `…/api/session/`, and nowhere else.
    return f"{COOKIE}={value}; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict"
