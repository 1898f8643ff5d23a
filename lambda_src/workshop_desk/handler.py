"""Lambda function of the workshop desk. Environment: DESK_TABLE_NAME."""

import os
from typing import Any

import boto3

from lambda_src.common.aws import client_config
from lambda_src.common.dispatch import Dispatcher
from lambda_src.common.identity import Tickets
from lambda_src.workshop_desk.definition import GROUP
from lambda_src.workshop_desk.logic import Desk

dynamodb = boto3.client("dynamodb", config=client_config())
_desk = Desk(dynamodb, os.environ["DESK_TABLE_NAME"])
_dispatch = Dispatcher(
    GROUP,
    {
        "get_agenda": _desk.get_agenda,
        "request_helper": _desk.request_helper,
        "list_my_requests": _desk.list_my_requests,
    },
    Tickets(dynamodb, os.environ["DESK_TABLE_NAME"]).owner,
)


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Serves a Bedrock Agents action group and an AgentCore gateway target."""
    return _dispatch(event, context)
