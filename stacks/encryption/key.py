"""One customer key for everything that the workshop stores, for those who must have one.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.audit.names import trail_name
from stacks.common.customer_key import USE, CustomerKey, service_hosts
from stacks.common.roles import cloudformation_role_arn, role_path
from stacks.identity.attendee_policy import ENCRYPT_VOLUMES

# What the account administers. No use: whoever may only administer the key changes nothing that it encrypts.
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:ListRetirableGrants",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
)

# What DynamoDB, among others, asks of whoever creates a resource with the key:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
CREATION = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)
# What the smoke checks look at as an administrator: the guardrail, the desk's table, the dead-letter queue.
ADMINISTRATORS_READ_THROUGH = ("bedrock", "dynamodb", "sqs")


class WorkshopKey(kms.Key):
    """The key, and who may use it: the workshop's roles through named services, and those services themselves."""

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, admin_role_arns: Sequence[str]
    ) -> None:
        """Create the construct.

        Args:
            workshop_id: decides whose roles, log groups, rules and trail are let in.
            admin_role_arns: roles that may work with the documents.
        """
        stack = cdk.Stack.of(scope)
        super().__init__(
            scope,
            construct_id,
            description=f"Encrypts what {workshop_id} stores",
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(7),
            removal_policy=cdk.RemovalPolicy.DESTROY,
            policy=iam.PolicyDocument(
                statements=[
                    *_people(stack, workshop_id, admin_role_arns),
                    *_roles(stack, workshop_id),
                    *_services(stack, workshop_id),
                ]
            ),
        )
        self.customer_key = CustomerKey(self.key_arn)


def _people(stack: cdk.Stack, workshop_id: str, admin_role_arns: Sequence[str]) -> Iterator[iam.PolicyStatement]:
    """What administrators of the account may do, if their own policies say so too."""
    yield _account("AccountAdministers", ADMINISTRATION)
    yield _account(
        "AccountReadsThroughServices",
        ["kms:Decrypt"],
        {"StringEquals": {"kms:ViaService": service_hosts(ADMINISTRATORS_READ_THROUGH)}},
    )
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail-decrypt.html
    yield _account(
        "AccountReadsTrail",
        ["kms:Decrypt"],
        {"StringEquals": {"kms:EncryptionContext:aws:cloudtrail:arn": _trail_arn(stack, workshop_id)}},
    )
    if admin_role_arns:
        yield _account(
            "AdministratorsUseDocuments",
            USE,
            {
                "ArnEquals": {"aws:PrincipalArn": list(admin_role_arns)},
                "StringEquals": {"kms:ViaService": service_hosts(("s3",))},
            },
        )


def _roles(stack: cdk.Stack, workshop_id: str) -> Iterator[iam.PolicyStatement]:
    roles = f"arn:{stack.partition}:iam::{cdk.Aws.ACCOUNT_ID}:role{role_path(workshop_id)}*"
    ours = {"ArnLike": {"aws:PrincipalArn": roles}}
    services = ("bedrock", "dynamodb", "lambda", "s3", "s3vectors", "sagemaker", "sqs")
    yield _account(
        "WorkshopRolesThroughServices", USE, {**ours, "StringEquals": {"kms:ViaService": service_hosts(services)}}
    )
    # Attendees' spaces have encrypted volumes, for which SageMaker asks on their behalf.
    through_sagemaker = {"StringEquals": {"kms:ViaService": service_hosts(("sagemaker",))}}
    yield _account("WorkshopRolesEncryptVolumes", ENCRYPT_VOLUMES, {**ours, **through_sagemaker})
    yield _account(
        "WorkshopRolesGrantToSageMaker",
        ["kms:CreateGrant"],
        {**ours, **through_sagemaker, "Bool": {"kms:GrantIsForAWSResource": "true"}},
    )
    yield _account(
        "CloudFormationCreatesWithKey", CREATION, {"ArnEquals": {"aws:PrincipalArn": cloudformation_role_arn(stack)}}
    )


def _account(
    sid: str, actions: Sequence[str], conditions: dict[str, dict[str, Any]] | None = None
) -> iam.PolicyStatement:
    """The account as principal leaves it to each caller's own policy to say so too."""
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.AccountRootPrincipal()],
        actions=list(actions),
        resources=["*"],  # in a key policy: this key
        conditions=conditions,
    )


def _trail_arn(stack: cdk.Stack, workshop_id: str) -> str:
    return stack.format_arn(service="cloudtrail", resource="trail", resource_name=trail_name(workshop_id))


def _services(stack: cdk.Stack, workshop_id: str) -> Iterator[iam.PolicyStatement]:
    """Services that use the key themselves, each for this workshop's resources only."""
    here = f"{stack.region}:{cdk.Aws.ACCOUNT_ID}"
    account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    yield _service(
        f"logs.{stack.region}.amazonaws.com",
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": f"arn:{stack.partition}:logs:{here}:log-group:{workshop_id}-*"
            }
        },
    )
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    for publisher in ("budgets", "cloudwatch"):
        yield _service(f"{publisher}.amazonaws.com", list(USE), account)
    yield _service(
        "events.amazonaws.com",
        list(USE),
        {**account, "ArnLike": {"aws:SourceArn": f"arn:{stack.partition}:events:{here}:rule/{workshop_id}-*"}},
    )
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    yield _service(
        "cloudtrail.amazonaws.com",
        ["kms:DescribeKey", "kms:GenerateDataKey*"],
        {"StringEquals": {"aws:SourceArn": _trail_arn(stack, workshop_id)}},
    )
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-data-encryption.html
    yield _service(
        "indexing.s3vectors.amazonaws.com",
        ["kms:Decrypt"],
        {**account, "ArnLike": {"aws:SourceArn": f"arn:{stack.partition}:s3vectors:{here}:bucket/*"}},
    )


def _service(principal: str, actions: list[str], conditions: dict[str, dict[str, str]]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="".join(part.title() for part in principal.split(".")[0:2] if part != "amazonaws").replace("-", ""),
        principals=[iam.ServicePrincipal(principal)],
        actions=actions,
        resources=["*"],
        conditions=conditions,
    )
