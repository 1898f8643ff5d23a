"""Lambda function of the predictions. Environment: ENDPOINT_NAME. Needs a timeout of 70 seconds."""

import os
from typing import Any

import boto3

from lambda_src.common.aws import client_config
from lambda_src.common.dispatch import Dispatcher
from lambda_src.predict.definition import GROUP
from lambda_src.predict.logic import Predictor

# A serverless endpoint that was idle starts its container first; SageMaker itself gives a call 60 seconds.
sagemaker_runtime = boto3.client("sagemaker-runtime", config=client_config(read_timeout=60, attempts=1))
_dispatch = Dispatcher(GROUP, {"predict": Predictor(sagemaker_runtime, os.environ["ENDPOINT_NAME"]).predict})


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Serves a Bedrock Agents action group and an AgentCore gateway target."""
    return _dispatch(event, context)
