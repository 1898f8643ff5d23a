"""The rules that were measured on real AWS are applied, none is lost, and what the CDK only warns of is refused."""

import os
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from stacks.checks.catalog import RULES
from stacks.checks.preflight import EXCLUDED, PLUGIN, add_cdk_preflight
from stacks.checks.report import wrong_values
from stacks.common.acknowledge import WORKSHOP_RULES
from tests.cloud_assembly import ROOT

WRONG_STATUS = """
import sys
from pathlib import Path
import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
stack = cdk.Stack(cdk.App(outdir=sys.argv[1]), "Stack")
versioning = s3.CfnBucket.VersioningConfigurationProperty(status=sys.argv[2])
s3.CfnBucket(stack, "Bucket", versioning_configuration=versioning)
stack.node.root.synth()
"""
"""A bucket with a versioning status; in a process of its own, because the CDK's validation is off in this one."""


def test_a_planted_fault_that_only_aws_would_find_is_refused(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    function = lambda_.CfnFunction(
        cdk.Stack(app, "Stack"),
        "Function",
        role="arn:aws:iam::111122223333:role/any",
        runtime="python3.14",
        handler="index.handler",
        code=lambda_.CfnFunction.CodeProperty(zip_file="def handler(event, context): ..."),
        environment=lambda_.CfnFunction.EnvironmentProperty(variables={"LARGE": "x" * 5_000}),
    )
    assert function.environment is not None
    add_cdk_preflight(app)
    with pytest.raises(RuntimeError, match="ValidationFailed") as error:
        app.synth()
    assert PLUGIN in str(error.value)
    assert "4096" in str(error.value)


def test_what_stands_in_for_an_excluded_rule_exists() -> None:
    ours = {f"{WORKSHOP_RULES}::{rule.id}" for rule in RULES}
    assert [rule for rule, reason in EXCLUDED.items() if not any(own in reason for own in ours)] == []


@pytest.mark.parametrize(("status", "refused"), [("Foo", ["Stack/Bucket"]), ("Enabled", [])])
def test_a_value_that_the_schema_does_not_list_is_refused(tmp_path: Path, status: str, refused: list[str]) -> None:
    environment = {**os.environ, "CDK_VALIDATION": "true"}
    command = [sys.executable, "-c", WRONG_STATUS, str(tmp_path), status]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603
    found = list(wrong_values(tmp_path))
    assert [line.split(":")[0] for line in found] == refused


def test_the_measured_rules_are_for_the_gate_only(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, app; app.build_app(pathlib.Path(sys.argv[1]), sys.argv[2]);"
        "print('cdk_preflight' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(ROOT / "presets/default.toml"), str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    assert run.stdout.strip() == "False"
