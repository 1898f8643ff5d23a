"""CloudFormation custom resource that fills a new data source with the documents that are in the bucket already.

Property `DataSourceId`. Uploads that the deploy makes do not do it: they skip what has not changed, and a replaced
knowledge base reads a bucket that was full before.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambda_src.common.custom_resource import send
from lambda_src.knowledge_sync.messages import fill_body

PHYSICAL_ID = "documents"

_logger = Logger(service="knowledge_sync")


def fill(event: Mapping[str, Any], sqs: Any, queue_url: str) -> None:
    """Ask for a job through the queue, which tries again while another one runs; on removal do nothing."""
    status, reason = "SUCCESS", "Nothing to do."
    if event["RequestType"] != "Delete":
        try:
            sqs.send_message(QueueUrl=queue_url, MessageBody=fill_body(event["ResourceProperties"]["DataSourceId"]))
            reason = "The documents will be ingested."
        except (BotoCoreError, ClientError) as error:
            status, reason = "FAILED", f"The documents could not be announced: {type(error).__name__}"
    send(event, status, reason, physical_id=PHYSICAL_ID, logger=_logger)
