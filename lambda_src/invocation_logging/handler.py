"""CloudFormation custom resource for `logic`. Give it a timeout of 150 seconds: the retries take up to 60.

It answers for itself: requests and responses are described in docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
crpg-ref.html. The response URL is signed, so it is a secret and no log may have it.
"""

import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError
from pydantic import ValidationError

from lambda_src.common.aws import client_config
from lambda_src.invocation_logging.logic import LoggingSetting, Properties

PHYSICAL_ID = "model-invocation-logging"
"""Always the same, so that no update is ever a replacement."""
SEND_ATTEMPTS = 3
SEND_TIMEOUT_SECONDS = 5
MAX_REASON = 400
"""Characters; the whole answer may have 4,096 bytes, and the reason is in it twice."""

bedrock = boto3.client("bedrock", config=client_config())
ssm = boto3.client("ssm", config=client_config())
logging = LoggingSetting(bedrock, ssm)
_logger = Logger(service="invocation_logging")


def handler(event: dict[str, Any], context: Any) -> None:
    """Does what the event asks for and always answers, because CloudFormation waits an hour for an answer."""
    try:
        status, reason = "SUCCESS", _act(event)
    except Exception as error:  # whatever it is, CloudFormation has to hear of it
        status, reason = "FAILED", _reason(error)
    _logger.info("request done", extra={"request": event.get("RequestType"), "status": status, "reason": reason})
    _send(event, status, reason)


def _act(event: dict[str, Any]) -> str:
    try:
        properties = Properties.model_validate(event["ResourceProperties"])
    except ValidationError:
        if event["RequestType"] == "Delete":  # of a creation that failed for the same reason: else nobody could delete
            return "The properties are not valid, so there is nothing to undo."
        raise
    match event["RequestType"]:
        case "Create":
            return logging.create(properties)
        case "Update":
            return logging.update(Properties.model_validate(event["OldResourceProperties"]), properties)
        case "Delete":
            return logging.delete(properties)
        case _:
            raise ValueError("RequestType must be Create, Update or Delete.")


def _reason(error: Exception) -> str:
    """What the organiser reads in the stack's events. Only AWS's own and our own texts are passed on."""
    if isinstance(error, ClientError):
        return str(error)
    if isinstance(error, ValidationError):
        wrong = sorted({"".join(map(str, detail["loc"][:1])) for detail in error.errors(include_input=False)})
        return f"These properties of the custom resource are not valid: {', '.join(wrong)}."
    if isinstance(error, ValueError):
        return str(error)
    return f"{type(error).__name__}; see the function's log."


def _send(event: dict[str, Any], status: str, reason: str) -> None:
    if urlsplit(event["ResponseURL"]).scheme not in ("https", "http"):  # http: a local AWS
        raise ValueError("ResponseURL is not a web address.")
    answer = {
        "Status": status,
        "Reason": reason[:MAX_REASON],
        "PhysicalResourceId": event.get("PhysicalResourceId", PHYSICAL_ID),
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
            _logger.warning("answer not sent", extra={"attempt": attempt, "error_type": type(error).__name__})
    raise RuntimeError("CloudFormation could not be told the outcome.")
