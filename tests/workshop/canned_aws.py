"""AWS answering from a table: boto3 clients whose calls never leave the process.

An answer is validated against botocore's model of the operation, as botocore's Stubber does; a call that nobody
prepared is an error.
"""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel
from botocore.validate import validate_parameters

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class RefusalError(Exception):
    """Raised by an answer to refuse the call, as AWS would."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code, self.message = code, message


def canned_session(answers: dict[str, Answer]) -> boto3.Session:
    """A session for which `answers["sts.GetCallerIdentity"]`, given the parameters, answers that call."""
    session = boto3.Session(
        aws_access_key_id="111122223333", aws_secret_access_key="test", region_name="ap-southeast-1"
    )

    def remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["given"] = params

    def answer(model: OperationModel, context: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        name = f"{model.service_model.service_name}.{model.name}"
        assert name in answers, f"unexpected call: {name}"
        try:
            parsed = answers[name](context["given"])
        except RefusalError as refusal:
            error = {"Error": {"Code": refusal.code, "Message": refusal.message}}
            return AWSResponse("", 400, HTTPHeaders(), None), error
        if model.output_shape is not None and not model.has_event_stream_output:
            validate_parameters(parsed, model.output_shape)
        return AWSResponse("", 200, HTTPHeaders(), None), parsed

    session.events.register("before-parameter-build.*.*", remember)
    session.events.register("before-call.*.*", answer)  # type: ignore[arg-type]  # may return an answer
    return session
