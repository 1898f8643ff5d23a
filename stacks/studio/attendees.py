"""Attendees: a bucket with a prefix for each, a role each, a profile each."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from contract import ATTENDEE_TAG, WORKSHOP_TAG
from stacks.buckets import PrivateBucket
from stacks.roles import role_path


class AttendeeBucket(PrivateBucket):
    """Where attendees keep data and models, each under a prefix of the attendee's name."""

    def __init__(self, scope: Construct, construct_id: str, *, log_bucket_name: str) -> None:
        """Args: log_bucket_name: receives access logs; its own policy admits them."""
        super().__init__(
            scope,
            construct_id,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(30), abort_incomplete_multipart_upload_after=cdk.Duration.days(7)
                )
            ],
            log_bucket_name=log_bucket_name,
        )


class Attendees(Construct):
    """One role and one user profile an attendee. All share one policy, which reads the attendee from the role's tag.

    L1 constructs: two hundred attendees must not make synthesis slow.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        names: Sequence[str],
        domain: sagemaker.CfnDomain,
        policy: iam.IManagedPolicy,
        boundary: iam.IManagedPolicy,
    ) -> None:
        """Args: names: such as `att-07`; policy: what each may do; boundary: what none may do, whatever is attached."""
        super().__init__(scope, construct_id)
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sagemaker.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
                }
            ],
        }
        for name in names:
            tags = [
                cdk.CfnTag(key=WORKSHOP_TAG, value=workshop_id),
                cdk.CfnTag(key=ATTENDEE_TAG, value=name),
            ]
            role = iam.CfnRole(
                self,
                f"Role-{name}",
                role_name=name,
                path=attendee_role_path(workshop_id),
                description="Execution role of one attendee",
                assume_role_policy_document=trust,
                managed_policy_arns=[policy.managed_policy_arn],
                permissions_boundary=boundary.managed_policy_arn,
                tags=tags,
            )
            sagemaker.CfnUserProfile(
                self,
                f"Profile-{name}",
                domain_id=domain.attr_domain_id,
                user_profile_name=name,
                user_settings=sagemaker.CfnUserProfile.UserSettingsProperty(execution_role=role.attr_arn),
                tags=tags,
            )


def attendee_role_path(workshop_id: str) -> str:
    """Path of the attendees' roles, below that of the workshop's."""
    return f"{role_path(workshop_id)}attendees/"
