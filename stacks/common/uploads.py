"""Files of an asset, copied to a bucket by the deploy."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from stacks.common.acknowledge import acknowledge_all
from stacks.common.roles import FunctionRole

CDK_FUNCTION = "The function belongs to the CDK, which calls it as a custom resource and decides its runtime"
FINDINGS = ("AwsSolutions-L1", "Serverless-LambdaLatestVersion", "Serverless-LambdaDLQ", "Serverless-LambdaTracing")
"""What cdk-nag finds on the CDK's function."""


class AssetUpload(s3_deployment.BucketDeployment):
    """Copies the files of an asset; what others wrote to the bucket stays."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        files: s3_assets.Asset,
        bucket: s3.IBucket,
        role: FunctionRole,
        log_group: logs.ILogGroup,
        prefix: str | None = None,
    ) -> None:
        """Create the upload.

        Args:
            role: may read the asset and write to the bucket.
            prefix: under which the files come, with a slash at its end; None for the names in the asset.
        """
        super().__init__(
            scope,
            construct_id,
            destination_bucket=bucket,
            destination_key_prefix=prefix,
            sources=[s3_deployment.Source.bucket(files.bucket, files.s3_object_key)],
            # The CDK would add rights to delete and to read everything.
            role=role.without_policy_updates(),
            log_group=log_group,
            memory_limit=512,
            prune=False,
        )
        # With its policy, which may be what lets the role write.
        self.node.add_dependency(bucket)
        function = next(
            child
            for child in cdk.Stack.of(self).node.children
            if child.node.id.startswith("Custom::CDKBucketDeployment")
        )
        acknowledge_all(function, dict.fromkeys(FINDINGS, CDK_FUNCTION))
