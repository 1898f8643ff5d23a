"""Who did what: management events of the account, and every access to a document of the knowledge bucket."""

from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.audit.names import TRAIL_PREFIX, trail_name
from stacks.common.customer_key import CustomerKey


class AuditTrail(cloudtrail.CfnTrail):
    """A trail of this region with data events of one bucket.

    An L1, because the L2 wants to change the policy of the log bucket, which another stack owns.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        log_bucket: s3.IBucket,
        watched_bucket: s3.IBucket,
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            log_bucket: its policy already admits this trail.
            watched_bucket: reads and writes are recorded.
        """
        super().__init__(
            scope,
            construct_id,
            trail_name=trail_name(workshop_id),
            is_logging=True,
            enable_log_file_validation=True,
            include_global_service_events=True,
            is_multi_region_trail=False,
            s3_bucket_name=log_bucket.bucket_name,
            s3_key_prefix=TRAIL_PREFIX,
            kms_key_id=key.arn if key else None,
            event_selectors=[
                self.EventSelectorProperty(
                    include_management_events=True,
                    read_write_type="All",
                    data_resources=[
                        self.DataResourceProperty(type="AWS::S3::Object", values=[f"{watched_bucket.bucket_arn}/"])
                    ],
                )
            ],
        )
