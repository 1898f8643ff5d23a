"""The table behind the page: conversations, budgets, votes, messages to the room."""

from constructs import Construct

from stacks.common.customer_key import CustomerKey
from stacks.common.tables import ExpiringTable


class PageTable(ExpiringTable):
    """Everything in it ends by itself, the last after seven days."""

    def __init__(self, scope: Construct, construct_id: str, *, key: CustomerKey | None) -> None:
        """What is in it is described in `lambda_src/common/`."""
        super().__init__(scope, construct_id, partition_key="pk", sort_key="sk", key=key)
