"""Who asks is what the verified token says, and bodies are what docs/web-api.md allows."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.rest import Person, RestError, body_of, cookie_of, person_of
from lambda_src.web.own import Rename
from tests.lambda_src.page import request


def refusal(event: dict[str, Any]) -> tuple[int, str]:
    with pytest.raises(RestError) as caught:
        person_of(event)
    return caught.value.status, caught.value.code


@pytest.mark.parametrize(
    ("groups", "group"),
    [("attendee", "attendee"), ("attendee,helper", "helper"), ("[organiser attendee]", "organiser")],
)
def test_the_token_says_who_asks(groups: str, group: str) -> None:
    assert person_of(request("GET", "api/me", group=groups)) == Person("att-07", group)


@pytest.mark.parametrize(
    "event",
    [
        request("GET", "api/me", name=None),
        {"requestContext": None},
        {"requestContext": {"authorizer": {}}, "headers": {"X-Workshop-Attendee": "att-07", "Authorization": "att-07"}},
        {"requestContext": {}, "body": '{"person": "att-07"}', "queryStringParameters": {"name": "att-07"}},
        request("GET", "api/me", name="att-07\n"),
        request("GET", "api/me", name="att-07#x"),
        request("GET", "api/me", name=""),
    ],
)
def test_nothing_else_does(event: dict[str, Any]) -> None:
    assert refusal(event) == (401, "signed_out")


def test_an_access_token_is_no_sign_in() -> None:
    event = request("GET", "api/me")
    event["requestContext"]["authorizer"]["claims"]["token_use"] = "access"
    assert refusal(event) == (401, "signed_out")


@pytest.mark.parametrize("group", ["", "organisers", "ORGANISER", "no-organiser-s"])
def test_who_is_in_no_group_may_do_nothing(group: str) -> None:
    assert refusal(request("GET", "api/me", group=group)) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("", {"content-type": "application/json"}),
        ("no json", {"content-type": "application/json"}),
        ("[]", {"content-type": "application/json"}),
        ('{"title": 1}', {"content-type": "application/json"}),
        ('{"title": ""}', {"content-type": "application/json"}),
        ('{"title": "\\u200b"}', {"content-type": "application/json"}),
        ('{"title": "a", "owner": "att-08"}', {"content-type": "application/json"}),
        ('{"title": "' + "x" * 81 + '"}', {"content-type": "application/json"}),
        ('{"title": "' + "x" * 50_000 + '"}', {"content-type": "application/json"}),
        ("[" * 20_000, {"content-type": "application/json"}),
        ('{"title": "a"}', {"content-type": "text/plain"}),
        ('{"title": "a"}', {}),
    ],
)
def test_a_body_of_another_form_is_refused(body: str, headers: dict[str, str]) -> None:
    with pytest.raises(RestError) as caught:
        body_of({"body": body, "headers": headers}, Rename)
    assert (caught.value.status, caught.value.code) == (400, "invalid_input")


def test_what_nobody_sees_is_taken_out() -> None:
    event = {"body": '{"title": "a\\u202eb\\u200b"}', "headers": {"Content-Type": "application/json; charset=utf-8"}}
    assert body_of(event, Rename).title == "ab"


@given(st.text(max_size=200))
def test_a_body_is_taken_or_refused(text: str) -> None:
    with suppress(RestError):  # and no other error
        body_of({"body": text, "headers": {"content-type": "application/json"}}, Rename)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("workshop_session=a; other=b", "a"),
        ("other=b; workshop_session=a=b", "a=b"),
        ("workshop_session=a; workshop_session=b", None),
        ("workshop_session=", None),
        ("xworkshop_session=a", None),
        ("", None),
    ],
)
def test_one_cookie_or_none(header: str, value: str | None) -> None:
    assert cookie_of({"headers": {"Cookie": header}}, "workshop_session") == value
