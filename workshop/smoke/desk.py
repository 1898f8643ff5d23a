"""What a request for a lab helper leaves behind: looked at, and taken away again."""

import json

from contract import Output, StackName
from workshop.smoke.check import require
from workshop.smoke.deployed import Deployed
from workshop.smoke.scenarios import AgentTurn

TABLE = (StackName.TOOLS, Output.DESK_TABLE_NAME)
REQUEST_HELPER = "request_helper"


def withdraw(deployed: Deployed, owner: str, answer: str) -> None:
    """Delete the request that `request_helper` answered with. Raises CheckFailedError if it was never stored."""
    key = {"owner": {"S": owner}, "request_id": {"S": json.loads(answer)["request_id"]}}
    table = deployed.output(*TABLE)
    deleted = deployed.client("dynamodb").delete_item(TableName=table, Key=key, ReturnValues="ALL_OLD")
    require("Attributes" in deleted, f"the request of {owner} is not in the table {table}")


def withdraw_all(deployed: Deployed, owner: str, turn: AgentTurn) -> None:
    """Delete every request that an agent made in one turn."""
    for name, answer in turn.tools:
        if name.endswith(REQUEST_HELPER):
            withdraw(deployed, owner, answer)
