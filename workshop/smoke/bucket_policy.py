"""Is the documents bucket's policy, as AWS has it, the one that the tests prove?"""

import json
from collections.abc import Mapping
from typing import Any

from contract import Output, StackName, stack_name
from stacks.knowledge.bucket_policy import BucketPrincipals, bucket_policy
from workshop.bootstrap import qualifier, role_name
from workshop.smoke.check import Check, require
from workshop.smoke.deployed import Deployed

BUCKET = (StackName.KNOWLEDGE, Output.KNOWLEDGE_BUCKET_NAME)
ORGANISER = (StackName.KNOWLEDGE, Output.ORGANISER_ROLE_ARN)
KEY = (StackName.ENCRYPTION, Output.ENCRYPTION_KEY_ARN)
# How the logical ids of the roles begin, and what the policy calls them.
ROLES = {
    "KnowledgeBaseRole": "knowledge_base_role_arn",
    "UploadRole": "ingest_role_arn",
    "CustomS3AutoDelete": "auto_delete_role_arn",
}


def checks() -> list[Check]:
    """The check of the deployed bucket policy."""
    return [Check("the documents bucket has the proven policy", (BUCKET, ORGANISER), _policy)]


def _policy(deployed: Deployed) -> str:
    s3 = deployed.client_as(deployed.output(*ORGANISER), "s3")
    found = json.loads(s3.get_bucket_policy(Bucket=deployed.output(*BUCKET))["Policy"])
    proven = _by_sid(bucket_policy(_principals(deployed)))
    there = _by_sid(statement for statement in found["Statement"] if "Sid" in statement)
    different = sorted(sid for sid in proven.keys() | there.keys() if proven.get(sid) != there.get(sid))
    require(not different, f"these statements are not as proven: {', '.join(different)}")
    # CDK adds one statement of its own, for the function that empties the bucket on removal.
    unnamed = [statement for statement in found["Statement"] if "Sid" not in statement]
    require(len(unnamed) <= 1, f"{len(unnamed)} statements have no name; only CDK's own may")
    return f"{len(proven)} statements"


def _principals(deployed: Deployed) -> BucketPrincipals:
    config = deployed.config
    identity = deployed.client("sts").get_caller_identity()
    partition, account = identity["Arn"].split(":")[1], identity["Account"]
    return BucketPrincipals(
        partition=partition,
        account_id=account,
        bucket_arn=f"arn:{partition}:s3:::{deployed.output(*BUCKET)}",
        organiser_role_arn=deployed.output(*ORGANISER),
        cloudformation_role_arn=deployer(deployed, partition, account),
        admin_role_arns=config.access.admin_role_arns,
        organization_id=config.knowledge.organization_id,
        vpc_endpoint_ids=config.knowledge.vpc_endpoint_ids,
        kms_key_arn=None if deployed.missing(*KEY) else deployed.output(*KEY),
        **_role_arns(deployed),
    )


def deployer(deployed: Deployed, partition: str, account: str) -> str:
    """ARN of the role that deployed the bucket, or of the one that the CDK uses here if CloudFormation names none."""
    own = role_name("cfn-exec-role", qualifier({}), account, deployed.config.region)
    return deployed.stacks[StackName.KNOWLEDGE].role_arn or f"arn:{partition}:iam::{account}:role/{own}"


def _role_arns(deployed: Deployed) -> dict[str, str]:
    name = stack_name(deployed.config.workshop_id, StackName.KNOWLEDGE)
    pages = deployed.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    return {
        principal: deployed.client("iam").get_role(RoleName=resource["PhysicalResourceId"])["Role"]["Arn"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::IAM::Role"
        for prefix, principal in ROLES.items()
        if resource["LogicalResourceId"].startswith(prefix)
    }


def _by_sid(statements: Any) -> dict[str, Any]:
    return {statement["Sid"]: _normalised(statement) for statement in statements}


def _normalised(value: Any) -> Any:
    """Sorted lists for single values: AWS and CDK write one and the same policy in different words."""
    if isinstance(value, Mapping):
        return {key: _normalised(each) for key, each in value.items()}
    return sorted(str(each) for each in (value if isinstance(value, list) else [value]))
