"""What arrives in the sync queue.

- An S3 event that EventBridge passed on, as it is: docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
- `{"watch": "<ingestion job id>", "attempt": 0}`, which the function sends to itself.
- `{"fill": "<data source id>"}`, which it sends to itself when a deploy has made that data source.

Records as Lambda delivers them: docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHANGES = frozenset({"Object Created", "Object Deleted"})


@dataclass(frozen=True)
class QueueRecord:
    """One queue record, with what is needed to give it back."""

    message_id: str
    receipt_handle: str
    receive_count: int


@dataclass(frozen=True)
class Change(QueueRecord):
    """A document has come, changed or gone, or the data source is new. A job looks at all documents anyway."""


@dataclass(frozen=True)
class Watch(QueueRecord):
    """Look at an ingestion job again."""

    job_id: str
    attempt: int
    """Counts from 0."""


@dataclass(frozen=True)
class Broken(QueueRecord):
    """Neither of the two; it belongs into the dead-letter queue."""


def read_record(raw: Mapping[str, Any]) -> Change | Watch | Broken:
    """Raises KeyError if it is not an SQS record at all."""
    message_id, receipt_handle = str(raw["messageId"]), str(raw["receiptHandle"])
    receive_count = int(raw["attributes"]["ApproximateReceiveCount"])
    try:
        body = json.loads(raw["body"])
    except ValueError:
        body = None
    match body:
        case {"source": "aws.s3", "detail-type": str(kind)} if kind in CHANGES:
            return Change(message_id, receipt_handle, receive_count)
        case {"fill": str()}:
            return Change(message_id, receipt_handle, receive_count)
        case {"watch": str(job_id), "attempt": int(attempt)}:
            return Watch(message_id, receipt_handle, receive_count, job_id, attempt)
        case _:
            return Broken(message_id, receipt_handle, receive_count)


def fill_body(data_source_id: str) -> str:
    return json.dumps({"fill": data_source_id})


def watch_body(job_id: str, attempt: int) -> str:
    return json.dumps({"watch": job_id, "attempt": attempt})
