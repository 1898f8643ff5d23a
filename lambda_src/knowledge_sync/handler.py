"""Lambda function behind the sync queue, and of the custom resource that fills a new data source.

Environment: KNOWLEDGE_BASE_ID, DATA_SOURCE_ID, QUEUE_URL.

The event source mapping must have ReportBatchItemFailures; its batching window is what makes many uploads one job.
"""

import os
from typing import Any

import boto3

from lambda_src.common.aws import client_config
from lambda_src.knowledge_sync.filling import fill
from lambda_src.knowledge_sync.logic import Sync, Target

bedrock_agent = boto3.client("bedrock-agent", config=client_config())
sqs = boto3.client("sqs", config=client_config())
_target = Target(os.environ["KNOWLEDGE_BASE_ID"], os.environ["DATA_SOURCE_ID"], os.environ["QUEUE_URL"])
_sync = Sync(bedrock_agent, sqs, _target)


def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Partial batch response (docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html)."""
    if "RequestType" in event:  # from CloudFormation, which reads no response
        fill(event, sqs, _target.queue_url)
        return {"batchItemFailures": []}
    return _sync.run(event["Records"])
