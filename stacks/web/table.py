"""The table behind the page: conversations, budgets, votes, messages to the room."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from stacks.common.customer_key import CustomerKey


class PageTable(dynamodb.TableV2):
    """Everything in it ends by itself, the last after seven days."""

    def __init__(self, scope: Construct, construct_id: str, *, key: CustomerKey | None) -> None:
        """Keys: `pk` and `sk`; time to live in `expires_at`. What is in it is described in `lambda_src/common/`."""
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
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
