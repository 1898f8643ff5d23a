"""The documents of this repository, uploaded by the deploy."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from contract import DOCUMENTS_PREFIX
from stacks.common.acknowledge import acknowledge_all
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import ROOT
from stacks.common.log_group import ShortLog
from stacks.common.roles import FunctionRole

DOCUMENTS = ROOT / "knowledge" / "docs"
CDK_FUNCTION = "The function belongs to the CDK, which calls it as a custom resource and decides its runtime"
FINDINGS = ("AwsSolutions-L1", "Serverless-LambdaLatestVersion", "Serverless-LambdaDLQ", "Serverless-LambdaTracing")
"""What cdk-nag finds on the CDK's function."""


class DocumentUpload(Construct):
    """Copies `knowledge/docs/` to the bucket; what others uploaded there stays."""

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str, key: CustomerKey | None) -> None:
        """Make the role first: the bucket's policy names it and grants what it needs there."""
        super().__init__(scope, construct_id)
        self._documents = s3_assets.Asset(self, "Documents", path=str(DOCUMENTS))
        self._log_group = ShortLog(self, "Logs", key=key)
        asset_arn = self._documents.bucket.arn_for_objects(self._documents.s3_object_key)
        self.role = FunctionRole(
            self,
            "Role",
            workshop_id=workshop_id,
            description="Uploads the documents of the repository to the knowledge bucket",
            statements={
                "Log": [
                    iam.PolicyStatement(
                        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                        resources=[self._log_group.log_group_arn],
                    )
                ],
                "ReadAsset": [iam.PolicyStatement(actions=["s3:GetObject"], resources=[asset_arn])],
                "Key": key.use_through("s3") if key else [],
            },
        )

    def to(self, bucket: s3.IBucket) -> s3_deployment.BucketDeployment:
        """Upload to a bucket whose policy lets the role in."""
        deployment = s3_deployment.BucketDeployment(
            self,
            "Deployment",
            destination_bucket=bucket,
            destination_key_prefix=DOCUMENTS_PREFIX,
            sources=[s3_deployment.Source.bucket(self._documents.bucket, self._documents.s3_object_key)],
            # The CDK would add rights to delete and to read everything.
            role=self.role.without_policy_updates(),
            log_group=self._log_group,
            memory_limit=512,
            prune=False,
        )
        # Policy first: it is what lets the role write.
        deployment.node.add_dependency(bucket)
        function = next(
            child
            for child in cdk.Stack.of(self).node.children
            if child.node.id.startswith("Custom::CDKBucketDeployment")
        )
        acknowledge_all(function, dict.fromkeys(FINDINGS, CDK_FUNCTION))
        return deployment
