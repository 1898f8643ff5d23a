"""Sign-in at a Cognito that really checks passwords and knows groups.

moto revokes no tokens: signing out is tried at the local AWS (`workshop/smoke/web.py`).
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from lambda_src.common.rest import RestError
from lambda_src.web.sign_in import MAX_TRIES, TRY_SECONDS, CodeSignIn
from tests.lambda_src.page import REGION, Clock, moto_table, request
from workshop.attendees.codes import IssuedCode, give


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cognito(clock: Clock) -> Iterator[tuple[CodeSignIn, Any, str]]:
    """The sign-in, Cognito's client and the id of a pool with the stack's settings."""
    with moto_table(clock) as table:
        client: Any = boto3.client("cognito-idp", region_name=REGION)
        policy = {"PasswordPolicy": {"MinimumLength": 13, "RequireNumbers": False, "RequireSymbols": False}}
        policy["PasswordPolicy"] |= {"RequireUppercase": False, "RequireLowercase": False}
        pool = client.create_user_pool(PoolName="web", Policies=policy)["UserPool"]["Id"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        made = client.create_user_pool_client(UserPoolId=pool, ClientName="page", ExplicitAuthFlows=flows)
        for group in ("attendee", "helper", "organiser"):
            client.create_group(UserPoolId=pool, GroupName=group)
        yield CodeSignIn(client, table, pool=pool, client=made["UserPoolClient"]["ClientId"]), client, pool


Cognito = tuple[CodeSignIn, Any, str]


@pytest.fixture
def person(cognito: Cognito) -> IssuedCode:
    _, client, pool = cognito
    return give(client, pool, "att-07", "attendee")


def start(cognito: Cognito, name: str, code: str) -> dict[str, Any]:
    return cognito[0].start(request("POST", "api/session/start", {"name": name, "code": code}, name=None))


def refused(cognito: Cognito, name: str, code: str) -> RestError:
    with pytest.raises(RestError) as caught:
        start(cognito, name, code)
    return caught.value


def cookie(answer: dict[str, Any]) -> dict[str, Any]:
    """A request with what the browser would send back."""
    pair = answer["headers"]["Set-Cookie"].partition(";")[0]
    headers = {"content-type": "application/json", "cookie": pair}
    return request("POST", "api/session/resume", {}, name=None, headers=headers)


def test_a_code_opens_the_page_however_it_is_typed(cognito: Cognito, person: IssuedCode) -> None:
    for code in (person.code, person.printed, person.printed.upper(), f" {person.code} "):
        answer = start(cognito, " ATT-07 ", code)
        body = json.loads(answer["body"])
        assert body["person"] == {"name": "att-07", "group": "attendee"}
        assert body["token"].count(".") == 2
        assert body["expires_in"] > 0
        assert answer["headers"]["Cache-Control"] == "no-store"


def test_the_cookie_is_for_no_script_and_for_nobody_else(cognito: Cognito, person: IssuedCode) -> None:
    set_cookie = start(cognito, "att-07", person.code)["headers"]["Set-Cookie"]
    attributes = {part.strip() for part in set_cookie.split(";")[1:]}
    assert attributes == {"Max-Age=43200", "HttpOnly", "Secure", "SameSite=Strict"}
    token = json.loads(start(cognito, "att-07", person.code)["body"])["token"]
    assert token not in set_cookie


def test_a_wrong_code_and_an_unknown_name_are_answered_alike(cognito: Cognito, person: IssuedCode) -> None:
    wrong = [refused(cognito, "att-07", "x" * 13), refused(cognito, "att-99", person.code)]
    wrong += [refused(cognito, name, person.code) for name in ("../att-07", "att-07#", "a" * 63 + "b")]
    assert {(error.status, error.code, error.retry_after) for error in wrong} == {(401, "wrong_code", None)}


def test_too_many_tries_wait_and_then_go_on(cognito: Cognito, person: IssuedCode, clock: Clock) -> None:
    for _ in range(MAX_TRIES):
        assert refused(cognito, "att-07", "x" * 13).status == 401
    error = refused(cognito, "att-07", person.code)  # even with the right code
    assert (error.status, error.code) == (429, "too_many_tries")
    assert error.retry_after is not None
    assert 1 <= error.retry_after <= TRY_SECONDS
    assert refused(cognito, "att-08", "x" * 13).status == 401  # nobody else waits
    clock.seconds += TRY_SECONDS + 1
    assert start(cognito, "att-07", person.code)["statusCode"] == 200


def test_a_good_sign_in_forgets_the_bad_ones(cognito: Cognito, person: IssuedCode) -> None:
    for _ in range(3):
        for _ in range(MAX_TRIES - 1):
            refused(cognito, "att-07", "x" * 13)
        start(cognito, "att-07", person.code)


def test_a_reload_keeps_the_person_signed_in(cognito: Cognito, person: IssuedCode) -> None:
    again = cognito[0].resume(cookie(start(cognito, "att-07", person.code)))
    assert json.loads(again["body"])["person"]["name"] == "att-07"
    assert "Set-Cookie" not in again["headers"]


@pytest.mark.parametrize("value", ["", "workshop_session=a; workshop_session=b"])
def test_no_or_no_good_cookie_is_signed_out(cognito: Cognito, value: str) -> None:
    headers = {"content-type": "application/json", "cookie": value}
    with pytest.raises(RestError) as caught:
        cognito[0].resume(request("POST", "api/session/resume", {}, name=None, headers=headers))
    assert (caught.value.status, caught.value.code) == (401, "signed_out")


def test_another_site_cannot_resume_with_a_form(cognito: Cognito, person: IssuedCode) -> None:
    """A form sends no JSON, and a script of another site would have to ask first, which nobody answers."""
    event = cookie(start(cognito, "att-07", person.code))
    event["headers"]["content-type"] = "application/x-www-form-urlencoded"
    with pytest.raises(RestError) as caught:
        cognito[0].resume(event)
    assert caught.value.status == 400


def test_a_new_code_ends_the_old_one(cognito: Cognito, person: IssuedCode) -> None:
    _, client, pool = cognito
    fresh = give(client, pool, "att-07", "attendee")
    assert refused(cognito, "att-07", person.code).status == 401
    assert start(cognito, "att-07", fresh.code)["statusCode"] == 200
