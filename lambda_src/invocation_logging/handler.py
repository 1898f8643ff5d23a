"""CloudFormation custom resource for `logic`. Give it a timeout of 180 seconds: the retries take up to 60, and the last
one may be slow."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError
from pydantic import ValidationError

from lambda_src.common.aws import client_config
from lambda_src.common.custom_resource import send
from lambda_src.invocation_logging.logic import LoggingSetting, Properties

PHYSICAL_ID = "model-invocation-logging"
# AWS tries log group and bucket before it answers.
bedrock = boto3.client("bedrock", config=client_config(read_timeout=30))
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
    send(event, status, reason, physical_id=PHYSICAL_ID, logger=_logger)


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
