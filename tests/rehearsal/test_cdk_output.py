"""What the CDK command line prints becomes progress, failures and the list of stacks."""

import os
import stat
from pathlib import Path

import pytest

from workshop.rehearse import cdk

DEPLOY = """
ws-1-Audit: deploying... [1/2]
ws-1-Audit |  3/17 | 2:29:42 AM | CREATE_IN_PROGRESS   | AWS::S3::Bucket      | Audit/LogBucket (LogBucketCC3B17E8)
ws-1-Audit |  3/17 | 2:29:42 AM | CREATE_FAILED        | AWS::EC2::FlowLog    | Studio/FlowLog (Log) no such VPC

Failed resources:
ws-1-Audit | 2:29:42 AM | CREATE_FAILED        | AWS::EC2::FlowLog                | Studio/FlowLog (Log) no such VPC
 ✅  Knowledge (ws-1-Knowledge)
✅  Safety (ws-1-Safety) (no changes)
✅  Tools (ws-1-Tools): destroyed
ws-1-Tools: fail: Bucket named 'cdk-assets' exists, but we dont have access to it.
❌  ws-1-Audit failed to deploy
"""


@pytest.fixture
def fake_cdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command line that prints `DEPLOY` and ends with 3."""
    (tmp_path / "output").write_text(DEPLOY)
    script = tmp_path / "cdk"
    script.write_text(
        f"#!/bin/sh\necho arguments: $@ telemetry: $CDK_DISABLE_CLI_TELEMETRY\ncat {tmp_path}/output\nexit 3\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(cdk, "CDK", script)
    return tmp_path


def test_the_output_is_told_as_it_comes(fake_cdk: Path) -> None:
    told: list[str] = []
    log = fake_cdk / "cdk.log"
    outcome = cdk.run(["deploy", "--all"], {"PATH": os.environ["PATH"]}, log, told.append, fake_cdk)
    assert outcome.exit_code == 3
    assert outcome.changed == ["ws-1-Knowledge", "ws-1-Tools"]
    assert outcome.unchanged == ["ws-1-Safety"]
    failure = "ws-1-Audit: AWS::EC2::FlowLog Studio/FlowLog (Log) no such VPC"
    asset = "ws-1-Tools: fail: Bucket named 'cdk-assets' exists, but we dont have access to it."
    stack = "❌  ws-1-Audit failed to deploy"
    assert outcome.failures == [failure, asset, stack]
    assert told == [failure, "ws-1-Knowledge: done", "ws-1-Safety: no changes", "ws-1-Tools: done", asset, stack]


def test_the_log_has_everything(fake_cdk: Path) -> None:
    log = fake_cdk / "cdk.log"
    cdk.run(["deploy", "--all"], {"PATH": os.environ["PATH"]}, log, lambda line: None, fake_cdk)
    assert log.read_text() == f"arguments: deploy --all --no-notices --no-color telemetry: true\n{DEPLOY}"
