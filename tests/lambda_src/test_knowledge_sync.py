"""The sync queue's function. Stubbers check every request and answer against AWS's own API models."""

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.knowledge_sync.logic import MAX_WATCHES
from lambda_src.knowledge_sync.messages import Broken, Change, Watch, fill_body, read_record, watch_body
from tests.lambda_src.logging_account import listening
from tests.lambda_src.support import CANARY, ENVIRONMENT

JOB = "JOB1234567"
QUEUE = ENVIRONMENT["QUEUE_URL"]
SOURCE = {"knowledgeBaseId": ENVIRONMENT["KNOWLEDGE_BASE_ID"], "dataSourceId": ENVIRONMENT["DATA_SOURCE_ID"]}


def s3_event(kind: str = "Object Created", key: str = "docs/vi/agenda.md") -> str:
    """As docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html shows it."""
    return json.dumps(
        {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": kind,
            "source": "aws.s3",
            "account": "111122223333",
            "time": "2026-11-28T00:00:00Z",
            "region": "ap-southeast-1",
            "resources": ["arn:aws:s3:::documents"],
            "detail": {"version": "0", "bucket": {"name": "documents"}, "object": {"key": key, "size": 5}},
        }
    )


def record(body: str, number: int = 1, receive_count: int = 1) -> dict[str, Any]:
    """As docs.aws.amazon.com/lambda/latest/dg/with-sqs.html shows it."""
    return {
        "messageId": f"message-{number}",
        "receiptHandle": f"handle-{number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receive_count)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-southeast-1:111122223333:sync",
        "awsRegion": "ap-southeast-1",
    }


@dataclass
class Sync:
    """The handler with stubbed clients. Calls that are not announced fail the test."""

    handler: Any
    bedrock: Stubber
    queue: Stubber
    announced: int = 0
    calls: list[str] = field(default_factory=list)

    def __call__(self, *records: dict[str, Any]) -> list[str]:
        # The handler takes the Stubber's complaint about a call too many for an AWS error, so they are counted here.
        announced = self.announced
        self.announced = 0
        self.calls.clear()
        failures = self.handler({"Records": list(records)}, None)["batchItemFailures"]
        self.bedrock.assert_no_pending_responses()
        self.queue.assert_no_pending_responses()
        assert len(self.calls) == announced, self.calls
        return [failure["itemIdentifier"] for failure in failures]

    def announce(self, stubber: Stubber, operation: str, answer: dict[str, Any], expected: dict[str, Any]) -> None:
        self.announced += 1
        stubber.add_response(operation, answer, expected)

    def refuse(self, stubber: Stubber, operation: str, code: str) -> None:
        self.announced += 1
        stubber.add_client_error(operation, code, CANARY)

    def called(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)

    def starts(self, token: Any = ANY) -> None:
        self.announce(
            self.bedrock, "start_ingestion_job", {"ingestionJob": job("STARTING")}, {**SOURCE, "clientToken": token}
        )

    def start_fails(self, code: str) -> None:
        self.refuse(self.bedrock, "start_ingestion_job", code)

    def shows(self, status: str, failed: int = 0, reasons: tuple[str, ...] = (), job_id: str = JOB) -> None:
        answer = {"ingestionJob": job(status, failed, reasons, job_id)}
        self.announce(self.bedrock, "get_ingestion_job", answer, {**SOURCE, "ingestionJobId": job_id})

    def lists(self, *job_ids: str) -> None:
        """The newest first."""
        now = datetime.now(UTC)
        dates = {"startedAt": now, "updatedAt": now}
        answer = {
            "ingestionJobSummaries": [
                {**SOURCE, "ingestionJobId": each, "status": "COMPLETE", **dates} for each in job_ids
            ]
        }
        expected = {**SOURCE, "sortBy": {"attribute": "STARTED_AT", "order": "DESCENDING"}, "maxResults": 20}
        self.announce(self.bedrock, "list_ingestion_jobs", answer, expected)

    def watches_in(self, seconds: int, attempt: int) -> None:
        expected = {"QueueUrl": QUEUE, "MessageBody": watch_body(JOB, attempt), "DelaySeconds": seconds}
        self.announce(self.queue, "send_message", {"MessageId": "m", "MD5OfMessageBody": "0" * 32}, expected)

    def holds_back(self, *entries: tuple[int, int]) -> None:
        expected = {
            "QueueUrl": QUEUE,
            "Entries": [
                {"Id": str(index), "ReceiptHandle": f"handle-{number}", "VisibilityTimeout": seconds}
                for index, (number, seconds) in enumerate(entries)
            ],
        }
        self.announce(self.queue, "change_message_visibility_batch", {"Successful": [], "Failed": []}, expected)


def job(status: str, failed: int = 0, reasons: tuple[str, ...] = (), job_id: str = JOB) -> dict[str, Any]:
    now = datetime.now(UTC)
    statistics = {"numberOfDocumentsScanned": 12, "numberOfDocumentsFailed": failed}
    return {
        **SOURCE,
        "ingestionJobId": job_id,
        "status": status,
        "statistics": statistics,
        "failureReasons": list(reasons),
        "startedAt": now,
        "updatedAt": now,
    }


