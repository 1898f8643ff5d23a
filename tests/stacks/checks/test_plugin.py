"""A finding fails synthesis with a message that says where, what and how; an acknowledged one stays on record."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from stacks.checks.catalog import RULES
from stacks.checks.nag import add_nag_packs
from stacks.checks.plugin import WorkshopRules
from stacks.checks.rule import Settings
from stacks.checks.template import load_assembly
from stacks.common.acknowledge import acknowledge, nag_text
from stacks.regions import regions

REASON = "The queue is kept on purpose, to see what a rule says."


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    app = cdk.App(
        context={"@aws-cdk/core:defaultCrossStackReferences": "weak"},
        outdir=str(tmp_path / "cdk.out"),
        builtin_cloud_formation_validation=False,
    )
    cdk.Validations.of(app).add_plugins(WorkshopRules(Settings(region=regions()["ap-southeast-1"])))
    return app


def retained_queue(app: cdk.App) -> sqs.Queue:
    stack = cdk.Stack(app, "Knowledge", stack_name="ws-1-Knowledge")
    return sqs.Queue(stack, "Queue", enforce_ssl=True, removal_policy=cdk.RemovalPolicy.RETAIN)


def report(app: cdk.App) -> list[dict[str, Any]]:
    text = (Path(app.outdir) / "validation-report.json").read_text(encoding="utf-8")
    reports: list[dict[str, Any]] = json.loads(text)["pluginReports"]
    return reports


def test_a_finding_fails_synthesis_and_says_what_to_change(app: cdk.App) -> None:
    retained_queue(app)
    with pytest.raises(RuntimeError, match="ValidationFailed") as error:
        app.synth()
    for text in ("Knowledge/Queue", "DeletionPolicy is Retain", "RemovalPolicy.DESTROY", "Workshop::retained-resource"):
        assert text in str(error.value)


def test_no_finding_lets_it_pass(app: cdk.App) -> None:
    sqs.Queue(cdk.Stack(app, "Knowledge"), "Queue", removal_policy=cdk.RemovalPolicy.DESTROY)
    app.synth()
    assert report(app) == []


def test_an_acknowledged_finding_passes_and_stays_in_the_report(app: cdk.App) -> None:
    acknowledge(retained_queue(app), "Workshop::retained-resource", REASON)
    app.synth()
    (plugin,) = report(app)
    assert plugin["violations"] == []
    suppressed = plugin["suppressedViolations"]
    assert {(entry["acknowledgedAt"], entry["reason"]) for entry in suppressed} == {("Knowledge/Queue", REASON)}


def test_an_acknowledged_finding_of_a_nag_pack_stays_in_the_report(app: cdk.App) -> None:
    add_nag_packs(app)
    queue = sqs.Queue(cdk.Stack(app, "Knowledge"), "Queue", removal_policy=cdk.RemovalPolicy.DESTROY)
    for finding in ("AwsSolutions-SQS3", "AwsSolutions-SQS4", "Serverless-SQSRedrivePolicy"):
        acknowledge(queue, finding, REASON)
    app.synth()
    suppressed = [entry["ruleName"] for plugin in report(app) for entry in plugin["suppressedViolations"]]
    assert sorted(suppressed) == ["AwsSolutions-SQS3", "AwsSolutions-SQS4", "Serverless-SQSRedrivePolicy"]


def test_open_findings_of_a_nag_pack_fail_synthesis(app: cdk.App) -> None:
    add_nag_packs(app)
    sqs.Queue(cdk.Stack(app, "Knowledge"), "Queue", removal_policy=cdk.RemovalPolicy.DESTROY)
    with pytest.raises(RuntimeError, match="AwsSolutions-SQS4"):
        app.synth()


@pytest.mark.parametrize("reason", ["", "too short", " " * 40])
def test_an_acknowledgement_needs_a_reason(app: cdk.App, reason: str) -> None:
    with pytest.raises(ValueError, match="at least 20 characters"):
        acknowledge(retained_queue(app), "AwsSolutions-SQS3", reason)


def test_nothing_is_acknowledged_for_a_whole_app_stage_or_stack(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Stage")
    for scope in (app, stage, cdk.Stack(stage, "Stack")):
        with pytest.raises(ValueError, match="on the construct that has it"):
            acknowledge(scope, "AwsSolutions-SQS3", REASON)


def test_values_are_written_as_in_the_ids_of_findings(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Knowledge")
    queue = sqs.Queue(stack, "Queue")
    logical_id = stack.get_logical_id(queue.node.default_child)  # type: ignore[arg-type]  # jsii: IConstruct
    assert nag_text(stack, "plain/*") == "plain/*"
    assert nag_text(stack, queue.queue_url) == f"<{logical_id}>"
    assert nag_text(stack, f"{queue.queue_arn}/{cdk.Aws.REGION}/*") == f"<{logical_id}.Arn>/<AWS::Region>/*"


def test_the_plugin_names_every_rule() -> None:
    plugin = WorkshopRules(Settings(region=regions()["us-east-1"]))
    assert plugin.rule_ids == [rule.id for rule in RULES]


def test_references_between_stacks_are_followed_through_the_assembly(app: cdk.App) -> None:
    producer = cdk.Stack(app, "Tools", stack_name="ws-1-Tools", env=cdk.Environment(region="us-east-1"))
    consumer = cdk.Stack(app, "Agent", stack_name="ws-1-Agent", env=cdk.Environment(region="us-east-1"))
    queue = sqs.Queue(producer, "Queue", removal_policy=cdk.RemovalPolicy.DESTROY)
    lambda_.CfnPermission(
        consumer,
        "Permission",
        action="lambda:InvokeFunction",
        function_name="search",
        principal="sqs.amazonaws.com",
        source_arn=queue.queue_arn,
    )
    app.synth()
    assembly = load_assembly(Path(app.outdir))
    (permission,) = assembly.of_type("AWS::Lambda::Permission")
    target = assembly.target(permission.template, permission.properties["SourceArn"])
    assert target is not None
    assert target.type == "AWS::SQS::Queue"
