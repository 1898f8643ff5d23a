"""Attendees: a bucket with a prefix for each, a role each, a profile each."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from contract import ATTENDEE_TAG, WORKSHOP_TAG
from stacks.common.acknowledge import acknowledge_wildcards
from stacks.common.buckets import PrivateBucket
from stacks.common.customer_key import CustomerKey
from stacks.common.roles import role_path
from stacks.identity.attendee_boundary import attendee_boundary
from stacks.identity.attendee_policy import attendee_model_policy, attendee_studio_policy
from stacks.identity.boundary_policy import BoundaryPolicy
from stacks.identity.scope import AttendeeScope, Document, attendee_role_name, attendee_role_path

PROFILES_AT_A_TIME = 10
"""SageMaker throttles; CloudFormation would ask for all profiles at once."""
WILDCARDS = {
    "OwnObjects": "Objects under the prefix that the role's own tag names",
    "OwnSpaces": "Spaces and apps of the domain, of which the condition leaves only the attendee's own private ones",
    "SeeDomain": "Spaces and apps of the domain; describing one tells nothing that listing does not",
    "List": "SageMaker's List actions do not support resource-level permissions",
    "TagWhatIsCreated": "Spaces, apps and own jobs, and only while they are being created with the attendee's own tags",
    "RunOwnJobs": "Jobs whose name begins with the attendee's own",
    "OwnJobs": "Jobs whose name begins with the attendee's own",
    "JobLogs": "SageMaker names the log streams after the jobs",
    "JobMetrics": "CloudWatch metrics are not resources; the condition leaves SageMaker's own namespaces",
    "LogInToEcr": "ecr:GetAuthorizationToken does not support resource-level permissions",
}
"""Why a statement of the attendees' policies has a wildcard, by its Sid."""


class AttendeeBucket(PrivateBucket):
    """Where attendees keep data and models, each under a prefix of the attendee's name."""

    def __init__(self, scope: Construct, construct_id: str, *, log_bucket_name: str, key: CustomerKey | None) -> None:
        """Create the construct.

        Args:
            log_bucket_name: receives access logs; its own policy admits them.
        """
        super().__init__(
            scope,
            construct_id,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(30), abort_incomplete_multipart_upload_after=cdk.Duration.days(7)
                )
            ],
            log_bucket_name=log_bucket_name,
            key=key,
        )


class Attendees(Construct):
    """One role and one user profile per attendee. All share one policy, which reads the attendee from the role's tag.

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
        scope_of_policies: AttendeeScope,
    ) -> None:
        """Create the construct.

        Args:
            names: such as `att-07`.
            scope_of_policies: what the policy and the boundary are about.
        """
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
        policies = [
            self._policy("StudioPolicy", workshop_id, attendee_studio_policy(scope_of_policies), WILDCARDS),
            self._policy("ModelPolicy", workshop_id, attendee_model_policy(scope_of_policies), WILDCARDS),
        ]
        boundary = BoundaryPolicy(
            self,
            "Boundary",
            workshop_id=workshop_id,
            description="The most that an attendee can ever do",
            document=attendee_boundary(scope_of_policies),
        )
        # On this scope and not on each role: what is applied to the whole app would take precedence over a property.
        boundary.bound(self)
        policy_arns = [policy.attr_policy_arn for policy in policies]
        domain_id = domain.attr_domain_id
        profiles: list[sagemaker.CfnUserProfile] = []
        for name in names:
            tags = [
                cdk.CfnTag(key=WORKSHOP_TAG, value=workshop_id),
                cdk.CfnTag(key=ATTENDEE_TAG, value=name),
            ]
            role = iam.CfnRole(
                self,
                f"Role-{name}",
                role_name=attendee_role_name(workshop_id, name),
                path=attendee_role_path(workshop_id),
                description="Execution role of one attendee",
                assume_role_policy_document=trust,
                managed_policy_arns=policy_arns,
                tags=tags,
            )
            profile = sagemaker.CfnUserProfile(
                self,
                f"Profile-{name}",
                domain_id=domain_id,
                user_profile_name=name,
                user_settings=sagemaker.CfnUserProfile.UserSettingsProperty(execution_role=role.attr_arn),
                tags=tags,
            )
            if len(profiles) >= PROFILES_AT_A_TIME:
                profile.add_resource_dependency(profiles[-PROFILES_AT_A_TIME])
            profiles.append(profile)

    def _policy(
        self, construct_id: str, workshop_id: str, document: Document, wildcards: Mapping[str, str]
    ) -> iam.CfnManagedPolicy:
        policy = iam.CfnManagedPolicy(self, construct_id, path=role_path(workshop_id), policy_document=document)
        acknowledge_wildcards(policy, document, wildcards)
        return policy