@pytest.fixture(scope="module")
def module() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in ENVIRONMENT.items():
            patch.setenv(key, value)
        return importlib.import_module("lambda_src.knowledge_sync.handler")


@pytest.fixture
def sync(module: Any) -> Iterator[Sync]:
    with Stubber(module.bedrock_agent) as bedrock, Stubber(module.sqs) as queue:
        sync = Sync(module.handler, bedrock, queue)
        for stubber in (bedrock, queue):
            stubber.client.meta.events.register("provide-client-params", sync.called, unique_id="calls")
        yield sync
        for stubber in (bedrock, queue):
            stubber.client.meta.events.unregister("provide-client-params", unique_id="calls")


def test_a_batch_of_changes_is_one_job_that_is_watched(sync: Sync) -> None:
    sync.starts()
    sync.watches_in(15, attempt=0)
    assert sync(*(record(s3_event(kind), n) for n, kind in enumerate(["Object Created", "Object Deleted"] * 20))) == []


def test_the_same_changes_again_carry_the_same_token(sync: Sync) -> None:
    tokens: list[str] = []
    for numbers in ((1, 2), (2, 1), (1, 3)):
        sync.starts()
        sync.watches_in(15, attempt=0)
        with capture(sync, tokens):
            sync(*(record(s3_event(), number) for number in numbers))
    assert tokens[0] == tokens[1] != tokens[2]
    assert [token for token in tokens if not (33 <= len(token) <= 256 and token.isalnum())] == []


@contextmanager
def capture(sync: Sync, tokens: list[str]) -> Iterator[None]:
    def keep(params: dict[str, Any], **_: Any) -> None:
        tokens.append(params["clientToken"])

    events = sync.bedrock.client.meta.events
    events.register("provide-client-params.bedrock-agent.StartIngestionJob", keep, unique_id="capture")
    try:
        yield
    finally:
        events.unregister("provide-client-params.bedrock-agent.StartIngestionJob", unique_id="capture")


def test_changes_during_another_job_come_again_later_each_time(sync: Sync) -> None:
    sync.start_fails("ConflictException")
    sync.holds_back((1, 30), (2, 90), (3, 900))
    changes = [record(s3_event(), 1, 1), record(s3_event(), 2, 3), record(s3_event(), 3, 99)]
    assert sync(*changes) == ["message-1", "message-2", "message-3"]


def test_many_changes_are_held_back_ten_at_a_time(sync: Sync) -> None:
    sync.start_fails("ConflictException")
    for numbers in (range(10), range(10, 20), range(20, 23)):
        sync.holds_back(*((number, 30) for number in numbers))
    assert len(sync(*(record(s3_event(), number) for number in range(23)))) == 23


def test_changes_come_again_even_if_they_cannot_be_held_back(sync: Sync) -> None:
    sync.start_fails("ConflictException")
    sync.refuse(sync.queue, "change_message_visibility_batch", "AccessDenied")
    assert sync(record(s3_event())) == ["message-1"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])
