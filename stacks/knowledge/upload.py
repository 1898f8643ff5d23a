"""The documents of this repository, uploaded by the deploy."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from contract import DOCUMENTS_PREFIX
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import ROOT
from stacks.common.log_group import ShortLog
from stacks.common.roles import FunctionRole
from stacks.common.uploads import AssetUpload

DOCUMENTS = ROOT / "knowledge" / "docs"


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

    def to(self, bucket: s3.IBucket) -> AssetUpload:
        """Upload to a bucket whose policy lets the role in."""
        return AssetUpload(
            self,
            "Deployment",
            files=self._documents,
            bucket=bucket,
            role=self.role,
            log_group=self._log_group,
            prefix=DOCUMENTS_PREFIX,
        )
