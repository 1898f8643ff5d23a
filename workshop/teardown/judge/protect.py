"""What teardown never deletes, whatever anybody's tags say. Pure, like `ownership`."""

import re
from collections.abc import Mapping

from workshop.teardown.kinds.kind import Item

KEEP_TAG = "workshop:keep"

# Kind → expressions on the id. All belong to the account, not to a workshop.
_ACCOUNT_OWN: Mapping[str, tuple[str, ...]] = {
    "cfn-stack": (r"CDKToolkit.*", r"StackSet-AWSControlTower.*", r"aws-controltower.*"),
    "s3-bucket": (
        r"cdk-[a-z0-9]+-assets-.*",
        r"sagemaker-[a-z0-9-]+-\d{12}",
        r"aws-controltower-.*",
        r"cf-templates-.*",
    ),
    "s3-prefix": (r"s3://(cdk-[a-z0-9]+-assets-|aws-controltower-).*",),
    "ecr-repository": (r"cdk-[a-z0-9]+-container-assets-.*",),
    "iam-role": (r"cdk-[a-z0-9]+-.*-role-.*", r"AWSReservedSSO_.*", r"AWSServiceRole.*", r"AWSControlTower.*"),
    "iam-policy": (r"AWSControlTower.*",),
    "kms-alias": (r"alias/aws/.*",),
    "log-group": (r"/?aws-controltower/.*",),
    "trail": (r"aws-controltower-.*",),
    "lambda-function": (r"aws-controltower-.*",),
    "eventbridge-rule": (r"aws-controltower-.*", r"AWSControlTower.*"),
}
_ROLE_PATHS = ("/aws-service-role/", "/aws-reserved/")


def protection(item: Item, tags: Mapping[str, str]) -> str:
    """Why the resource must stay; empty if it may go."""
    if tags.get(KEEP_TAG, "").lower() == "true":
        return f"tagged {KEEP_TAG}=true"
    if any(re.fullmatch(pattern, item.id) for pattern in _ACCOUNT_OWN.get(item.kind.name, ())):
        return "belongs to the account (CDK bootstrap, Control Tower, service-linked or shared by SageMaker)"
    if item.kind.name == "iam-role" and str(item.data.get("Path", "")).startswith(_ROLE_PATHS):
        return "service-linked or managed by IAM Identity Center"
    if item.kind.name == "vpc" and item.data.get("IsDefault"):
        return "the default VPC"
    if item.kind.name == "nfs-sg" and item.data.get("GroupName") == "default":
        return "the default security group of its VPC"
    if item.data.get("deletionProtectionEnabled") is True or item.data.get("DeletionProtectionEnabled") is True:
        return "deletion protection is on"
    return ""
