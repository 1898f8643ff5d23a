"""The asset's model of AgentCore is the pinned botocore's, so that the managed runtime's age does not matter."""

import gzip
import json
from pathlib import Path

import botocore
import pytest
from botocore.config import Config

from lambda_src.chat.agentcore_client import MODELS, agentcore_client

FILE = Path("bedrock-agentcore/2024-02-28/service-2.json.gz")


def test_it_is_the_pinned_one() -> None:
    pinned = Path(botocore.__file__).parent / "data" / FILE
    assert (MODELS / FILE).read_bytes() == pinned.read_bytes(), f"copy {pinned} to {MODELS / FILE}"


def test_the_client_is_made_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-1")
    client = agentcore_client(Config())
    shape = client.meta.service_model.shape_for("HarnessRemoteMcpConfig")
    assert "outboundAuth" in shape.members
    known = json.loads(gzip.decompress((MODELS / FILE).read_bytes()))
    assert set(client.meta.service_model.operation_names) == set(known["operations"])
