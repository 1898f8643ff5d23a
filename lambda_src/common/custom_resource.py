"""How a CloudFormation custom resource answers for itself.

Requests and responses: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html. The response URL is
signed, so it is a secret and no log may have it.
"""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools import Logger

SEND_ATTEMPTS = 3
SEND_TIMEOUT_SECONDS = 5
MAX_REASON = 400
"""Characters; the whole answer may have 4,096 bytes, and the reason is in it twice."""


def send(event: Mapping[str, Any], status: str, reason: str, *, physical_id: str, logger: Logger) -> None:
    """Tell CloudFormation the outcome.

    Args:
        status: `SUCCESS` or `FAILED`.
        reason: what the organiser reads in the stack's events.
        physical_id: of a resource that has none yet; always the same, so that no update is ever a replacement.

    Raises:
        ValueError: the response URL is no web address.
        RuntimeError: CloudFormation could not be reached.
    """
    if urlsplit(event["ResponseURL"]).scheme not in ("https", "http"):  # http: a local AWS
        raise ValueError("ResponseURL is not a web address.")
    answer = {
        "Status": status,
        "Reason": reason[:MAX_REASON],
        "PhysicalResourceId": event.get("PhysicalResourceId", physical_id),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Outcome": reason[:MAX_REASON]},
    }
    request = urllib.request.Request(  # noqa: S310 (the scheme is checked above)
        event["ResponseURL"],
        data=json.dumps(answer, ensure_ascii=False).encode(),
        method="PUT",
        headers={"Content-Type": ""},  # it is part of what CloudFormation signed
    )
    for attempt in range(SEND_ATTEMPTS):
        try:
            with urllib.request.urlopen(request, timeout=SEND_TIMEOUT_SECONDS):  # noqa: S310
                return
        except OSError as error:
            # The text of an HTTP error can have the URL in it.
            logger.warning("answer not sent", extra={"attempt": attempt, "error_type": type(error).__name__})
    raise RuntimeError("CloudFormation could not be told the outcome.")
