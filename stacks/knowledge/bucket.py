"""The documents bucket and the role that organisers assume to change documents."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.common.buckets import PrivateBucket
from stacks.common.customer_key import CustomerKey
from stacks.common.roles import cloudformation_role_arn, role_path
from stacks.knowledge.bucket_policy import BucketPrincipals, bucket_policy, organiser_trust_conditions


class DocumentBucket(PrivateBucket):
    """Versioned, private, logged, and announcing every change on EventBridge. `lock` gives it its policy."""

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
                    noncurrent_version_expiration=cdk.Duration.days(30),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                )
            ],
            log_bucket_name=log_bucket_name,
            key=key,
            tls_in_policy=False,
            versioned=True,
        )
        self._key = key
        # The L2 would do this with a custom resource; the property needs none.
        self.node.default_child.add_property_override(  # type: ignore[union-attr]  # default_child is a CfnBucket
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )

    def lock(
        self,
        *,
        knowledge_base_role: iam.IRole,
        ingest_role: iam.IRole,
        organiser_role: iam.IRole,
        admin_role_arns: tuple[str, ...],
        organization_id: str | None,
        vpc_endpoint_ids: tuple[str, ...],
    ) -> None:
        """Attach the policy of `bucket_policy`: whoever is not named here gets nothing."""
        stack = cdk.Stack.of(self)
        account = cdk.Aws.ACCOUNT_ID
        auto_delete = stack.node.find_child("Custom::S3AutoDeleteObjectsCustomResourceProvider")
        principals = BucketPrincipals(
            partition=cdk.Aws.PARTITION,
            account_id=account,
            bucket_arn=self.bucket_arn,
            knowledge_base_role_arn=knowledge_base_role.role_arn,
            ingest_role_arn=ingest_role.role_arn,
            organiser_role_arn=organiser_role.role_arn,
            cloudformation_role_arn=cloudformation_role_arn(stack),
            auto_delete_role_arn=auto_delete.role_arn,  # type: ignore[attr-defined]  # a CustomResourceProvider
            admin_role_arns=admin_role_arns,
            organization_id=organization_id,
            vpc_endpoint_ids=vpc_endpoint_ids,
            kms_key_arn=self._key.arn if self._key else None,
        )
        # The policy is there: the statement that lets CDK empty the bucket has made it.
        self.policy.document.add_statements(  # type: ignore[union-attr]
            *(iam.PolicyStatement.from_json(statement) for statement in bucket_policy(principals))
        )


class OrganiserRole(iam.Role):
    """What an administrator of the account assumes to upload, replace or withdraw documents."""

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str, key: CustomerKey | None) -> None:
        """The bucket's policy grants what the role may do; a customer key wants it said here too."""
        conditions = organiser_trust_conditions(cdk.Aws.PARTITION, cdk.Aws.ACCOUNT_ID)
        super().__init__(
            scope,
            construct_id,
            path=role_path(workshop_id),
            description="Organisers assume this role to change the documents of the knowledge base",
            assumed_by=iam.AccountRootPrincipal().with_conditions(conditions),
            max_session_duration=cdk.Duration.hours(4),
            inline_policies={"Key": iam.PolicyDocument(statements=key.use_through("s3"))} if key else None,
        )
