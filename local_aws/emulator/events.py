"""EventBridge and the Scheduler: events of the stand-ins go out, and a pipeline as a target is started.

The emulator takes targets that it then does not deliver to and writes a line into its log. Here such a target is
refused when it is made, and a SageMaker pipeline is reached.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core import arn as arns
from ministack.core import responses
from ministack.services import eventbridge, scheduler
from ministack.services.cloudformation import provisioners

from local_aws.cloudformation import handlers as engine
from local_aws.services.shared.backend import ServiceEvent

REACHED = ("events", "lambda", "sagemaker", "sns", "sqs", "states")
"""Services that an event really reaches."""
SCHEDULE = "AWS::Scheduler::Schedule"
KEPT_ONLY = re.compile(r"arn:aws[a-z-]*:scheduler:::aws-sdk:codebuild:startBuild")
"""A schedule may have this target and never reaches it: a rehearsal starts the build of the teardown itself."""

_LOG = logging.getLogger("local_aws.events")
# One after the other, so that events arrive in the order in which things happened; never in the caller's thread, which
# may be the server's only one.
_OUTGOING = ThreadPoolExecutor(1, "events")
Refusal = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Put every repair of this file into the emulator."""
    eventbridge._invoke_target = _with_pipelines(eventbridge._invoke_target)
    eventbridge._validate_target_arn = _refusing(eventbridge._validate_target_arn)
    scheduler._create_schedule = _refusing_schedules(scheduler._create_schedule)
    scheduler._update_schedule = _refusing_schedules(scheduler._update_schedule)
    provisioners._RESOURCE_HANDLERS[SCHEDULE] |= {"create": _create_schedule, "update": _update_schedule}


def emit(event: ServiceEvent) -> None:
    """Send an event of a service to the default bus of the account of this process; returns at once."""
    entry = {
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail, default=str),
        "Resources": list(event.resources),
    }
    _OUTGOING.submit(_put, entry, os.environ["AWS_ACCESS_KEY_ID"], event.region)


def _put(entry: Mapping[str, Any], account: str, region: str) -> None:
    with responses.request_scope(account, region):
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _with_pipelines(native: Callable[..., None]) -> Callable[..., None]:
    def invoke(target: Mapping[str, Any], event: Mapping[str, Any], *others: Any) -> None:
        if ":sagemaker:" in target.get("Arn", ""):
            place = responses.get_account_id(), responses.get_region()
            _OUTGOING.submit(_start, target, event, *place)
        else:
            native(target, event, *others)

    return invoke


def _start(target: Mapping[str, Any], event: Mapping[str, Any], account: str, region: str) -> None:
    """Start the pipeline; a refused start goes to the target's dead-letter queue, as AWS does it."""
    with responses.request_scope(account, region):
        api = engine.api_of("sagemaker")
        given = (target.get("SageMakerPipelineParameters") or {}).get("PipelineParameterList") or []
        name = target["Arn"].rpartition("/")[2]
        try:
            api.call("StartPipelineExecution", {"PipelineName": name, "PipelineParameters": given})
        except Exception as refused:
            _LOG.warning("The pipeline %s was not started: %s", name, refused)
            queue = (target.get("DeadLetterConfig") or {}).get("Arn")
            if queue:
                url = f"{api.endpoint}/{account}/{queue.rpartition(':')[2]}"
                body = json.dumps(event, default=str)
                attributes = {
                    "ERROR_CODE": {"DataType": "String", "StringValue": "SDK_CLIENT_ERROR"},
                    "ERROR_MESSAGE": {"DataType": "String", "StringValue": str(refused)},
                    "TARGET_ARN": {"DataType": "String", "StringValue": target["Arn"]},
                }
                api.of("sqs").call(
                    "SendMessage", {"QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes}
                )


def _not_reached(arn: str) -> str:
    """Why an event would not reach this target; empty if it would."""
    try:
        target = arns.parse_arn(arn)
    except arns.ArnParseError:
        return ""
    if target.service == "sagemaker" and not target.resource.startswith("pipeline/"):
        return f"The local AWS delivers to no {target.resource.partition('/')[0]} of SageMaker."
    if target.service not in REACHED:
        return f"The local AWS does not deliver to {target.service}; it does to {', '.join(REACHED)}."
    return ""


def _refusing(native: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def validate(target: Mapping[str, Any]) -> Any:
        why = _not_reached(target.get("Arn", ""))
        return responses.error_response_json("ValidationException", why, 400) if why else native(target)

    return validate


def _refusing_schedules(native: Callable[[str, Mapping[str, Any]], Any]) -> Callable[[str, Mapping[str, Any]], Any]:
    def save(name: str, body: Mapping[str, Any]) -> Any:
        arn = (body.get("Target") or {}).get("Arn", "")
        why = "" if KEPT_ONLY.fullmatch(arn) else _not_reached(arn)
        return responses.error_response_json("ValidationException", why, 400) if why else native(name, body)

    return save


def _create_schedule(logical_id: str, properties: Mapping[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
    """All properties of the template, and a refusal that fails the stack; the emulator drops both."""
    name = properties.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=64)
    _saved(scheduler._create_schedule(name, {**properties, "Name": name}))
    return name, {"Arn": scheduler._schedule_arn(properties.get("GroupName", "default"), name)}


def _update_schedule(
    reference: str, old: Mapping[str, Any], new: Mapping[str, Any], stack_name: str
) -> tuple[str, dict[str, Any]]:
    if new.get("Name", reference) != reference or old.get("GroupName") != new.get("GroupName"):
        return _create_schedule(reference, new, stack_name)
    _saved(scheduler._update_schedule(reference, dict(new)))
    return reference, {"Arn": scheduler._schedule_arn(new.get("GroupName", "default"), reference)}


def _saved(answer: Refusal) -> None:
    status, _, body = answer
    if status >= 300:
        raise ValueError(f"{SCHEDULE} is refused: {body.decode()}")
