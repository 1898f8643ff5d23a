"""Lambda function of the language tools. No environment of its own."""

from typing import Any

import boto3

from lambda_src.common.aws import client_config
from lambda_src.common.dispatch import Dispatcher
from lambda_src.language.definition import GROUP
from lambda_src.language.logic import Linguist

translate = boto3.client("translate", config=client_config())
comprehend = boto3.client("comprehend", config=client_config())
_linguist = Linguist(translate, comprehend)
_dispatch = Dispatcher(
    GROUP, {"translate_text": _linguist.translate_text, "detect_language": _linguist.detect_language}
)


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Serves a Bedrock Agents action group and an AgentCore gateway target."""
    return _dispatch(event, context)
