"""Nothing that cdk-nag or the project's own rules say is open, and every acknowledgement is needed and explained.

Read from the assembly alone: open and acknowledged findings are in `validation-report.json`, all acknowledgements in
the metadata of the stacks.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from app import build_app
from stacks.checks.nag import PACKS
from stacks.common.acknowledge import MIN_REASON, WORKSHOP_RULES
from tests.cloud_assembly import ROOT, stacks

ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
BY_THE_CDK = "CloudFormation-Validate::"
"""What the CDK acknowledges on its own begins with this."""
ANNOTATION = "Annotation::"
"""An acknowledged warning of the CDK begins with this; the CDK drops the warning and keeps no record of it."""

CloudAssembly = Callable[[str], Path]


@dataclass(frozen=True)
class Acknowledgement:
    """What was acknowledged where; the path has no leading slash."""

    path: str
    finding_id: str
    reason: str

    @property
    def leaves_a_record(self) -> bool:
        """True if the report says whether there was such a finding.

        A finding of cdk-nag leaves none if it is acknowledged as an annotation, which is what the CDK makes of an id
        without a namespace; `stacks.common.acknowledge.acknowledge` adds it.
        """
        rule = self.finding_id.removeprefix(ANNOTATION)
        return rule == self.finding_id or rule.partition("-")[0] in PACKS


def acknowledgements(directory: Path) -> list[Acknowledgement]:
    """Every acknowledgement that the project makes, whether it was needed or not."""
    return [
        Acknowledgement(path.removeprefix("/"), finding_id, reason)
        for stack in stacks(directory).values()
        for path, entries in json.loads((directory / stack["additionalMetadataFile"]).read_text("utf-8")).items()
        for entry in entries
        if entry["type"] == ACKNOWLEDGED
        for finding_id, reason in entry["data"].items()
        if not finding_id.startswith(BY_THE_CDK)
    ]


def plugin_reports(directory: Path) -> list[dict[str, Any]]:
    """What each plugin reported; those with nothing to say are missing."""
    reports: list[dict[str, Any]] = json.loads((directory / "validation-report.json").read_text("utf-8"))[
        "pluginReports"
    ]
    return reports


def suppressed(directory: Path) -> Iterator[Acknowledgement]:
    """The acknowledgements that met a finding."""
    for report in plugin_reports(directory):
        for violation in report.get("suppressedViolations", []):
            yield Acknowledgement(
                violation.get("acknowledgedAt", ""), violation["acknowledgedId"], violation.get("reason", "")
            )


def test_no_finding_is_open(preset: str, cloud_assembly: CloudAssembly) -> None:
    reports = plugin_reports(cloud_assembly(preset))
    assert [report["metadata"] for report in reports if report.get("metadata")] == []
    open_findings = [
        f"{violation['ruleName']} at {construct['constructPath']}: {violation['description']}"
        for report in reports
        for violation in report["violations"]
        for construct in violation["violatingConstructs"]
    ]
    assert open_findings == []


def test_every_acknowledgement_meets_a_finding(preset: str, cloud_assembly: CloudAssembly) -> None:
    directory = cloud_assembly(preset)
    met = {(used.path, used.finding_id) for used in suppressed(directory)}
    given = [one for one in acknowledgements(directory) if one.leaves_a_record]
    assert [one for one in given if (one.path, one.finding_id) not in met] == []


def test_every_acknowledgement_has_a_reason(preset: str, cloud_assembly: CloudAssembly) -> None:
    given = acknowledgements(cloud_assembly(preset))
    assert [one for one in given if len(one.reason.strip()) < MIN_REASON] == []


def test_nothing_is_acknowledged_for_an_app_or_a_stack(preset: str, cloud_assembly: CloudAssembly) -> None:
    directory = cloud_assembly(preset)
    too_high = [one for one in [*suppressed(directory), *acknowledgements(directory)] if "/" not in one.path]
    assert too_high == []


def test_a_finding_of_any_check_fails_the_app(tmp_path: Path) -> None:
    app = build_app(ROOT / "presets/default.toml", outdir=str(tmp_path / "cdk.out"))
    sqs.Queue(cdk.Stack(app, "Broken"), "Queue", removal_policy=cdk.RemovalPolicy.RETAIN)
    with pytest.raises(RuntimeError, match="ValidationFailed") as error:
        app.synth()
    for finding in ("AwsSolutions-SQS4", "Serverless-SQSRedrivePolicy", f"{WORKSHOP_RULES}::retained-resource"):
        assert finding in str(error.value)
