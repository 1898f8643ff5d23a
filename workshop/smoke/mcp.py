"""Just enough of the Model Context Protocol to list and call the tools of an AgentCore gateway.

https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-using.html: JSON-RPC over HTTPS, signed with IAM.
"""

import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from workshop.loopback import local_endpoint
from workshop.smoke.check import CheckFailedError, require

SERVICE = "bedrock-agentcore"
PROTOCOL_VERSION = "2025-06-18"
TIMEOUT_SECONDS = 130
"""The slowest tool may take two minutes."""


class GatewayClient:
    """The tools behind one gateway URL. Anything but a proper answer raises CheckFailedError."""

    def __init__(self, url: str, session: boto3.Session, region: str) -> None:
        """Keep what it works with.

        Args:
            url: the gateway's MCP endpoint as the stack gives it.
        """
        self._url = _reachable(url)
        self._session = session
        self._region = region
        self._http = URLLib3Session(timeout=TIMEOUT_SECONDS)
        self._ids = itertools.count(1)

    def tool_names(self) -> set[str]:
        """Names of all tools, as `<target>___<tool>`."""
        found: set[str] = set()
        cursor: dict[str, str] = {}
        while True:
            page = self._call("tools/list", cursor)
            found |= {tool["name"] for tool in page.get("tools", [])}
            if not page.get("nextCursor"):
                return found
            cursor = {"cursor": page["nextCursor"]}

    def call(self, name: str, arguments: Mapping[str, object]) -> str:
        """What the tool answered, as text (of JSON)."""
        result = self._call("tools/call", {"name": name, "arguments": arguments})
        text = "".join(part.get("text", "") for part in result.get("content", []))
        require(not result.get("isError"), f"{name} failed: {text[:300]}")
        return text

    def _call(self, method: str, parameters: Mapping[str, object]) -> dict[str, Any]:
        body = json.dumps({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": parameters})
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": PROTOCOL_VERSION,
        }
        request = AWSRequest("POST", self._url, headers=headers, data=body.encode())
        credentials = self._session.get_credentials()
        if credentials is None:
            raise CheckFailedError("there are no credentials to sign the call with")
        SigV4Auth(credentials, SERVICE, self._region).add_auth(request)
        response = self._http.send(request.prepare())
        text = response.content.decode(errors="replace")
        require(response.status_code == 200, f"{method}: HTTP {response.status_code}: {text[:300]}")
        message = _message(text)
        require("result" in message, f"{method}: {json.dumps(message.get('error', message))[:300]}")
        result: dict[str, Any] = message["result"]
        return result


def _reachable(url: str) -> str:
    """The URL itself; on the local AWS, where AWS's host names lead nowhere, the same path there."""
    local = local_endpoint()
    if local is None or urlsplit(url).hostname == urlsplit(local).hostname:
        return url
    return local + urlsplit(url).path


def _message(text: str) -> dict[str, Any]:
    """The JSON-RPC message, sent plainly or as the data of a server-sent event."""
    data = [line.removeprefix("data:") for line in text.splitlines() if line.startswith("data:")]
    try:
        message = json.loads(data[-1] if data else text)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise CheckFailedError(f"not JSON-RPC: {text[:300]}")
    return message
