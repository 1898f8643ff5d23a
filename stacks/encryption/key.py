"""One customer key for everything that the workshop stores, for those who must have one.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.audit.names import trail_name
from stacks.common.customer_key import USE, CustomerKey, service_hosts
from stacks.common.roles import cloudformation_role_arn, role_path

# What the account administers. No use: whoever may only administer the key reads nothing with it.
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


class WorkshopKey(kms.Key):
    """The key, and who may use it: the workshop's roles through named services, and those services themselves."""

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str) -> None:
        """Create the construct.

        Args:
            workshop_id: decides whose roles, log groups, rules and trail are let in.
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
                statements=[*_people_and_roles(stack, workshop_id), *_services(stack, workshop_id)]
            ),
        )
        self.customer_key = CustomerKey(self.key_arn)


def _people_and_roles(stack: cdk.Stack, workshop_id: str) -> Iterator[iam.PolicyStatement]:
    account = cdk.Aws.ACCOUNT_ID
    yield iam.PolicyStatement(
        sid="AccountAdministers",
        principals=[iam.AccountRootPrincipal()],
        actions=list(ADMINISTRATION),
        resources=["*"],  # in a key policy: this key
    )
    # The account as principal leaves it to each role's own policy to say so too.
    yield iam.PolicyStatement(
        sid="WorkshopRolesThroughServices",
        principals=[iam.AccountRootPrincipal()],
        actions=list(USE),
        resources=["*"],
        conditions={
            "ArnLike": {"aws:PrincipalArn": f"arn:{stack.partition}:iam::{account}:role{role_path(workshop_id)}*"},
            "StringEquals": {
                "kms:ViaService": service_hosts(
                    ("bedrock", "dynamodb", "lambda", "s3", "s3vectors", "sagemaker", "sqs")
                )
            },
        },
    )
    # Attendees' spaces have encrypted volumes, for which SageMaker asks on their behalf.
    yield iam.PolicyStatement(
        sid="WorkshopRolesGrantToSageMaker",
        principals=[iam.AccountRootPrincipal()],
        actions=["kms:CreateGrant"],
        resources=["*"],
        conditions={
            "ArnLike": {"aws:PrincipalArn": f"arn:{stack.partition}:iam::{account}:role{role_path(workshop_id)}*"},
            "StringEquals": {"kms:ViaService": service_hosts(("sagemaker",))},
            "Bool": {"kms:GrantIsForAWSResource": "true"},
        },
    )
    yield iam.PolicyStatement(
        sid="CloudFormationCreatesWithKey",
        principals=[iam.AccountRootPrincipal()],
        actions=["kms:CreateGrant", "kms:DescribeKey", "kms:Encrypt", *USE],
        resources=["*"],
        conditions={"ArnEquals": {"aws:PrincipalArn": cloudformation_role_arn(stack)}},
    )


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
    trail = f"arn:{stack.partition}:cloudtrail:{here}:trail/{trail_name(workshop_id)}"
    yield _service(
        "cloudtrail.amazonaws.com",
        ["kms:DescribeKey", "kms:GenerateDataKey*"],
        {"StringEquals": {"aws:SourceArn": trail}},
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
