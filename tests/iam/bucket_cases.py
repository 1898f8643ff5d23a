"""The callers, places and circumstances that the knowledge bucket's policy has to tell apart."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from stacks.knowledge.bucket_policy import BucketPrincipals, bucket_policy
from tests.iam.actions import actions_on
from tests.iam.evaluator import allowed
from tests.iam.model import (
    Anonymous,
    ContextValue,
    Policies,
    Policy,
    Principal,
    Request,
    RoleSession,
    Root,
    Service,
    User,
)

INTENT: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("bucket_intent.toml").read_text("utf-8")
)
ACCOUNT, OTHER_ACCOUNT = "111122223333", "123456789012"
ORGANIZATION, OTHER_ORGANIZATION = "o-a1b2c3d4e5", "o-e5d4c3b2a1"
ENDPOINTS = ("vpce-0123456789abcdef0", "vpce-00000000")
KEY, OTHER_KEY = (f"arn:aws:kms:ap-southeast-1:{ACCOUNT}:key/{name}" for name in ("ours", "theirs"))
BUCKET = "arn:aws:s3:::ws-knowledge"
PLACES = {"bucket": BUCKET, "documents": f"{BUCKET}/docs/vi/chao.md", "others": f"{BUCKET}/documents/x.md"}
ROLES = {
    "knowledge-base": "workshop/ws-2026-11-28-ab12/KnowledgeBase-1A2B",
    "ingest": "workshop/ws-2026-11-28-ab12/Upload-3C4D",
    "organiser": "workshop/ws-2026-11-28-ab12/Organiser-5E6F",
    "admin": "aws-reserved/sso.amazonaws.com/ap-southeast-1/AWSReservedSSO_Admin_0a1b2c3d",
    "cloudformation": f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-ap-southeast-1",
    "auto-delete": "ws-Knowledge-CustomS3AutoDeleteObjectsRole-7G8H",
    "service-linked": "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
}
MISTAKEN_ADMIN = "MistakenAdmin"
"""A role of another account that somebody listed as an administrator."""


def role(name: str, account: str = ACCOUNT) -> RoleSession:
    """A session of a role of the organization."""
    return RoleSession(account=account, role=name, organization=ORGANIZATION)


LISTED: dict[str, Principal] = {
    **{who: role(name) for who, name in ROLES.items()},
    "root": Root(account=ACCOUNT, organization=ORGANIZATION),
}
STRANGERS: dict[str, Principal] = {
    "anonymous": Anonymous(),
    "user": User(account=ACCOUNT, name="ana", organization=ORGANIZATION),
    "attendee": role("workshop/ws-2026-11-28-ab12/attendees/att-01"),
    "agent": role("workshop/ws-2026-11-28-ab12/Agent-9I0J"),
    "other workshop": role("workshop/ws-2026-11-29-ab12/KnowledgeBase-1A2B"),
    "same name, no path": role("KnowledgeBase-1A2B"),
    "longer name": role(f"{ROLES['ingest']}X"),
    "service role look-alike": role("service-role/config.amazonaws.com/AWSServiceRoleForConfig"),
    "knowledge base elsewhere": role(ROLES["knowledge-base"], OTHER_ACCOUNT),
    "organiser elsewhere": role(ROLES["organiser"], OTHER_ACCOUNT),
    "service-linked elsewhere": role(ROLES["service-linked"], OTHER_ACCOUNT),
    "root elsewhere": Root(account=OTHER_ACCOUNT, organization=ORGANIZATION),
    "mistaken admin": role(MISTAKEN_ADMIN, OTHER_ACCOUNT),
    "Bedrock": Service(name="bedrock.amazonaws.com"),
    "log delivery": Service(name="logging.s3.amazonaws.com"),
}
DEFAULT = BucketPrincipals(
    partition="aws",
    account_id=ACCOUNT,
    bucket_arn=BUCKET,
    knowledge_base_role_arn=role(ROLES["knowledge-base"]).role_arn,
    ingest_role_arn=role(ROLES["ingest"]).role_arn,
    organiser_role_arn=role(ROLES["organiser"]).role_arn,
    cloudformation_role_arn=role(ROLES["cloudformation"]).role_arn,
    auto_delete_role_arn=role(ROLES["auto-delete"]).role_arn,
)
EVERYTHING = replace(
    DEFAULT,
    admin_role_arns=(role(ROLES["admin"]).role_arn, role(MISTAKEN_ADMIN, OTHER_ACCOUNT).role_arn),
    organization_id=ORGANIZATION,
    vpc_endpoint_ids=ENDPOINTS,
    kms_key_arn=KEY,
)
CONFIGURATIONS = {"default": DEFAULT, "everything": EVERYTHING}
CDK_GRANT = {
    "Effect": "Allow",
    "Principal": {"AWS": DEFAULT.auto_delete_role_arn},
    "Action": ["s3:PutBucketPolicy", "s3:GetBucket*", "s3:List*", "s3:DeleteObject*"],
    "Resource": [BUCKET, f"{BUCKET}/*"],
}
"""What CDK adds to the policy of a bucket with auto-delete."""
STRAY_ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}
"""A mistake that somebody might append."""

HTTPS: dict[str, ContextValue] = {
    "aws:SecureTransport": "true",
    "s3:TlsVersion": "1.3",
    "s3:authType": "REST-HEADER",
    "aws:SourceVpce": ENDPOINTS[0],
}


@dataclass(frozen=True)
class Circumstance:
    """How the request is made."""

    name: str
    keys: Mapping[str, ContextValue | None] = field(default_factory=dict)
    """Changes of the context against an ordinary HTTPS request; None takes a key away."""
    refused: bool = False
    """Refused whoever asks."""


CIRCUMSTANCES = (
    Circumstance("HTTPS"),
    Circumstance("keys absent", {"s3:TlsVersion": None, "s3:authType": None}),
    Circumstance("TLS 1.2", {"s3:TlsVersion": "1.2"}),
    Circumstance("HTTP", {"aws:SecureTransport": "false", "s3:TlsVersion": None}, refused=True),
    Circumstance("TLS 1.1", {"s3:TlsVersion": "1.1"}, refused=True),
    Circumstance("presigned URL", {"s3:authType": "REST-QUERY-STRING"}, refused=True),
    Circumstance("HTML form", {"s3:authType": "POST"}, refused=True),
    Circumstance("our service", {"aws:SourceAccount": ACCOUNT}),
    Circumstance("our other endpoint", {"aws:SourceVpce": ENDPOINTS[1]}),
    Circumstance("another network", {"aws:SourceVpce": "vpce-ffffffff"}),
    Circumstance("no endpoint", {"aws:SourceVpce": None}),
    Circumstance("account left the organization", {"aws:PrincipalOrgID": OTHER_ORGANIZATION}),
)
TELLING = ("keys absent", "our service")
"""Circumstances other than the ordinary one that could let a stranger in."""
SSE, SSE_KEY, SSE_C = (
    f"s3:x-amz-server-side-encryption{end}" for end in ("", "-aws-kms-key-id", "-customer-algorithm")
)
ENCRYPTION: dict[str, dict[str, ContextValue]] = {
    "the bucket's": {},
    "S3-managed": {SSE: "AES256"},
    "KMS, no key named": {SSE: "aws:kms"},
    "KMS, our key": {SSE: "aws:kms", SSE_KEY: KEY},
    "KMS, foreign key": {SSE: "aws:kms", SSE_KEY: OTHER_KEY},
    "KMS twice, our key": {SSE: "aws:kms:dsse", SSE_KEY: KEY},
    "the caller's": {SSE_C: "AES256"},
}
GOOD_ENCRYPTION = {"default": {"the bucket's", "S3-managed"}, "everything": {"the bucket's", "KMS, our key"}}


@dataclass(frozen=True)
class Case:
    """One request, what the caller's own policies allow, and the outcome that is wanted."""

    who: str
    place: str
    circumstance: str
    request: Request
    own_policy: bool
    granted: bool
    """The outcome with the policy as it is."""
    granted_if_stray: bool
    """The outcome with a stray Allow appended."""

    def __str__(self) -> str:
        """A line of a failure."""
        own = "with" if self.own_policy else "without"
        return f"{self.who}, {own} own policy: {self.request.action} on {self.place}, {self.circumstance}"


