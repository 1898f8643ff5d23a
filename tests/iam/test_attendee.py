"""Attendees: what one can do, what only a further policy could open, and what nothing can open."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.identity.attendee_boundary import attendee_boundary
from stacks.identity.attendee_policy import attendee_model_policy, attendee_studio_policy
from stacks.identity.scope import MAX_POLICY_CHARACTERS
from tests.iam.actions import actions, matching
from tests.iam.attendee_escalations import ESCALATIONS
from tests.iam.attendee_vectors import (
    ACCOUNT,
    BUCKET,
    CAN,
    CANNOT,
    COULD,
    GUARDED,
    JOB,
    MINE,
    MY_PROFILE,
    MY_TAGS,
    NAMESAKE,
    OTHER_SCOPE,
    PASSED,
    PROFILE,
    REGION,
    ROUTED,
    SCOPE,
    SPACE,
    UNTAGGED,
    Vector,
    attendee,
    model,
    sagemaker,
    without,
)
from tests.iam.conditions import as_list
from tests.iam.evaluator import allowed
from tests.iam.model import ContextValue, Policies, Policy
from tests.iam.mutations import mutants

STUDIO, MODELS, BOUNDARY = attendee_studio_policy(SCOPE), attendee_model_policy(SCOPE), attendee_boundary(SCOPE)
OWN = (STUDIO, MODELS)
ANYTHING: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def ids(vectors: list[Vector]) -> list[str]:
    return [vector.name for vector in vectors]


def decided(vector: Vector, *identity: Policy, boundary: Policy | None = BOUNDARY) -> bool:
    return allowed(vector.request, Policies(identity=identity, boundary=(boundary,) if boundary else ()))


@pytest.mark.parametrize("vector", CAN, ids=ids(CAN))
def test_attendee_can(vector: Vector) -> None:
    assert decided(vector, *OWN)
    assert not decided(vector), "the boundary alone grants nothing"


@pytest.mark.parametrize("vector", COULD, ids=ids(COULD))
def test_attendee_could_with_a_further_policy(vector: Vector) -> None:
    assert not decided(vector, *OWN)
    assert decided(vector, ANYTHING)


@pytest.mark.parametrize("vector", [*CANNOT, *ESCALATIONS], ids=ids([*CANNOT, *ESCALATIONS]))
def test_attendee_cannot_whatever_is_attached(vector: Vector) -> None:
    assert not decided(vector, *OWN)
    assert not decided(vector, *OWN, boundary=None), "the policy must not rely on the boundary"
    assert not decided(vector, ANYTHING)


@pytest.mark.parametrize("vector", [*CAN, *COULD], ids=ids([*CAN, *COULD]))
def test_a_session_without_the_tag_can_nothing(vector: Vector) -> None:
    assert not decided(replace(vector, principal=UNTAGGED), ANYTHING)


OTHER_OWN = (attendee_studio_policy(OTHER_SCOPE), attendee_model_policy(OTHER_SCOPE))
OTHER_BOUNDARY = attendee_boundary(OTHER_SCOPE)
OF_ALL_WORKSHOPS = {
    "list spaces",
    "log in to ECR",
    "pull the training image",
    # SageMaker's log groups and metrics are the account's.
    "write job log",
    "write job metric",
}
TO_LOOK_AT = {"apply the guardrail", "find the bucket", "see the domain", "watch own job"}
"""With a further policy only: the boundary lets through what changes nothing."""


def as_namesake(*policies: Policy, boundary: Policy) -> set[str]:
    """Names of the vectors that the attendee of my name in the other workshop of the account succeeds with here."""
    theirs = [replace(vector, principal=NAMESAKE) for vector in [*CAN, *COULD]]
    return {vector.name for vector in theirs if decided(vector, *policies, boundary=boundary)}


def test_the_namesake_in_another_workshop_is_a_stranger() -> None:
    assert as_namesake(*OTHER_OWN, boundary=OTHER_BOUNDARY) == OF_ALL_WORKSHOPS
    assert as_namesake(ANYTHING, boundary=OTHER_BOUNDARY) == OF_ALL_WORKSHOPS | TO_LOOK_AT


@pytest.mark.parametrize("kind", SCOPE.instance_types)
def test_every_allowed_instance_type_works(kind: str) -> None:
    sizes: dict[str, ContextValue] = {"sagemaker:InstanceTypes": (kind,)}
    job = Vector("job", "sagemaker:CreateTrainingJob", sagemaker("training-job/att-1-x"), {**JOB, **sizes})
    app = Vector("app", "sagemaker:CreateApp", sagemaker(f"app/{SCOPE.domain_id}/lab/JupyterLab/x"), {**SPACE, **sizes})
    assert decided(job, *OWN)
    assert decided(app, *OWN)


@pytest.mark.proof
def test_every_statement_and_condition_is_needed() -> None:
    documents = (STUDIO, MODELS, BOUNDARY)
    assert holds(documents)
    survivors = [
        (statement["Sid"], name)
        for document in documents
        for statement in document["Statement"]
        for name, mutant in mutants(statement)
        if name.startswith(("drop the statement", "drop String", "drop Num", "drop Arn", "drop Null", "drop Bool"))
        and holds(tuple(replaced(one, statement, mutant) for one in documents))
    ]
    assert survivors == []


def holds(documents: tuple[Policy, ...]) -> bool:
    """True if every vector ends as wanted under these policies, the boundary last."""
    *own, boundary = documents
    refused = [*CANNOT, *ESCALATIONS]
    return (
        all(decided(vector, *own, boundary=boundary) for vector in CAN)
        and all(decided(vector, ANYTHING, boundary=boundary) for vector in COULD)
        and not any(decided(vector, *own, boundary=None) for vector in [*COULD, *refused])
        and not any(decided(vector, ANYTHING, boundary=boundary) for vector in refused)
        and not any(decided(replace(vector, principal=UNTAGGED), ANYTHING, boundary=boundary) for vector in CAN)
    )


def replaced(document: Policy, statement: dict[str, Any], mutant: dict[str, Any] | None) -> Policy:
    """A document with another statement, or without it."""
    kept = [mutant if one is statement else one for one in document["Statement"]]
    return {**document, "Statement": [one for one in kept if one is not None]}


def test_there_are_enough_vectors() -> None:
    found = [*CAN, *COULD, *CANNOT, *ESCALATIONS]
    assert len(set(ids(found))) == len(found) >= 60


CREATIONS = sorted(
    action
    for service in ("sagemaker", "bedrock", "bedrock-agentcore", "s3", "s3vectors", "lambda", "ecr", "glue", "ec2")
    for action in actions(service)
    if action.partition(":")[2].startswith(("create", "register", "import", "run"))
)
PARENTS_ONLY = {"sagemaker:createspace", "sagemaker:createapp", "sagemaker:createpresigneddomainurl"}
"""Scoped by domain and owner instead; the vectors prove how."""


def test_nothing_is_created_without_both_tags() -> None:
    assert set(CREATIONS) > PARENTS_ONLY
    places = ("*", sagemaker("x/att-1-x"), MY_PROFILE, f"{BUCKET}/att-1/x")
    for one_tag in ({}, dict([*MY_TAGS.items()][:1]), dict([*MY_TAGS.items()][1:])):
        context = {**without({**JOB, **SPACE, **GUARDED, **MINE}, *MY_TAGS), **one_tag}
        found = [Vector(action, action, place, context) for action in CREATIONS for place in places]
        assert {vector.action for vector in found if decided(vector, ANYTHING)} <= PARENTS_ONLY


@pytest.mark.parametrize("document", [STUDIO, MODELS, BOUNDARY], ids=["studio", "models", "boundary"])
def test_documents_fit_and_name_existing_actions(document: Policy) -> None:
    assert len(json.dumps(document, separators=(",", ":"))) <= MAX_POLICY_CHARACTERS
    assert {pattern for pattern in patterns(document) if pattern != "*" and not matching(pattern)} == set()
    sids = [one["Sid"] for one in document["Statement"]]
    assert len(set(sids)) == len(sids)


def test_policies_are_within_the_boundary() -> None:
    """An action that a policy allows and the boundary has not is a lab that fails."""
    ceiling = {action for pattern in patterns(BOUNDARY, "Allow") for action in matching(pattern)}
    assert {
        action for document in OWN for pattern in patterns(document) for action in matching(pattern)
    } - ceiling == set()


def patterns(document: Policy, *effects: str) -> Iterator[str]:
    for statement in document["Statement"]:
        if not effects or statement["Effect"] in effects:
            yield from as_list(statement.get("Action", statement.get("NotAction")))


def test_a_model_without_a_profile_is_called_directly() -> None:
    scope = replace(SCOPE, model_profile_arn=None, model_regions=(REGION,))
    direct = Vector("direct", "bedrock:InvokeModel", model(REGION), GUARDED)
    assert decided(direct, attendee_model_policy(scope), boundary=attendee_boundary(scope))
    assert not decided(direct, *OWN)
    profile = Vector("profile", "bedrock:InvokeModel", PROFILE, GUARDED)
    assert not decided(profile, attendee_model_policy(scope), boundary=attendee_boundary(scope))


def test_a_global_profile_needs_the_model_without_a_region() -> None:
    routed = Vector("global", "bedrock:InvokeModel", model(""), {**ROUTED, "aws:RequestedRegion": "unspecified"})
    assert decided(routed, attendee_model_policy(replace(SCOPE, model_regions=(REGION, ""))))
    assert not decided(routed, *OWN)


KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f0f0f0f-1111-2222-3333-444444444444"


@pytest.mark.parametrize(
    ("action", "resource", "context", "expected"),
    [
        ("kms:GenerateDataKey", KEY, {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}, True),
        ("kms:Decrypt", KEY, {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com"}, True),
        ("kms:Decrypt", KEY, {}, False),
        ("kms:Decrypt", KEY, {"kms:ViaService": f"ec2.{REGION}.amazonaws.com"}, False),
        ("kms:Decrypt", KEY.replace("0f0f", "1f1f"), {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}, False),
        ("kms:CreateGrant", KEY, {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com"}, False),
        (
            "kms:CreateGrant",
            KEY,
            {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com", "kms:GrantIsForAWSResource": "true"},
            True,
        ),
        ("kms:PutKeyPolicy", KEY, {}, False),
    ],
)
def test_a_customer_key_is_used_through_services(
    action: str, resource: str, context: dict[str, ContextValue], expected: bool
) -> None:
    scope = replace(SCOPE, kms_key_arn=KEY)
    boundary = attendee_boundary(scope)
    account = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    own = (attendee_studio_policy(scope), attendee_model_policy(scope))
    request = Vector("", action, resource, context).request
    resource_policy: Policy = {"Version": "2012-10-17", "Statement": [account]}
    assert allowed(request, Policies(identity=own, boundary=(boundary,), resource=(resource_policy,))) is expected
    assert not allowed(request, Policies(identity=OWN, boundary=(boundary,), resource=(resource_policy,)))
    sizes = [len(json.dumps(one, separators=(",", ":"))) for one in (*own, boundary)]
    assert [size for size in sizes if size > MAX_POLICY_CHARACTERS] == []


NAMES = st.from_regex(r"att-[0-9]{1,3}", fullmatch=True)


@given(mine=NAMES, other=NAMES, rest=st.text(alphabet="0123456789-/ax*?", max_size=6))
def test_no_name_reaches_into_another(mine: str, other: str, rest: str) -> None:
    vectors = [
        Vector("", "s3:GetObject", f"{BUCKET}/{other}/{rest}", principal=attendee(mine)),
        Vector("", "iam:PassRole", attendee(other).role_arn, PASSED, principal=attendee(mine)),
        Vector(
            "",
            "sagemaker:DescribeTrainingJob",
            sagemaker(f"training-job/{other}-{rest}"),
            {**MINE, "aws:ResourceTag/attendee": other},
            principal=attendee(mine),
        ),
        Vector("", "sagemaker:CreatePresignedDomainUrl", MY_PROFILE.replace("att-1", other), principal=attendee(mine)),
    ]
    assert [decided(vector, *OWN) for vector in vectors] == [mine == other] * len(vectors)
