"""What every DynamoDB table of the workshop has in common."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.common.customer_key import CustomerKey


class ExpiringTable(dynamodb.TableV2):
    """Two keys of text, paid by the request, deleted with its stack. Items end by themselves at `expires_at`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, partition_key: str, sort_key: str, key: CustomerKey | None
    ) -> None:
        """Create the table.

        Args:
            key: encrypts the items; None leaves it to DynamoDB's own key.
        """
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name=partition_key, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=sort_key, type=dynamodb.AttributeType.STRING),
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
