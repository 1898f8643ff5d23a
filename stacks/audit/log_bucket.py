"""The bucket that receives access logs, the trail and invocation logs."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.audit.names import INVOCATION_LOGS_PREFIX, TRAIL_PREFIX, trail_name
from stacks.common.acknowledge import acknowledge
from stacks.common.buckets import ACCESS_LOGS_PREFIX, PrivateBucket


class LogBucket(PrivateBucket):
    """Written by three AWS services, each for this account only; read by administrators.

    The grants are here and not where the writers are, so that no writer's stack has to change this bucket's policy:
    the writers depend on the bucket and never the other way round.
    """

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str, audit: bool) -> None:
        """Create the construct.

        Args:
            workshop_id: decides which trail may write.
            audit: whether there are a trail and a log of model calls.
        """
        # S3's own keys: access logs cannot be delivered to a bucket whose default is a customer key.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        super().__init__(
            scope,
            construct_id,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(30))],
            log_bucket_name=None,
            key=None,
        )
        acknowledge(self, "AwsSolutions-S1", "This bucket receives the access logs; logging its own would never end")
        self._admit("logging.s3.amazonaws.com", f"{ACCESS_LOGS_PREFIX}*", source_arn=f"arn:{cdk.Aws.PARTITION}:s3:::*")
        if audit:
            self._admit_audit(workshop_id)

    def _admit_audit(self, workshop_id: str) -> None:
        stack = cdk.Stack.of(self)
        account = cdk.Aws.ACCOUNT_ID
        trail_arn = stack.format_arn(service="cloudtrail", resource="trail", resource_name=trail_name(workshop_id))
        bedrock_arn = f"arn:{stack.partition}:bedrock:{stack.region}:{account}:*"
        self._admit("cloudtrail.amazonaws.com", f"{TRAIL_PREFIX}/AWSLogs/{account}/*", source_arn=trail_arn)
        self._admit(
            "bedrock.amazonaws.com",
            f"{INVOCATION_LOGS_PREFIX}/AWSLogs/{account}/BedrockModelInvocationLogs/*",
            source_arn=bedrock_arn,
        )
        # CloudTrail looks at the bucket before it accepts it:
        # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="TrailLooksAtBucket",
                principals=[iam.ServicePrincipal("cloudtrail.amazonaws.com")],
                actions=["s3:GetBucketAcl"],
                resources=[self.bucket_arn],
                conditions={"StringEquals": {"aws:SourceArn": trail_arn}},
            )
        )

    def _admit(self, service: str, key_pattern: str, *, source_arn: str) -> None:
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Write{service.split('.')[0].title()}",
                principals=[iam.ServicePrincipal(service)],
                actions=["s3:PutObject"],
                resources=[self.arn_for_objects(key_pattern)],
                conditions={
                    "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                    "ArnLike": {"aws:SourceArn": source_arn},
                },
            )
        )
