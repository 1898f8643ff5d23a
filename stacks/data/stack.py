"""Data: the rows of the machine-learning lab, and two ways to ask about them."""

from aws_cdk import aws_s3 as s3
from constructs import Construct

from contract import Output, StackName
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import WorkshopConfig
from stacks.data.bucket import LabBucket, LabUpload
from stacks.data.lake import Lake


class DataStack(WorkshopStack):
    """Lab bucket with rows and scripts, declared tables, an Athena workgroup with saved queries."""

    def __init__(
        self, scope: Construct, *, config: WorkshopConfig, log_bucket: s3.IBucket, key: CustomerKey | None
    ) -> None:
        """Create the stack.

        Args:
            log_bucket: receives access logs.
        """
        super().__init__(scope, StackName.DATA, config=config, description="Data of the machine-learning lab")
        workshop_id = config.workshop_id
        self.bucket = LabBucket(self, "LabBucket", log_bucket_name=log_bucket.bucket_name, key=key)
        LabUpload(self, "Upload", workshop_id=workshop_id, bucket=self.bucket, key=key)
        lake = Lake(self, "Lake", workshop_id=workshop_id, bucket=self.bucket, key=key)
        self.publish(Output.LAB_BUCKET_NAME, self.bucket.bucket_name, "Rows, scripts and results of the lab")
        self.publish(Output.LAB_DATABASE_NAME, lake.name, "Glue database with the lab's tables")
        self.publish(Output.LAB_WORKGROUP_NAME, lake.name, "Athena workgroup with the lab's queries")
