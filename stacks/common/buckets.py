"""What every bucket of the workshop has in common."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.common.roles import role_path

ACCESS_LOGS_PREFIX = "access/"


class PrivateBucket(s3.Bucket):
    """Not public, owned by the account alone, emptied and deleted with its stack."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        lifecycle_rules: Sequence[s3.LifecycleRule],
        log_bucket_name: str | None,
        key: CustomerKey | None,
        tls_in_policy: bool = True,
        versioned: bool = False,
    ) -> None:
        """Create the bucket.

        Args:
            log_bucket_name: receives the access logs, and its policy admits them; None for the log bucket itself.
            key: encrypts the objects; None leaves it to S3's own keys.
            tls_in_policy: False for a bucket whose own policy already refuses plain HTTP and old TLS.
        """
        # Imported by name: CDK would otherwise change the policy of a bucket that another stack owns.
        log_bucket = (
            s3.Bucket.from_bucket_name(scope, f"{construct_id}Logs", log_bucket_name) if log_bucket_name else None
        )
        super().__init__(
            scope,
            construct_id,
            versioned=versioned,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key.imported(scope, f"{construct_id}Key") if key else None,
            bucket_key_enabled=True if key else None,
            enforce_ssl=tls_in_policy,
            minimum_tls_version=1.2 if tls_in_policy else None,
            server_access_logs_bucket=log_bucket,
            server_access_logs_prefix=f"{ACCESS_LOGS_PREFIX}{construct_id.lower()}/" if log_bucket else None,
            lifecycle_rules=lifecycle_rules,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=True,
        )
        _adopt_emptying(cdk.Stack.of(self))
        if log_bucket:
            cdk.Validations.of(self).acknowledge(
                cdk.Acknowledgment(
                    id="Annotation::@aws-cdk/aws-s3:accessLogsPolicyNotAdded",
                    reason="The log bucket's own stack admits access logs of every bucket of this account",
                )
            )


def _adopt_emptying(stack: cdk.Stack) -> None:
    """Give CDK's emptying function a log group of this stack, because the one Lambda would make outlives the workshop,
    and its role the workshop's path, which proves whose it is."""
    provider = stack.node.find_child("Custom::S3AutoDeleteObjectsCustomResourceProvider")
    if stack.node.try_find_child("AutoDeleteLogs") or not isinstance(stack, WorkshopStack):
        return
    role = provider.node.find_child("Role")
    role.add_property_override("Path", role_path(stack.workshop_id))  # type: ignore[attr-defined]  # a CfnResource
    log_group = logs.LogGroup(
        stack, "AutoDeleteLogs", retention=logs.RetentionDays.ONE_WEEK, removal_policy=cdk.RemovalPolicy.DESTROY
    )
    handler = provider.node.find_child("Handler")
    handler.add_property_override(  # type: ignore[attr-defined]  # a CfnResource
        "LoggingConfig", {"LogGroup": log_group.log_group_name}
    )
