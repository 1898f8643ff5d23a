"""Keeps the knowledge base in step with its bucket: one ingestion job per batch of changes, watched to its end.

A data source runs one ingestion job at a time; a second start is refused with ConflictException
(docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_StartIngestionJob.html). Refused changes go back to the queue
and come again later. What cannot be done ends in the dead-letter queue after the queue's maxReceiveCount.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambda_src.knowledge_sync.failures import failed_count, has_new_failures
from lambda_src.knowledge_sync.messages import Change, QueueRecord, Watch, read_record, watch_body

MAX_WATCHES = 9
"""15 s, 30 s, 60 s … 900 s: 46 minutes. Lambda stops a function that sends to its own queue after about 16 rounds
(docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html), so there must be few."""
FIRST_WATCH_SECONDS = 15
MAX_DELAY_SECONDS = 900
"""The longest DelaySeconds that SQS takes."""
CONFLICT_SECONDS = 30
"""Per earlier try: a refused change comes again after 30 s, 60 s, 90 s …"""
NEWEST_JOBS = 20
"""Among these is the job before the one that is watched."""
VISIBILITY_BATCH = 10
"""Entries in one ChangeMessageVisibilityBatch."""

logger = Logger(service="knowledge_sync")


@dataclass(frozen=True)
class Target:
    """What is synchronised, and the queue that says when."""

    knowledge_base_id: str
    data_source_id: str
    queue_url: str


class Sync:
    """One batch of queue records at a time."""

    def __init__(self, bedrock_agent: Any, sqs: Any, target: Target) -> None:
        self._bedrock_agent = bedrock_agent
        self._sqs = sqs
        self._target = target

    def run(self, records: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, str]]]:
        """The partial batch response: the records that must come again."""
        read = [read_record(record) for record in records]
        changes = [record for record in read if isinstance(record, Change)]
        watches = [record for record in read if isinstance(record, Watch)]
        failed: list[QueueRecord] = [record for record in read if not isinstance(record, Change | Watch)]
        if failed:
            logger.error("messages of unknown form", extra={"count": len(failed)})
        if changes and not self._started(changes):
            failed += changes
        failed += [watch for watch in watches if not self._watched(watch)]
        return {"batchItemFailures": [{"itemIdentifier": record.message_id} for record in failed]}

    def _started(self, changes: list[Change]) -> bool:
        # The same changes again, because an earlier run broke off, are the same job again.
        token = hashlib.sha256("".join(sorted(change.message_id for change in changes)).encode()).hexdigest()
        try:
            job = self._bedrock_agent.start_ingestion_job(
                knowledgeBaseId=self._target.knowledge_base_id,
                dataSourceId=self._target.data_source_id,
                clientToken=token,
            )["ingestionJob"]
            self._watch_later(job["ingestionJobId"], attempt=0)
        except (BotoCoreError, ClientError) as error:
            if _code(error) == "ConflictException":
                logger.info("another job is running", extra={"changes": len(changes)})
                self._hold_back(changes)
            else:
                logger.error("start failed", extra={"error": _code(error), "changes": len(changes)})
            return False
        logger.info("job started", extra={"job": job["ingestionJobId"], "changes": len(changes)})
        return True

    def _watched(self, watch: Watch) -> bool:
        """False if the job has failed, has lost documents that the one before had not, or takes too long."""
        try:
            job = self._bedrock_agent.get_ingestion_job(
                knowledgeBaseId=self._target.knowledge_base_id,
                dataSourceId=self._target.data_source_id,
                ingestionJobId=watch.job_id,
            )["ingestionJob"]
            status, lost = job["status"], failed_count(job)
            running = status in ("STARTING", "IN_PROGRESS", "STOPPING")
            if running and watch.attempt < MAX_WATCHES - 1:
                self._watch_later(watch.job_id, watch.attempt + 1)
                return True
            new = status != "COMPLETE" or (lost > 0 and has_new_failures(job, self._job_before(watch.job_id)))
        except (BotoCoreError, ClientError) as error:
            logger.error("watching failed", extra={"error": _code(error), "job": watch.job_id})
            # A job is never deleted; one that is not found went with a data source that a deploy has replaced.
            return _code(error) == "ResourceNotFoundException"
        if not new:
            logger.info("job complete", extra={"job": watch.job_id, "failed_before_and_again": lost})
            return True
        logger.error("job not complete", extra={"job": watch.job_id, "status": status, "failed_documents": lost})
        return False

    def _job_before(self, job_id: str) -> dict[str, Any] | None:
        """The job that ran before this one; None for the first, or if it was too long ago to look for."""
        source = {"knowledgeBaseId": self._target.knowledge_base_id, "dataSourceId": self._target.data_source_id}
        newest = self._bedrock_agent.list_ingestion_jobs(
            **source, sortBy={"attribute": "STARTED_AT", "order": "DESCENDING"}, maxResults=NEWEST_JOBS
        )["ingestionJobSummaries"]
        ids = [job["ingestionJobId"] for job in newest]
        older = ids[ids.index(job_id) + 1 :] if job_id in ids else []
        if not older:
            return None
        job: dict[str, Any] = self._bedrock_agent.get_ingestion_job(**source, ingestionJobId=older[0])["ingestionJob"]
        return job

    def _watch_later(self, job_id: str, attempt: int) -> None:
        self._sqs.send_message(
            QueueUrl=self._target.queue_url,
            MessageBody=watch_body(job_id, attempt),
            DelaySeconds=min(FIRST_WATCH_SECONDS * 2**attempt, MAX_DELAY_SECONDS),
        )

    def _hold_back(self, changes: list[Change]) -> None:
        """Sets when refused changes come again; without it the queue's visibility timeout does."""
        for first in range(0, len(changes), VISIBILITY_BATCH):
            entries = [
                {
                    "Id": str(index),
                    "ReceiptHandle": change.receipt_handle,
                    "VisibilityTimeout": min(CONFLICT_SECONDS * change.receive_count, MAX_DELAY_SECONDS),
                }
                for index, change in enumerate(changes[first : first + VISIBILITY_BATCH])
            ]
            try:
                self._sqs.change_message_visibility_batch(QueueUrl=self._target.queue_url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                logger.warning("changes keep the queue's visibility timeout", extra={"error": _code(error)})


def _code(error: BotoCoreError | ClientError) -> str:
    """AWS's error code, or the exception's class; its text may name documents."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
