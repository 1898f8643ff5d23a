"""Who is asking. Set by servers, never by a model: a model can be talked into any parameter value.

- Bedrock Agents: session attribute `attendee`, which only the caller of InvokeAgent can set. Prompt session attributes,
  the input text and the tool's parameters are not looked at.
- AgentCore: header `X-Workshop-Attendee`, if the gateway target's metadata configuration propagates it. It says the
  truth only if nobody but a trusted server may call the gateway or the harness (docs.aws.amazon.com/bedrock-agentcore/
  latest/devguide/gateway-headers.html), so propagate it only then.
- Neither: the owner is `guest`. Everybody without an identity shares that owner, so a guest's requests are everybody's:
  what a guest wrote is never listed.
"""

import re

from lambda_src.common.errors import ErrorCode, ToolError

GUEST = "guest"
ATTENDEE_ATTRIBUTE = "attendee"
ATTENDEE_HEADER = "X-Workshop-Attendee"

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")


def owner_from(value: object) -> str:
    """The owner for a server-set value: `guest` if there is none.

    Raises ToolError for a value that we never give out: to guess an owner would be to act for somebody else.
    """
    if value is None:
        return GUEST
    if not isinstance(value, str) or not _OWNER.fullmatch(value):
        raise ToolError(ErrorCode.INVALID_IDENTITY)
    return value
