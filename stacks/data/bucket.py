"""The lab bucket, and the upload of the lab's files."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.common.acknowledge import acknowledge, nag_text
from stacks.common.buckets import PrivateBucket
from stacks.common.customer_key import CustomerKey
from stacks.common.log_group import ShortLog
from stacks.common.roles import FunctionRole
from stacks.common.uploads import AssetUpload
from stacks.data.lab_files import lab_asset

QUERY_RESULTS = "athena/"
CAPTURED = "captured/"
KEPT = cdk.Duration.days(7)


class LabBucket(PrivateBucket):
    """Rows, scripts and what the jobs make of them; versioned, so that a model's origin can be looked at later."""

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
                    noncurrent_version_expiration=KEPT, abort_incomplete_multipart_upload_after=cdk.Duration.days(1)
                ),
                s3.LifecycleRule(prefix=QUERY_RESULTS, expiration=KEPT),
                s3.LifecycleRule(prefix=CAPTURED, expiration=KEPT),
            ],
            log_bucket_name=log_bucket_name,
            key=key,
            versioned=True,
        )


class LabUpload(Construct):
    """Copies the files of the lab to the bucket; what jobs and people wrote there stays."""

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, bucket: s3.IBucket, key: CustomerKey | None
    ) -> None:
        """Create the construct; the role may write below the prefixes of the lab's files only."""
        super().__init__(scope, construct_id)
        files = lab_asset(self, "Files")
        log_group = ShortLog(self, "Logs", key=key)
        written = [bucket.arn_for_objects(f"{prefix}/*") for prefix in ("code", "cohorts", "raw")]
        role = FunctionRole(
            self,
            "Role",
            workshop_id=workshop_id,
            description="Uploads rows and scripts of the lab to its bucket",
            statements={
                "Log": [
                    iam.PolicyStatement(
                        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
                    )
                ],
                "Upload": [
                    iam.PolicyStatement(
                        actions=["s3:GetObject"], resources=[files.bucket.arn_for_objects(files.s3_object_key)]
                    ),
                    iam.PolicyStatement(
                        actions=["s3:ListBucket", "s3:ListBucketMultipartUploads"], resources=[bucket.bucket_arn]
                    ),
                    iam.PolicyStatement(
                        actions=["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], resources=written
                    ),
                ],
                "Key": key.use_through("s3") if key else [],
            },
        )
        for arn in written:
            acknowledge(
                role,
                f"AwsSolutions-IAM5[Resource::{nag_text(cdk.Stack.of(self), arn)}]",
                "Files of the lab below one prefix of its bucket; their names come with the files",
            )
        upload = AssetUpload(self, "Deployment", files=files, bucket=bucket, role=role, log_group=log_group)
        upload.node.add_dependency(role)
