"""A client of AgentCore that knows what the project knows, whatever boto3 the managed runtime has.

Lambda's Python runtimes bring a boto3 that is weeks or months old, and the harness's remote MCP servers have had
`outboundAuth` since October 2026 only. botocore reads services from files, so the asset has the file of the pinned
version:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html, botocore.loaders
"""

from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

MODELS = Path(__file__).with_name("models")
"""`tests/lambda_src/test_agentcore_model.py` holds it equal to the pinned botocore's."""


def agentcore_client(config: Config) -> Any:
    """The data plane's client, made from the asset's own model."""
    session = botocore.session.get_session()
    session.set_config_variable("data_path", str(MODELS))
    return boto3.Session(botocore_session=session).client("bedrock-agentcore", config=config)
