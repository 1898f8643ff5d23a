"""The knowledge bucket's policy does what `bucket_intent.toml` says, and nothing beside it."""

import json

import pytest

from stacks.knowledge.bucket_policy import bucket_policy, organiser_trust_conditions
from tests.iam.actions import actions, actions_on, matching
from tests.iam.bucket_cases import (
    ACCOUNT,
    ANYTHING_GOES,
    CONFIGURATIONS,
    INTENT,
    LISTED,
    OTHER_ACCOUNT,
    STRANGERS,
    cases,
    mismatches,
    role,
    statements,
)
from tests.iam.conditions import as_list
from tests.iam.evaluator import allowed
from tests.iam.model import Policies, Policy, Request, User

pytestmark = pytest.mark.xdist_group("knowledge bucket")  # one worker, which computes the cases once
MAX_POLICY_BYTES = 20_480  # "Bucket policies": 20 KB


EXHAUSTIVE = [False, pytest.param(True, marks=pytest.mark.proof)]


@pytest.mark.parametrize("exhaustive", EXHAUSTIVE)
@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_policy_does_what_is_intended(configuration: str, exhaustive: bool) -> None:
    assert len(cases(configuration, exhaustive=exhaustive)) >= 3_500
    assert mismatches(configuration, stray=False, exhaustive=exhaustive) == ()


@pytest.mark.parametrize("exhaustive", EXHAUSTIVE)
@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_a_stray_allow_opens_nothing(configuration: str, exhaustive: bool) -> None:
    found = cases(configuration, exhaustive=exhaustive)
    assert [case for case in found if case.who in STRANGERS and case.granted_if_stray] == []
    assert mismatches(configuration, stray=True, exhaustive=exhaustive) == ()


def test_cases_cover_every_action_and_every_caller() -> None:
    found = cases("everything", exhaustive=False)
    assert {case.request.action for case in found} == actions_on("s3", "bucket") | actions_on("s3", "object")
    assert {case.who for case in found} == {*LISTED, *STRANGERS}
    assert {case.who for case in found if case.granted} == set(INTENT)


def test_intent_names_existing_actions() -> None:
    named = {
        f"s3:{name}".lower()
        for row in INTENT.values()
        for place in ("bucket", "documents", "others")
        for name in row[place]
    }
    assert named - actions("s3") == {"s3:everything", "s3:reading"}


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_policy_names_existing_actions_and_fits(configuration: str) -> None:
    found = bucket_policy(CONFIGURATIONS[configuration])
    patterns = {name for one in found for key in ("Action", "NotAction") for name in as_list(one.get(key, []))}
    assert {pattern for pattern in patterns if not matching(pattern)} == set()
    assert len(json.dumps({"Version": "2012-10-17", "Statement": found}, separators=(",", ":"))) <= MAX_POLICY_BYTES
    assert not [one["Sid"] for one in found if "NotPrincipal" in one]
    assert not [one["Sid"] for one in found if one["Effect"] == "Allow" and one["Principal"] == "*"]
    assert len({one["Sid"] for one in found}) == len(found)


@pytest.mark.parametrize(
    ("who", "account", "expected"),
    [
        ("Admin", ACCOUNT, True),
        ("workshop/ws-2026-11-28-ab12/attendees/att-01", ACCOUNT, False),
        ("workshop/ws-2026-11-28-ab12/Agent-9I0J", ACCOUNT, False),
        ("Admin", OTHER_ACCOUNT, False),
    ],
)
def test_organisers_are_people_of_the_account(who: str, account: str, expected: bool) -> None:
    trust: Policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "sts:AssumeRole",
                "Condition": organiser_trust_conditions("aws", ACCOUNT),
            }
        ]
    }
    request = Request(
        principal=role(who, account),
        action="sts:AssumeRole",
        resource=role("workshop/ws-2026-11-28-ab12/Organiser-5E6F").role_arn,
        resource_account=ACCOUNT,
    )
    assert allowed(request, Policies(identity=(ANYTHING_GOES,), resource=(trust,))) is expected
    assert not allowed(request, Policies(resource=(trust,)))


def test_a_user_is_an_organiser_only_through_the_role() -> None:
    user = User(account=ACCOUNT, name="ana")
    put = Request(principal=user, action="s3:PutObject", resource="arn:aws:s3:::ws-knowledge/docs/x.md")
    policy: Policy = {"Version": "2012-10-17", "Statement": statements("default")}
    assert not allowed(put, Policies(identity=(ANYTHING_GOES,), resource=(policy,)))
