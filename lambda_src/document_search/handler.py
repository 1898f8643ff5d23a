"""Lambda function of the document search. Environment: KNOWLEDGE_BASE_ID. Needs a timeout of 120 seconds."""

import os
from typing import Any

import boto3

from lambda_src.common.aws import client_config
from lambda_src.common.dispatch import Dispatcher
from lambda_src.document_search.definition import GROUP
from lambda_src.document_search.logic import DocumentSearch

# OpenSearch scales to zero, and the first question after that waits until it is there again.
bedrock_agent_runtime = boto3.client("bedrock-agent-runtime", config=client_config(read_timeout=55))
_search = DocumentSearch(bedrock_agent_runtime, os.environ["KNOWLEDGE_BASE_ID"])
_dispatch = Dispatcher(GROUP, {"search_documents": _search.search_documents})


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Serves a Bedrock Agents action group and an AgentCore gateway target."""
    return _dispatch(event, context)
