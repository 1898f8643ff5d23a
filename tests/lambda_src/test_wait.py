"""The custom resource that waits: as long as it is told, never during a removal, and it always answers."""

import time
from typing import Any

import pytest

from lambda_src.wait import handler as wait
from tests.lambda_src.logging_account import listening


@pytest.mark.parametrize(
    ("request_type", "properties", "slept"),
    [
        ("Create", {"Seconds": "75"}, 75),
        ("Update", {"Seconds": "75", "For": "another role"}, 75),
        ("Delete", {"Seconds": "75"}, 0),
        ("Create", {"Seconds": "86400"}, 300),
        ("Create", {"Seconds": "soon"}, 0),
        ("Create", {"Seconds": "-1"}, 0),
        ("Create", {}, 0),
    ],
)
def test_it_waits_and_answers(
    monkeypatch: pytest.MonkeyPatch, request_type: str, properties: dict[str, str], slept: int
) -> None:
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    with listening() as cloudformation:
        event: dict[str, Any] = {
            "RequestType": request_type,
            "ResponseURL": cloudformation.url,
            "StackId": "arn:aws:cloudformation:ap-southeast-1:111122223333:stack/ws-1-Knowledge/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Wait",
            "ResourceProperties": properties,
        }
        wait.handler(event, None)
    assert seconds == [slept]
    [answer] = cloudformation.answers
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "wait")