SAMPLE = frozenset(
    f"s3:{name}".lower()
    for row in INTENT.values()
    for place in PLACES
    for name in (*row[place], "DeleteBucketPolicy", "PutObjectAcl", "ReplicateObject", "UpdateObjectEncryption")
)
"""Actions that the quick run asks for under every circumstance: all that somebody needs, and a few that nobody does."""


@cache
def cases(configuration: str, *, exhaustive: bool) -> tuple[Case, ...]:
    """Every caller × action × place, and every kind of encrypted write.

    Under the ordinary circumstance with and without policies of the caller's own; under the others, which only take
    access away, with them. `exhaustive` asks for every action and of every caller there too, and not for a sample.
    """
    return (*_calls(configuration, exhaustive), *_writes(configuration))


@cache
def statements(configuration: str) -> list[dict[str, Any]]:
    """The bucket's policy with what CDK adds to it."""
    return [*bucket_policy(CONFIGURATIONS[configuration]), CDK_GRANT]


def outcome(case: Case, bucket_statements: list[dict[str, Any]]) -> bool:
    """Whether the request of a case succeeds under a bucket policy."""
    policy: Policy = {"Version": "2012-10-17", "Statement": bucket_statements}
    identity = (ANYTHING_GOES,) if case.own_policy else ()
    return allowed(case.request, Policies(resource=(policy,), identity=identity))


