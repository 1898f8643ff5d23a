"""The client context of an invocation, from the request's header to the function's own process.

AgentCore's gateway names the tool in it:
docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html
"""

from contextvars import ContextVar

HEADER = "x-amz-client-context"

CLIENT_CONTEXT: ContextVar[str] = ContextVar("client_context", default="")
"""Base64 of the JSON document that the caller of Invoke gave; empty for none."""
