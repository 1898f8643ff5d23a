"""Who is asking. Known by a ticket that a server issued, never by what a model or a caller says.

For each turn of a signed-in person the chat's server writes a ticket into the desk's table: its digest, the person's
name and an early end. The ticket itself, 128 random bits, goes to the tools past the model:

- AgentCore: header `X-Workshop-Ticket` of the gateway, which the target's metadata configuration propagates
  (docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-headers.html).
- Bedrock Agents: session attribute `ticket`, which only the caller of InvokeAgent can set. Prompt session attributes,
  the input text and the tool's parameters are not looked at.

So whoever may call gateway or agent, such as an attendee's notebook, can be nobody else: a name is not enough.
Without a ticket the owner is `guest`. Everybody without an identity shares that owner: what a guest wrote is never
listed.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from lambda_src.common.errors import ErrorCode, ToolError

GUEST = "guest"
TICKET_ATTRIBUTE = "ticket"
TICKET_HEADER = "X-Workshop-Ticket"
TICKET_PREFIX = "ticket#"
"""How the owner of an item begins that is a ticket and no request; no person's name has such a character."""

_TICKET = re.compile(r"[0-9a-f]{32}")

Identify = Callable[[str | None], str]
"""From a ticket to the owner. Raises ToolError for one that is not good: to guess would be to act for somebody else."""


def ticket_from(value: object) -> str | None:
    """A server-set value as a ticket. Raises ToolError for what we never give out."""
    if value is None:
        return None
    if not isinstance(value, str) or not _TICKET.fullmatch(value):
        raise ToolError(ErrorCode.INVALID_IDENTITY)
    return value


def nobody(ticket: str | None) -> str:
    """For tools to which it does not matter who asks."""
    return GUEST


class Tickets:
    """Tickets in the desk's table, beside the requests."""

    def __init__(self, dynamodb: Any, table: str, now: Callable[[], float] = time.time) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._now = now

    def issue(self, owner: str, seconds: int) -> str:
        """A new ticket of `owner` that ends after so many seconds."""
        ticket = secrets.token_hex(16)
        end = {"N": str(int(self._now()) + seconds)}
        item = {**_key(ticket), "person": {"S": owner}, "expires_at": end}
        self._dynamodb.put_item(TableName=self._table, Item=item)
        return ticket

    def owner(self, ticket: str | None) -> str:
        """Whose ticket it is; `guest` for none. Raises ToolError if it was never issued or has ended."""
        if ticket is None:
            return GUEST
        answer = self._dynamodb.get_item(TableName=self._table, Key=_key(ticket), ConsistentRead=True)
        item = answer.get("Item")
        if item is None or int(item["expires_at"]["N"]) <= self._now():
            raise ToolError(ErrorCode.INVALID_IDENTITY)
        return str(item["person"]["S"])


def _key(ticket: str) -> dict[str, Any]:
    """The table has the digest, so that reading the table gives nobody a ticket."""
    return {"owner": {"S": TICKET_PREFIX + hashlib.sha256(ticket.encode()).hexdigest()}, "request_id": {"S": "ticket"}}
