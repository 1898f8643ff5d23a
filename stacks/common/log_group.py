"""Log groups that end with the workshop."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.common.customer_key import CustomerKey


class ShortLog(logs.LogGroup):
    """Kept for a week, deleted with its stack."""

    def __init__(self, scope: Construct, construct_id: str, *, key: CustomerKey | None) -> None:
        """Create the construct.

        Args:
            key: encrypts the log; None leaves it to the service's own key.
        """
        super().__init__(
            scope,
            construct_id,
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            encryption_key=key.imported(scope, f"{construct_id}Key") if key else None,
        )