def test_changes_come_again_when_the_start_fails(sync: Sync, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    sync.start_fails(code)
    assert sync(record(s3_event())) == ["message-1"]
    assert CANARY not in capsys.readouterr().out


def test_changes_come_again_when_the_job_cannot_be_watched(sync: Sync) -> None:
    sync.starts()
    sync.refuse(sync.queue, "send_message", "AccessDenied")
    assert sync(record(s3_event())) == ["message-1"]


@pytest.mark.parametrize("status", ["STARTING", "IN_PROGRESS", "STOPPING"])
def test_a_running_job_is_looked_at_again_and_ever_more_seldom(sync: Sync, status: str) -> None:
    delays = [30, 60, 120, 240, 480, 900, 900, 900]
    for attempt, seconds in enumerate(delays):
        sync.shows(status)
        sync.watches_in(seconds, attempt + 1)
        assert sync(record(watch_body(JOB, attempt))) == []
    assert len(delays) == MAX_WATCHES - 1


def test_lambda_never_sees_a_recursive_loop() -> None:
    # One invocation starts the job; each watch is one more. Lambda steps in at about 16.
    assert 1 + MAX_WATCHES < 16


def test_a_job_that_runs_for_ever_ends_in_the_dead_letter_queue(sync: Sync) -> None:
    sync.shows("IN_PROGRESS")
    assert sync(record(watch_body(JOB, MAX_WATCHES - 1))) == ["message-1"]


def test_a_complete_job_ends_the_watch(sync: Sync) -> None:
    sync.shows("COMPLETE")
    assert sync(record(watch_body(JOB, 0))) == []


@pytest.mark.parametrize("status", ["FAILED", "STOPPED"])
def test_a_failed_job_ends_in_the_dead_letter_queue(sync: Sync, status: str) -> None:
    sync.shows(status)
    assert sync(record(watch_body(JOB, 0))) == ["message-1"]


BEFORE = "JOB7654321"
BAD, WORSE = "s3://documents/docs/bad, again.md", "s3://documents/docs/worse.md"


def reason(*uris: str) -> str:
    return f"Encountered error: The file has no text. [Files: {', '.join(uris)}]. Call to Bedrock failed."


@pytest.mark.parametrize(
    ("now", "before", "failed"),
    [
        ((reason(BAD),), (), 1),
        ((reason(BAD, WORSE),), (reason(BAD),), 2),
        ((reason(WORSE),), (reason(BAD),), 1),
        ((), (), 1),
        ((reason(BAD),), (reason(BAD),), 2),
    ],
    ids=["first time", "one more", "another one", "no reason given", "not all are named"],
)
def test_a_document_that_fails_for_the_first_time_ends_in_the_dead_letter_queue(
    sync: Sync, now: tuple[str, ...], before: tuple[str, ...], failed: int
) -> None:
    sync.shows("COMPLETE", failed, now)
    sync.lists("JOB9999999", JOB, BEFORE, "JOB0000000")
    sync.shows("COMPLETE", len(before), before, BEFORE)
    assert sync(record(watch_body(JOB, 0))) == ["message-1"]


def test_the_first_job_of_all_has_only_new_failures(sync: Sync) -> None:
    sync.shows("COMPLETE", 1, (reason(BAD),))
    sync.lists(JOB)
    assert sync(record(watch_body(JOB, 0))) == ["message-1"]


def test_documents_that_failed_before_are_no_news(sync: Sync) -> None:
    sync.shows("COMPLETE", 2, (reason(WORSE), reason(BAD)))
    sync.lists(JOB, BEFORE)
    sync.shows("COMPLETE", 2, (reason(BAD, WORSE),), BEFORE)
    assert sync(record(watch_body(JOB, 0))) == []


def test_a_job_that_went_with_its_data_source_is_not_watched_any_longer(sync: Sync) -> None:
    sync.refuse(sync.bedrock, "get_ingestion_job", "ResourceNotFoundException")
    assert sync(record(watch_body(JOB, 0))) == []


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_a_new_data_source_is_filled(sync: Sync, request_type: str) -> None:
    filled = request_type != "Delete"
    if filled:
        body = {"QueueUrl": QUEUE, "MessageBody": fill_body("SOURCE1234")}
        sync.announce(sync.queue, "send_message", {"MessageId": "m", "MD5OfMessageBody": "0" * 32}, body)
    [answer] = custom_resource(sync, request_type)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "documents")


def test_a_data_source_that_cannot_be_filled_fails_the_deploy(sync: Sync) -> None:
    sync.refuse(sync.queue, "send_message", "AccessDenied")
    [answer] = custom_resource(sync, "Update")
    assert answer["Status"] == "FAILED"
    assert CANARY not in answer["Reason"]


def custom_resource(sync: Sync, request_type: str) -> list[dict[str, Any]]:
    """What CloudFormation hears."""
    with listening() as cloudformation:
        event = {
            "RequestType": request_type,
            "ResponseURL": cloudformation.url,
            "StackId": "arn:aws:cloudformation:ap-southeast-1:111122223333:stack/ws-1-Knowledge/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Fill",
            "ResourceProperties": {"DataSourceId": "SOURCE1234"},
        }
        sync.handler(event, None)
        sync.queue.assert_no_pending_responses()
    return list(cloudformation.answers)


def test_a_watch_that_fails_is_tried_again(sync: Sync) -> None:
    sync.refuse(sync.bedrock, "get_ingestion_job", "AccessDeniedException")
    assert sync(record(watch_body(JOB, 0))) == ["message-1"]


def test_one_bad_message_does_not_hold_up_the_others(sync: Sync) -> None:
    sync.starts()
    sync.watches_in(15, attempt=0)
    sync.shows("COMPLETE")
    records = [record("no json", 1), record(s3_event(), 2), record(watch_body(JOB, 0), 3), record('{"a": 1}', 4)]
    assert sync(*records) == ["message-1", "message-4"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (s3_event("Object Created"), Change),
        (s3_event("Object Deleted"), Change),
        (s3_event("Object Restore Completed"), Broken),
        (s3_event().replace("aws.s3", "somebody.else"), Broken),
        (watch_body(JOB, 3), Watch),
        (fill_body("SOURCE1234"), Change),
        ('{"fill": 1}', Broken),
        ('{"watch": 1, "attempt": 0}', Broken),
        ('{"watch": "x", "attempt": "0"}', Broken),
        ('{"watch": "x"}', Broken),
        ("[]", Broken),
        ("", Broken),
    ],
)
def test_messages(body: str, kind: type) -> None:
    assert type(read_record(record(body))) is kind


@given(st.text())
def test_any_text_is_read_as_something(body: str) -> None:
    assert read_record(record(body)).message_id == "message-1"
