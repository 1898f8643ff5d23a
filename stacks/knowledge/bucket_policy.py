"""The knowledge bucket's policy as data: who may do what to which part of the bucket, and under which condition.

What is in this bucket is what the workshop's agent says to everybody, so the policy is a list of ceilings: whoever is
not in `CEILINGS` gets nothing, whoever is gets at most its row, and an identity policy elsewhere (an attendee's, an
administrator's, a later mistake) cannot widen either. Deny statements name callers by `aws:PrincipalArn` and never by
`NotPrincipal`, which would have to list every session as well.

Nobody is locked out: CloudFormation and root can always configure the bucket, and CDK's auto-delete function can always
empty it. No AWS service principal is let in, because none needs it: Bedrock reads as the knowledge base's role, access
logs go to another bucket, and EventBridge notifications do not pass the bucket policy. Switch those on as a property of
the bucket, which CloudFormation sets; CDK's `event_bridge_enabled` would set them from a function that is not listed.

AWS pages: "IAM JSON policy elements", "AWS global condition context keys", "Condition keys for Amazon S3",
"Amazon S3 Signature Version 4 authentication specific policy keys".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from contract import DOCUMENTS_PREFIX

Statement: TypeAlias = dict[str, Any]
"""One IAM statement as JSON; values may be CDK tokens."""

ANYTHING = ("s3:*",)


@dataclass(frozen=True, kw_only=True)
class BucketPrincipals:
    """Everything that differs between two workshops' policies. Strings may be CDK tokens."""

    partition: str
    account_id: str
    bucket_arn: str
    knowledge_base_role_arn: str
    ingest_role_arn: str
    """Role of the deployment that copies `knowledge/` into the bucket."""
    organiser_role_arn: str
    """Role that organisers assume to add, replace and withdraw documents."""
    cloudformation_role_arn: str
    auto_delete_role_arn: str
    admin_role_arns: tuple[str, ...] = ()
    """Roles, with their path, that administer bucket and documents without assuming the organiser role."""
    organization_id: str | None = None
    vpc_endpoint_ids: tuple[str, ...] = ()
    """Where given, people reach the documents through these endpoints only."""
    kms_key_arn: str | None = None
    """Customer key of the bucket; None means the S3-managed keys (SSE-S3)."""


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """The most that one kind of caller may do, whatever its own policies say."""

    name: str
    """Part of the Sid."""
    arns: Callable[[BucketPrincipals], tuple[str, ...]]
    bucket: tuple[str, ...]
    """Actions on the bucket itself."""
    objects: tuple[str, ...]
    """Actions on objects."""
    documents_only: bool = False
    """Confined to the documents' prefix."""
    granted: bool = False
    """The bucket policy grants the row too; the others need an identity policy of their own."""
    life_cycle: bool = False
    """Makes, empties or repairs the bucket, also under an organization id that is not the account's."""


CEILINGS = (
    Ceiling(
        name="KnowledgeBase",
        arns=lambda p: (p.knowledge_base_role_arn,),
        bucket=("s3:ListBucket",),
        objects=("s3:GetObject", "s3:GetObjectVersion"),
        documents_only=True,
        granted=True,
    ),
    Ceiling(
        name="Ingest",
        arns=lambda p: (p.ingest_role_arn,),
        bucket=("s3:ListBucket", "s3:ListBucketMultipartUploads"),
        objects=("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"),
        documents_only=True,
        granted=True,
    ),
    # No s3:DeleteObjectVersion: what an organiser deletes or overwrites stays recoverable.
    Ceiling(
        name="Organisers",
        arns=lambda p: (p.organiser_role_arn,),
        bucket=(
            "s3:GetBucketLocation",
            "s3:GetBucketPolicy",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:ListBucketVersions",
        ),
        objects=(
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
        ),
        documents_only=True,
        granted=True,
    ),
    Ceiling(name="Admins", arns=lambda p: p.admin_role_arns, bucket=ANYTHING, objects=ANYTHING),
    # Configures the bucket and has no business with any object.
    Ceiling(
        name="CloudFormation", arns=lambda p: (p.cloudformation_role_arn,), bucket=ANYTHING, objects=(), life_cycle=True
    ),
    # What CDK's function calls while it empties the bucket; it puts a policy that stops writers first.
    Ceiling(
        name="AutoDelete",
        arns=lambda p: (p.auto_delete_role_arn,),
        bucket=("s3:GetBucketPolicy", "s3:GetBucketTagging", "s3:ListBucket*", "s3:PutBucketPolicy"),
        objects=("s3:DeleteObject", "s3:DeleteObjectVersion"),
        life_cycle=True,
    ),
    # The last resort repairs or empties the bucket; it neither reads nor writes documents.
    Ceiling(
        name="Root",
        arns=lambda p: (f"arn:{p.partition}:iam::{p.account_id}:root",),
        bucket=ANYTHING,
        objects=("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"),
        life_cycle=True,
    ),
    # AWS Config, Access Analyzer and Macie; only AWS can create roles under this path.
    Ceiling(
        name="ServiceLinked",
        arns=lambda p: (f"arn:{p.partition}:iam::{p.account_id}:role/aws-service-role/*",),
        bucket=("s3:Get*", "s3:List*"),
        objects=("s3:Get*", "s3:List*"),
    ),
)


def bucket_policy(principals: BucketPrincipals) -> list[Statement]:
    """All statements of the knowledge bucket's policy, in reading order: perimeter, encryption, ceilings, grants."""
    present = [ceiling for ceiling in CEILINGS if ceiling.arns(principals)]
    return [
        *_perimeter(principals),
        *_encryption(principals),
        *(statement for ceiling in present for statement in _ceiling(principals, ceiling)),
        *(statement for ceiling in present if ceiling.granted for statement in _grants(principals, ceiling)),
    ]


