"""Agenda and helper requests. The table: partition key `owner`, sort key `request_id`, time to live in `expires_at`."""

import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from lambda_src.common.dispatch import Caller
from lambda_src.common.identity import GUEST
from lambda_src.workshop_desk.definition import GetAgenda, ListMyRequests, RequestHelper

AGENDA: list[dict[str, object]] = json.loads(Path(__file__).with_name("agenda.json").read_text(encoding="utf-8"))
LIFETIME_SECONDS = 24 * 60 * 60
"""A request outlives the day of the workshop and no more."""
LIST_LIMIT = 20


class Desk:
    """The desk's tools on one DynamoDB table. Keys come from the caller, never from the input."""

    def __init__(self, dynamodb: Any, table_name: str, now: Callable[[], float] = time.time) -> None:
        self._dynamodb = dynamodb
        self._table = table_name
        self._now = now

    def get_agenda(self, wanted: GetAgenda, caller: Caller) -> dict[str, object]:
        """Start and end are local times of the venue, HH:MM."""
        return {"agenda": [item for item in AGENDA if wanted.part in (None, item["part"])]}

    def request_helper(self, wanted: RequestHelper, caller: Caller) -> dict[str, object]:
        """Writes one request; the same person, conversation, topic and seat again change nothing."""
        now = int(self._now())
        request_id = _request_id(wanted, caller)
        item = {
            "owner": {"S": caller.owner},
            "request_id": {"S": request_id},
            "topic": {"S": wanted.topic},
            "requested_at": {"S": datetime.fromtimestamp(now, UTC).isoformat()},
            "expires_at": {"N": str(now + LIFETIME_SECONDS)},
        }
        if wanted.seat:
            item["seat"] = {"S": wanted.seat}
        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=item,
                # DynamoDB removes expired items within days, not at once, so an expired one may be overwritten.
                ConditionExpression="attribute_not_exists(request_id) OR expires_at <= :now",
                ExpressionAttributeValues={":now": {"N": str(now)}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return {"request_id": request_id, "status": "already requested"}
        return {"request_id": request_id, "status": "requested"}

    def list_my_requests(self, wanted: ListMyRequests, caller: Caller) -> dict[str, object]:
        """At most 20 open requests, newest first. Guests share an owner, so they see no text that a person wrote."""
        page = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": {"S": caller.owner}},
            ProjectionExpression="request_id, topic, seat, requested_at, expires_at",
            Limit=LIST_LIMIT,
        )
        open_items = [item for item in page["Items"] if int(item["expires_at"]["N"]) > self._now()]
        open_items.sort(key=lambda item: str(item["requested_at"]["S"]), reverse=True)
        shown = (
            ("request_id", "requested_at") if caller.owner == GUEST else ("request_id", "requested_at", "topic", "seat")
        )
        answer: dict[str, object] = {
            "requests": [{key: item[key]["S"] for key in shown if key in item} for item in open_items]
        }
        if "LastEvaluatedKey" in page:
            answer["truncated"] = True
        return answer


def _request_id(wanted: RequestHelper, caller: Caller) -> str:
    """Idempotency key: 32 hex digits that are the same for the same request in the same conversation."""
    topic = " ".join(wanted.topic.casefold().split())
    parts = [caller.owner, caller.session, topic, (wanted.seat or "").casefold()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
