"""A table, a pool and requests for the tests of the page's functions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambda_src.common.table import WebTable

REGION = "ap-southeast-1"


@dataclass
class Clock:
    """Seconds since 1970 that pass only when a test says so."""

    seconds: float = field(default=1_795_000_000.0)

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def moto_table(clock: Clock) -> Iterator[WebTable]:
    """A real table of moto's DynamoDB with the keys of the stack Web."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName="web",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        yield WebTable(client, "web", clock)


def request(
    method: str, path: str, body: object = None, *, name: str | None = "att-07", group: str = "attendee", **more: Any
) -> dict[str, Any]:
    """What API Gateway hands over; `name=None` is a request that no authorizer has seen."""
    claims = {"cognito:username": name, "cognito:groups": group, "token_use": "id"}
    return {
        "httpMethod": method,
        "path": f"/{path}",
        "resource": "/api/{path+}",
        "headers": {"content-type": "application/json"},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
        "requestContext": {"authorizer": {"claims": claims}} if name else {},
        **more,
    }