def organiser_trust_conditions(partition: str, account_id: str) -> dict[str, dict[str, str]]:
    """Conditions beside the account as the trusted principal of the organiser role.

    Whoever in the account may call sts:AssumeRole becomes an organiser, except the workshop's own roles, the attendees'
    among them: their boundaries forbid the call, and this forbids it a second time.
    """
    return {"ArnNotLike": {"aws:PrincipalArn": f"arn:{partition}:iam::{account_id}:role/workshop/*"}}


def _perimeter(p: BucketPrincipals) -> list[Statement]:
    """Refusals for everybody. Negated operators also match where the key is absent: anonymous callers, AWS services."""
    both = [p.bucket_arn, f"{p.bucket_arn}/*"]
    listed = [arn for ceiling in CEILINGS for arn in ceiling.arns(p)]
    found = [
        _deny("InsecureTransport", "s3:*", both, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("OldTls", "s3:*", both, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        # Positive on purpose: AWS does not document the key for every action, and an absent key must lock nobody out.
        _deny("PresignedAndForms", "s3:*", both, {"StringEquals": {"s3:authType": ["REST-QUERY-STRING", "POST"]}}),
        _deny("UnlistedPrincipals", "s3:*", both, {"ArnNotLike": {"aws:PrincipalArn": listed}}),
        # Second wall: holds even where somebody lists a role of another account as an administrator.
        _deny("OutsideAccount", "s3:*", both, {"StringNotEquals": {"aws:PrincipalAccount": p.account_id}}),
    ]
    if p.organization_id:
        life_cycle = [arn for ceiling in CEILINGS if ceiling.life_cycle for arn in ceiling.arns(p)]
        outside = {
            "StringNotEquals": {"aws:PrincipalOrgID": p.organization_id},
            "ArnNotLike": {"aws:PrincipalArn": life_cycle},
        }
        found.append(_deny("OutsideOrganization", "s3:*", both, outside))
    if p.vpc_endpoint_ids:
        # Only people: Bedrock, the deployment's function and CloudFormation do not come through the endpoint.
        people = [p.organiser_role_arn, *p.admin_role_arns]
        off_network = {
            "ArnEquals": {"aws:PrincipalArn": people},
            "StringNotEquals": {"aws:SourceVpce": list(p.vpc_endpoint_ids)},
        }
        found.append(_deny("PeopleOffNetwork", "s3:*", f"{p.bucket_arn}/*", off_network))
    return found


def _encryption(p: BucketPrincipals) -> list[Statement]:
    """Refusals of a write that names another key than the bucket's; a write that names none gets the bucket's."""
    objects = f"{p.bucket_arn}/*"
    algorithm = "s3:x-amz-server-side-encryption"
    key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    customer_algorithm = "s3:x-amz-server-side-encryption-customer-algorithm"
    wanted = "aws:kms" if p.kms_key_arn else "AES256"
    found = [
        _deny(
            "OtherEncryption",
            "s3:PutObject",
            objects,
            {"StringNotEquals": {algorithm: wanted}, "Null": {algorithm: "false"}},
        ),
        _deny("CustomerProvidedKey", "s3:PutObject", objects, {"Null": {customer_algorithm: "false"}}),
    ]
    if p.kms_key_arn:
        # Asking for aws:kms without a key makes S3 take the AWS managed key and not the bucket's ("PutObject"), so an
        # absent key id is as wrong as a foreign one.
        foreign = {"StringNotEquals": {key: p.kms_key_arn}, "Null": {algorithm: "false"}}
        found.append(_deny("OtherKmsKey", "s3:PutObject", objects, foreign))
    return found


def _ceiling(p: BucketPrincipals, ceiling: Ceiling) -> list[Statement]:
    """NotAction, so that an action which AWS adds tomorrow is refused."""
    objects = f"{p.bucket_arn}/*"
    who = {"ArnLike": {"aws:PrincipalArn": list(ceiling.arns(p))}}
    found: list[Statement] = []
    if ceiling.bucket != ANYTHING:
        found.append(_deny(f"{ceiling.name}BeyondBucket", ceiling.bucket, p.bucket_arn, who, key="NotAction"))
    if not ceiling.objects:
        found.append(_deny(f"{ceiling.name}Objects", "s3:*", objects, who))
    elif ceiling.objects != ANYTHING:
        found.append(_deny(f"{ceiling.name}BeyondObjects", ceiling.objects, objects, who, key="NotAction"))
    if ceiling.documents_only:
        inside = [p.bucket_arn, f"{p.bucket_arn}/{DOCUMENTS_PREFIX}*"]
        outside = _deny(f"{ceiling.name}OutsideDocuments", "s3:*", inside, who)
        outside["NotResource"] = outside.pop("Resource")
        found.append(outside)
    return found


def _grants(p: BucketPrincipals, ceiling: Ceiling) -> list[Statement]:
    allow = {"Effect": "Allow", "Principal": {"AWS": list(ceiling.arns(p))}}
    documents = f"{p.bucket_arn}/{DOCUMENTS_PREFIX}*"
    return [
        {"Sid": f"{ceiling.name}Bucket", **allow, "Action": list(ceiling.bucket), "Resource": p.bucket_arn},
        {"Sid": f"{ceiling.name}Documents", **allow, "Action": list(ceiling.objects), "Resource": documents},
    ]


def _deny(
    sid: str, actions: str | tuple[str, ...], resources: str | list[str], condition: Statement, *, key: str = "Action"
) -> Statement:
    return {
        "Sid": f"Deny{sid}",
        "Effect": "Deny",
        "Principal": "*",
        key: actions if isinstance(actions, str) else list(actions),
        "Resource": resources,
        "Condition": condition,
    }
