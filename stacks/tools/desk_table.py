"""The table of requests for a lab helper."""

from constructs import Construct

from stacks.common.customer_key import CustomerKey
from stacks.common.tables import ExpiringTable


class DeskTable(ExpiringTable):
    """One item a request, gone by itself after its time to live."""

    def __init__(self, scope: Construct, construct_id: str, *, key: CustomerKey | None) -> None:
        """What is in it is described in `lambda_src/workshop_desk/`."""
        super().__init__(scope, construct_id, partition_key="owner", sort_key="request_id", key=key)
