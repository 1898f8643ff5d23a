"""CloudFormation custom resource that lets time pass where AWS has accepted something that is not yet so everywhere.

Property `Seconds`; `For` is what is waited for, so that another value waits again. The timeout has to be longer.
"""

import time
from typing import Any

from aws_lambda_powertools import Logger

from lambda_src.common.custom_resource import send

PHYSICAL_ID = "wait"
MAX_SECONDS = 300

_logger = Logger(service="wait")


def handler(event: dict[str, Any], context: Any) -> None:
    """Waits before it answers, but not while something is removed."""
    seconds = 0 if event["RequestType"] == "Delete" else _seconds(event["ResourceProperties"])
    time.sleep(seconds)
    send(event, "SUCCESS", f"Waited {seconds} seconds.", physical_id=PHYSICAL_ID, logger=_logger)


def _seconds(properties: dict[str, Any]) -> int:
    """CloudFormation sends every value as text; what is no number is not waited for."""
    text = str(properties.get("Seconds", ""))
    return min(int(text), MAX_SECONDS) if text.isascii() and text.isdigit() else 0
