"""The evaluator against what AWS documents; the name of the page stands above each group of vectors."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.iam.conditions import PolicyError
from tests.iam.evaluator import allowed, decide
from tests.iam.model import (
    Anonymous,
    ContextValue,
    Decision,
    Policies,
    Policy,
    Principal,
    Request,
    RoleSession,
    Root,
    Service,
    User,
)

ALLOWED, EXPLICIT, IMPLICIT = Decision.ALLOWED, Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY
ACCOUNT, OTHER = "111122223333", "123456789012"
OBJECT = "arn:aws:s3:::amzn-s3-demo-bucket/taxdocuments/2026.pdf"
ANA = User(account=ACCOUNT, name="ana")
FOREIGN = User(account=OTHER, name="ana")
SESSION = RoleSession(account=ACCOUNT, role="team/examplerole", session="examplesession")
SESSION_ARN, ROLE_ARN = SESSION.arns
USER_ARN = ANA.arns[0]
LOGGING = "logging.s3.amazonaws.com"
LOG_DELIVERY = Service(name=LOGGING)


def statement(effect: str, **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:GetObject", "Resource": "*", **elements}


def policy(*statements: Mapping[str, Any]) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}


ALLOW, DENY = policy(statement("Allow")), policy(statement("Deny"))
NOTHING = policy(statement("Allow", Action="s3:PutObject"))


def get(principal: Principal, **context: ContextValue) -> Request:
    return Request(
        principal=principal, action="s3:GetObject", resource=OBJECT, resource_account=ACCOUNT, context=context
    )


def bucket(principal: Any, effect: str = "Allow", **elements: Any) -> Policy:
    return policy(statement(effect, Principal=principal, **elements))


def at(resource: Policy, **others: tuple[Policy, ...]) -> Policies:
    return Policies(resource=(resource,), **others)


def own(*statements: Mapping[str, Any]) -> Policies:
    return Policies(identity=(policy(*statements),))


def all_but(listed: dict[str, Any]) -> Policies:
    return at(policy(statement("Deny", NotPrincipal=listed)), identity=(ALLOW,))


# Page: "Policy evaluation logic", "Evaluating identity-based policies with ... boundaries"
EVALUATION = [
    ("nothing allows", ANA, Policies(), IMPLICIT),
    ("identity allows", ANA, Policies(identity=(ALLOW,)), ALLOWED),
    ("deny beats allow", ANA, Policies(identity=(ALLOW, DENY)), EXPLICIT),
    ("boundary is no grant", ANA, Policies(boundary=(ALLOW,)), IMPLICIT),
    ("boundary limits", ANA, Policies(identity=(ALLOW,), boundary=(NOTHING,)), IMPLICIT),
    ("boundary agrees", ANA, Policies(identity=(ALLOW,), boundary=(ALLOW,)), ALLOWED),
    ("boundary denies", ANA, Policies(identity=(ALLOW,), boundary=(ALLOW, DENY)), EXPLICIT),
    ("session policy limits", SESSION, Policies(identity=(ALLOW,), session=(NOTHING,)), IMPLICIT),
    ("session policy agrees", SESSION, Policies(identity=(ALLOW,), session=(ALLOW,)), ALLOWED),
    ("resource policy alone", ANA, at(bucket({"AWS": USER_ARN})), ALLOWED),
    ("resource deny", ANA, at(bucket("*", "Deny"), identity=(ALLOW,)), EXPLICIT),
    ("root needs no policy", Root(account=ACCOUNT), Policies(), ALLOWED),
    ("root can be denied", Root(account=ACCOUNT), at(bucket("*", "Deny")), EXPLICIT),
    # Same page, table of resource-based policies and implicit denies in the same account
    ("user ARN passes a boundary", ANA, at(bucket({"AWS": USER_ARN}), boundary=(NOTHING,)), ALLOWED),
    ("role ARN does not", SESSION, at(bucket({"AWS": ROLE_ARN}), boundary=(NOTHING,)), IMPLICIT),
    ("role ARN within it", SESSION, at(bucket({"AWS": ROLE_ARN}), boundary=(ALLOW,)), ALLOWED),
    ("session ARN passes it", SESSION, at(bucket({"AWS": SESSION_ARN}), boundary=(NOTHING,)), ALLOWED),
    ("session ARN passes session policy", SESSION, at(bucket({"AWS": SESSION_ARN}), session=(NOTHING,)), ALLOWED),
    (
        "everybody, by aws:PrincipalArn, passes it",
        SESSION,
        Policies(
            boundary=(NOTHING,),
            resource=(bucket("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE_ARN}}),),
        ),
        ALLOWED,
    ),
    # Page: "IAM JSON policy elements: Principal"
    ("account delegates only", ANA, at(bucket({"AWS": ACCOUNT})), IMPLICIT),
    ("account ARN delegates only", ANA, at(bucket({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})), IMPLICIT),
    ("deny by account", ANA, at(bucket({"AWS": ACCOUNT}, "Deny"), identity=(ALLOW,)), EXPLICIT),
    (
        "role path is not in the session's ARN",
        SESSION,
        at(bucket({"AWS": SESSION_ARN.replace("role/", "role/team/")})),
        IMPLICIT,
    ),
    ("anonymous by star", Anonymous(), at(bucket("*")), ALLOWED),
    ("anonymous by AWS star", Anonymous(), at(bucket({"AWS": "*"})), ALLOWED),
    ("anonymous has no identity", Anonymous(), Policies(identity=(ALLOW,)), IMPLICIT),
    ("service by name", LOG_DELIVERY, at(bucket({"Service": LOGGING})), ALLOWED),
    ("another service", LOG_DELIVERY, at(bucket({"Service": "delivery.logs.amazonaws.com"})), IMPLICIT),
    ("service is no user", ANA, at(bucket({"Service": LOGGING})), IMPLICIT),
    # Page: "Cross-account policy evaluation logic"
    ("cross-account, bucket only", FOREIGN, at(bucket({"AWS": FOREIGN.arns[0]})), IMPLICIT),
    ("cross-account, identity only", FOREIGN, Policies(identity=(ALLOW,)), IMPLICIT),
    ("cross-account, both", FOREIGN, at(bucket({"AWS": OTHER}), identity=(ALLOW,)), ALLOWED),
    ("cross-account, boundary", FOREIGN, at(bucket({"AWS": OTHER}), identity=(ALLOW,), boundary=(NOTHING,)), IMPLICIT),
    # Page: "IAM JSON policy elements: NotPrincipal"
    ("NotPrincipal, listed fully", ANA, all_but({"AWS": [USER_ARN, ACCOUNT]}), ALLOWED),
    ("NotPrincipal, account missing", ANA, all_but({"AWS": USER_ARN}), EXPLICIT),
    ("NotPrincipal, session missing", SESSION, all_but({"AWS": [ROLE_ARN, ACCOUNT]}), EXPLICIT),
    ("NotPrincipal, role and session", SESSION, all_but({"AWS": [*SESSION.arns, ACCOUNT]}), ALLOWED),
    # Page: "IAM JSON policy elements: NotAction", "... NotResource"
    ("NotAction covers the rest", ANA, own({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), ALLOWED),
    ("NotAction leaves its own out", ANA, own({"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}), IMPLICIT),
    (
        "NotResource leaves its own out",
        ANA,
        own({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::amzn-s3-demo-bucket/*"}),
        IMPLICIT,
    ),
    (
        "NotResource covers the rest",
        ANA,
        own({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::other/*"}),
        ALLOWED,
    ),
    ("actions ignore case", ANA, own(statement("Allow", Action="S3:getobject")), ALLOWED),
    ("action wildcards", ANA, own(statement("Allow", Action="s3:Get?bject")), ALLOWED),
    ("action prefix is not enough", ANA, own(statement("Allow", Action="s3:Get")), IMPLICIT),
    ("resources mind case", ANA, own(statement("Allow", Resource=OBJECT.upper())), IMPLICIT),
]


@pytest.mark.parametrize(
    ("principal", "policies", "expected"), [row[1:] for row in EVALUATION], ids=[row[0] for row in EVALUATION]
)
def test_decides_like_the_documentation(principal: Principal, policies: Policies, expected: Decision) -> None:
    assert decide(get(principal), policies) is expected


def test_refuses_principals_that_are_not_modelled() -> None:
    with pytest.raises(PolicyError, match="Federated"):
        decide(get(ANA), at(bucket({"Federated": "accounts.example.com"})))


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_statement_with_an_unresolved_variable_does_not_apply(effect: str) -> None:
    identity = policy(
        statement("Deny" if effect == "Deny" else "Allow", Resource="arn:aws:s3:::${aws:PrincipalTag/team}/*"),
        *([statement("Allow")] if effect == "Deny" else []),
    )
    assert allowed(get(ANA), Policies(identity=(identity,))) is (effect == "Deny")


# Pages: "Key policies in AWS KMS", "IAM role trust policies": the own account needs them as well.
@pytest.mark.parametrize(("trusted", "expected"), [("*", True), (ACCOUNT, True), (OTHER, False)])
@pytest.mark.parametrize("action", ["kms:Decrypt", "sts:AssumeRole"])
def test_keys_and_roles_need_a_resource_policy(action: str, trusted: str, expected: bool) -> None:
    request = Request(principal=ANA, action=action, resource=ROLE_ARN)
    trust = policy({"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "*"})
    identity = policy(statement("Allow", Action="*"))
    assert not allowed(request, Policies(identity=(identity,)))
    assert allowed(request, Policies(identity=(identity,), resource=(trust,))) is expected


PRINCIPALS = st.sampled_from(
    [ANA, FOREIGN, SESSION, Root(account=ACCOUNT), Anonymous(), Service(name="x.amazonaws.com")]
)
NAMED = st.sampled_from(["*", {"AWS": [ACCOUNT]}, {"AWS": list(SESSION.arns)}, {"AWS": USER_ARN}, {"AWS": OTHER}])
PATTERNS = st.text(alphabet="s3:getob*?jc", max_size=12) | st.sampled_from(["*", "s3:*", "s3:GetObject"])
WHEN = st.sampled_from(
    [
        {},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"ArnNotLike": {"aws:PrincipalArn": ROLE_ARN}},
        {"Null": {"x": "false"}},
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    action = draw(st.sampled_from(["Action", "NotAction"]))
    return {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        action: draw(st.lists(PATTERNS, min_size=1, max_size=3)),
        "Resource": draw(st.sampled_from(["*", "arn:aws:s3:::amzn-s3-demo-bucket/*", "arn:aws:s3:::other"])),
        "Condition": draw(WHEN),
    }


@st.composite
def named_statements(draw: st.DrawFn) -> dict[str, Any]:
    return {**draw(statements()), draw(st.sampled_from(["Principal", "NotPrincipal"])): draw(NAMED)}


@st.composite
def worlds(draw: st.DrawFn) -> Policies:
    some = st.lists(statements(), max_size=3).map(lambda found: policy(*found))
    return Policies(
        identity=draw(st.tuples(some)),
        boundary=draw(st.just(()) | st.tuples(some)),
        session=draw(st.just(()) | st.tuples(some)),
        resource=(policy(*draw(st.lists(named_statements(), max_size=4))),),
    )


REQUESTS = st.builds(
    get, PRINCIPALS, **{"aws:SecureTransport": st.sampled_from(["true", "false"]), "x": st.sampled_from(["", "y"])}
)


@given(request=REQUESTS, world=worlds(), kind=st.sampled_from(["identity", "boundary", "session", "resource"]))
def test_a_matching_deny_wins(request: Request, world: Policies, kind: str) -> None:
    denied = policy({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"})
    world = Policies(**{**vars(world), kind: (*getattr(world, kind), denied)})
    assert decide(request, world) is EXPLICIT


@given(request=REQUESTS, world=worlds(), extra=named_statements())
def test_another_deny_never_adds_access(request: Request, world: Policies, extra: dict[str, Any]) -> None:
    more = Policies(**{**vars(world), "resource": (*world.resource, policy({**extra, "Effect": "Deny"}))})
    assert allowed(request, world) or not allowed(request, more)


@given(request=REQUESTS, world=worlds(), data=st.data())
def test_one_allow_less_never_adds_access(request: Request, world: Policies, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["identity", "boundary", "session", "resource"]))
    documents = getattr(world, kind)
    found = [one for document in documents for one in document["Statement"]]
    gone = data.draw(st.sampled_from([one for one in found if one["Effect"] == "Allow"] or [None]))
    fewer = tuple(policy(*(one for one in document["Statement"] if one is not gone)) for document in documents)
    assert allowed(request, world) or not allowed(request, Policies(**{**vars(world), kind: fewer}))
