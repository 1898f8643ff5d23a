"""The table of requests for a lab helper."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.common.customer_key import CustomerKey


class DeskTable(dynamodb.TableV2):
    """One item a request, gone by itself after its time to live."""

    def __init__(self, scope: Construct, construct_id: str, *, key: CustomerKey | None) -> None:
        """Keys: `owner` and `request_id`; time to live in `expires_at`."""
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name="owner", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="request_id", type=dynamodb.AttributeType.STRING),
            time_to_live_attribute="expires_at",
            billing=dynamodb.Billing.on_demand(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            encryption=(
                dynamodb.TableEncryptionV2.customer_managed_key(key.imported(scope, f"{construct_id}Key"))
                if key
                else None
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
