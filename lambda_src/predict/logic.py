"""One CSV row in, one number out."""

import math
import re
from typing import Any

from lambda_src.common.dispatch import Caller
from lambda_src.common.errors import ErrorCode, ToolError
from lambda_src.predict.definition import COLUMNS, Predict

MAX_ANSWER_BYTES = 1_024
_ONE_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class Predictor:
    """The model behind one SageMaker endpoint.

    docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
    """

    def __init__(self, sagemaker_runtime: Any, endpoint_name: str) -> None:
        self._sagemaker_runtime = sagemaker_runtime
        self._endpoint = endpoint_name

    def predict(self, wanted: Predict, caller: Caller) -> dict[str, object]:
        """The model's number for one row.

        Raises:
            ToolError: a number is outside its range, or the endpoint answers anything but one finite number.
        """
        outside = [column for column, number in zip(COLUMNS, wanted.features, strict=True) if not column.takes(number)]
        if outside:
            # A model answers any row, and an impossible one with as much confidence.
            ranges = ", ".join(f"{column.name} has to be {column.allowed}" for column in outside)
            raise ToolError(ErrorCode.INVALID_INPUT, f"In features, {ranges}.")
        response = self._sagemaker_runtime.invoke_endpoint(
            EndpointName=self._endpoint,
            ContentType="text/csv",
            Accept="text/csv",
            Body=",".join(repr(number) for number in wanted.features).encode("ascii"),
        )
        return {"prediction": _number(response["Body"].read(MAX_ANSWER_BYTES + 1))}


def _number(body: bytes) -> float:
    text = body.decode("ascii", errors="replace").strip()
    number = float(text) if len(body) <= MAX_ANSWER_BYTES and _ONE_NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise ToolError(ErrorCode.SERVICE_UNAVAILABLE)
    return number