@cache
def mismatches(configuration: str, *, stray: bool, exhaustive: bool) -> tuple[str, ...]:
    """Cases of the policy as it is, or with a stray Allow, that end differently than intended."""
    appended = [*statements(configuration), STRAY_ALLOW] if stray else statements(configuration)
    return tuple(
        str(case)
        for case in cases(configuration, exhaustive=exhaustive)
        if outcome(case, appended) != (case.granted_if_stray if stray else case.granted)
    )


ANYTHING_GOES: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _calls(configuration: str, exhaustive: bool) -> Iterator[Case]:
    for circumstance, (who, principal), place in product(CIRCUMSTANCES, {**LISTED, **STRANGERS}.items(), PLACES):
        ordinary = circumstance is CIRCUMSTANCES[0]
        own_policies = (True, False) if ordinary and (exhaustive or who in LISTED) else (True,)
        sample = SAMPLE if who in LISTED or circumstance.name in TELLING else frozenset[str]()
        for action in sorted(actions_on("s3", "bucket" if place == "bucket" else "object")):
            if ordinary or exhaustive or action in sample:
                wanted = _wanted(configuration, who, place, action, circumstance)
                request = _request(principal, action, place, circumstance.keys)
                for own_policy in own_policies:
                    yield _case(who, place, circumstance.name, request, own_policy, wanted)


def _writes(configuration: str) -> Iterator[Case]:
    for (name, headers), (who, principal) in product(ENCRYPTION.items(), LISTED.items()):
        wanted = name in GOOD_ENCRYPTION[configuration]
        wanted &= _wanted(configuration, who, "documents", "s3:putobject", CIRCUMSTANCES[0])
        request = _request(principal, "s3:putobject", "documents", headers)
        yield _case(who, "documents", f"encryption: {name}", request, True, wanted)


def _case(who: str, place: str, circumstance: str, request: Request, own_policy: bool, wanted: bool) -> Case:
    sufficient = own_policy or not INTENT.get(who, {"needs_own_policy": True})["needs_own_policy"]
    return Case(who, place, circumstance, request, own_policy, wanted and sufficient, wanted)


def _request(principal: Principal, action: str, place: str, changes: Mapping[str, ContextValue | None]) -> Request:
    merged = {**HTTPS, **changes}
    context = {key: value for key, value in merged.items() if value is not None}
    if isinstance(principal, (Anonymous, Service)):
        context.pop("aws:PrincipalOrgID", None)
    return Request(
        principal=principal, action=action, resource=PLACES[place], context=context, resource_account=ACCOUNT
    )


def _wanted(configuration: str, who: str, place: str, action: str, circumstance: Circumstance) -> bool:
    if circumstance.refused or who not in INTENT or (who == "admin" and configuration == "default"):
        return False
    if configuration == "everything":
        if circumstance.name == "account left the organization" and "in_any_organization" not in INTENT[who]:
            return False
        off_network = circumstance.name in ("another network", "no endpoint")
        if off_network and who in ("organiser", "admin") and place != "bucket":
            return False
    name = action.removeprefix("s3:")
    rights = INTENT[who][place]
    reads = "reading" in rights and name.startswith(("get", "list"))
    return "everything" in rights or reads or name in {right.lower() for right in rights}
