"""What every AWS account finds ready-made: the public Powertools layer and the parameter that names it."""

import base64
import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import lambda_svc, ssm

from local_aws.emulator.layers import powertools_layer

LAYER_ACCOUNT = "017000801446"
"""Account that publishes the layer: https://docs.aws.amazon.com/powertools/python/latest/getting-started/install"""

RUNTIME = "python3.14"
LAYER_NAME = f"AWSLambdaPowertoolsPythonV3-{RUNTIME.replace('.', '')}-arm64"
PARAMETER = f"/aws/service/powertools/python/arm64/{RUNTIME}/{version('aws-lambda-powertools')}"


def seed(account: str, region: str) -> None:
    """Publish the layer in AWS's own account, open to all, and put the public parameter where `account` reads it."""
    with request_scope(LAYER_ACCOUNT, region):
        content = {"ZipFile": base64.b64encode(powertools_layer()).decode()}
        layer = _fine(lambda_svc._publish_layer_version(LAYER_NAME, {"Content": content}))
        grant = {"StatementId": "public", "Action": "lambda:GetLayerVersion", "Principal": "*"}
        _fine(lambda_svc._add_layer_version_permission(LAYER_NAME, layer["Version"], grant))
    with request_scope(account, region):
        parameter = {"Name": PARAMETER, "Type": "String", "Value": layer["LayerVersionArn"]}
        _fine(_reserved(lambda: ssm._put_parameter(parameter)))


def _reserved(put: Callable[[], Any]) -> Any:
    """Names below /aws are AWS's own, so the emulator refuses them to customers."""
    refuse = ssm._reserved_name_error
    ssm._reserved_name_error = lambda name: None
    try:
        return put()
    finally:
        ssm._reserved_name_error = refuse


def _fine(response: tuple[int, dict[str, str], bytes | str]) -> dict[str, Any]:
    status, _, body = response
    if status >= 300:
        raise RuntimeError(f"The emulator refused what every account has: {body!r}")
    parsed: dict[str, Any] = json.loads(body or "{}")
    return parsed
