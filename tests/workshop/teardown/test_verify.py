"""Verification finds what execution missed, by routes of its own, and its exit code can be believed."""

from typing import Any
from xml.etree import ElementTree

import pytest

from local_aws.account.identity import Iam
from local_aws.account.network import Ec2
from local_aws.account.platform import Logs
from local_aws.account.tag_index import TagIndex
from local_aws.framework import Request, plant
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate
from tests.workshop.teardown.furnish import OTHERS_LOGGING, borrow_logging, furnish, logging_now, stack
from workshop.teardown.record.invocation_logging import LoggingRecord, Outcome
from workshop.teardown.verify.report import Report

ARN = "arn:aws:sagemaker:us-east-1:111122223333"


def _verify(estate: Estate) -> Report:
    return estate.session().verify(pause=60)


def _index(estate: Estate) -> TagIndex:
    return estate.standins.the(TagIndex)


def test_an_empty_account_is_clean(estate: Estate) -> None:
    report = _verify(estate)
    assert (report.leftovers, report.exit_code) == ((), 0)


def test_verification_changes_nothing(estate: Estate) -> None:
    furnish(estate, 2)
    assert _verify(estate).exit_code == 3
    assert estate.mutations == []
    assert estate.harmed() == []


def test_what_is_left_is_named_with_its_cost_and_the_next_step(estate: Estate) -> None:
    estate.plant("sagemaker", "NotebookInstance", "n", InstanceType="ml.t3.medium", tags={**OURS, "attendee": "att-07"})
    (left,) = _verify(estate).leftovers
    assert (left.kind, left.id, left.attendee, left.residue, left.usd_per_hour) == (
        "sm-notebook-instance", "n", "att-07", "residue", 0.05,
    )  # fmt: skip
    assert "resume" in left.next_step


def test_the_tag_index_is_a_hint_that_is_checked(estate: Estate) -> None:
    # The index goes on showing a deleted model for hours.
    _index(estate).remember("us-east-1", f"{ARN}:model/gone", OURS)
    assert _verify(estate).exit_code == 0


def test_a_tagged_thing_of_an_unknown_kind_cannot_be_proved_gone(estate: Estate) -> None:
    _index(estate).remember("us-east-1", "arn:aws:kinesis:us-east-1:111122223333:stream/s", OURS)
    report = _verify(estate)
    assert report.exit_code == 4
    assert [left.id for left in report.leftovers] == ["arn:aws:kinesis:us-east-1:111122223333:stream/s"]


def test_tags_of_others_in_the_index_are_nothing(estate: Estate) -> None:
    for number, value in enumerate((f"{WORKSHOP}0", WORKSHOP.upper(), "")):
        _index(estate).remember("us-east-1", f"arn:aws:kinesis:us-east-1:1:stream/{number}", {"workshop:id": value})
    _index(estate).remember("us-east-1", "arn:aws:kinesis:us-east-1:1:stream/x", {"Workshop:Id": WORKSHOP})
    assert _verify(estate).exit_code == 0


def test_another_region_is_looked_at(estate: Estate) -> None:
    plant(estate.standins["sagemaker"], "Endpoint", ("e",), OURS, "ap-southeast-1")
    gone = "arn:aws:sagemaker:ap-southeast-1:111122223333:endpoint/gone"
    _index(estate).remember("ap-southeast-1", gone, OURS)
    report = _verify(estate)
    assert report.exit_code == 3
    assert [(left.region, left.kind, left.id.rpartition("/")[2]) for left in report.leftovers] == [
        ("ap-southeast-1", "sm-endpoint", "e")
    ]


def test_a_region_that_cannot_be_looked_at_is_not_clean(estate: Estate) -> None:
    estate.refuse("GetResources", "AccessDeniedException")
    report = _verify(estate)
    assert report.exit_code == 4
    assert {left.kind for left in report.leftovers} == {"tag index of us-east-1", "tag index of ap-southeast-1"}


def test_a_listing_that_is_denied_is_not_clean(estate: Estate) -> None:
    estate.refuse("ListEndpoints", "AccessDeniedException")
    report = _verify(estate)
    assert report.exit_code == 4
    assert [(left.kind, left.residue) for left in report.leftovers] == [("sm-endpoint", "unscanned")]


def test_an_unreadable_tag_is_not_clean(estate: Estate) -> None:
    model = estate.plant("sagemaker", "Model", "m", own=False)
    estate.refuse("ListTags", "AccessDeniedException", ResourceArn=model.arn)
    assert _verify(estate).exit_code == 4


def _hide(estate: Estate, service: str, operation: str, nothing: dict[str, Any], unless: str = "") -> None:
    """From here on the listing is wrong: it shows nothing, and says so without an error."""
    owner = estate.standins[service]
    run = owner._run

    def hiding(call: Request, model: Any) -> Any:
        return nothing if call.operation == operation and unless not in call.params else run(call, model)

    owner._run = hiding  # type: ignore[method-assign]


def test_what_a_listing_hides_is_asked_for_by_name(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    session = estate.session()
    _hide(estate, "sagemaker", "ListModels", {"Models": []})
    estate.standins.the(TagIndex).neighbours.clear()
    report = session.verify(pause=0)
    assert [(left.id, left.why) for left in report.leftovers] == [
        ("m", "answers to its name, though no listing shows it")
    ]
    assert report.exit_code == 3


def test_what_a_listing_hides_and_no_plan_names_is_found_through_the_index(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    estate.plant("logs", "LogGroup", "/of/ours")
    _hide(estate, "sagemaker", "ListModels", {"Models": []})
    _hide(estate, "logs", "DescribeLogGroups", {"logGroups": []}, unless="logGroupNamePrefix")
    report = _verify(estate)
    assert sorted((left.kind, left.why) for left in report.leftovers) == [
        ("log-group", "in the tag index, and answers, though no listing shows it"),
        ("sm-model", "in the tag index, and answers, though no listing shows it"),
    ]
    assert report.exit_code == 3


def test_what_a_service_does_not_say_is_not_gone(estate: Estate) -> None:
    model = estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    estate.standins.call("sagemaker", "DeleteModel", ModelName="m")
    estate.refuse("DescribeModel", "AccessDeniedException")
    report = _verify(estate)
    assert [(left.arn, left.residue) for left in report.leftovers] == [(model.arn, "unknown")]
    assert report.exit_code == 4


def test_a_namesake_at_home_hides_nothing_elsewhere(estate: Estate) -> None:
    plant(estate.standins["sagemaker"], "Endpoint", ("e",), OURS, "ap-southeast-1")
    estate.plant("sagemaker", "Endpoint", "e", own=False)
    assert [(left.region, left.residue) for left in _verify(estate).leftovers] == [("ap-southeast-1", "residue")]


def test_a_service_that_stumbles_is_asked_as_often_as_by_the_execution(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    estate.plant("sagemaker", "Model", "theirs", own=False)
    assert estate.command("plan") == 0
    estate.run()
    # Six attempts belong to one call; three looks are taken.
    for operation in ("ListModels", "ListTags"):
        estate.refuse(operation, "ThrottlingException", times=6)
    for operation in ("DescribeModel", "GetResources", "DescribeRegions", "ListEndpoints",
                      "GetModelInvocationLoggingConfiguration"):  # fmt: skip
        estate.refuse(operation, "ThrottlingException", times=12)
    assert _verify(estate).exit_code == 0


def test_a_name_that_somebody_else_uses_now_is_not_ours(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    estate.run()
    estate.plant("sagemaker", "Model", "m", own=False)
    _index(estate).neighbours.clear()
    assert _verify(estate).exit_code == 0


def test_logs_that_come_back_after_the_end_are_found_by_the_second_look(estate: Estate) -> None:
    estate.plant("sagemaker", "Endpoint", "e")
    assert estate.command("plan") == 0
    estate.run()
    logs = estate.standins.the(Logs)
    # The tag index is read at the end of a look.
    estate.before("GetResources", lambda _: logs.write_late("us-east-1", "/aws/sagemaker/Endpoints/e"))
    report = _verify(estate)
    assert [left.id for left in report.leftovers] == ["/aws/sagemaker/Endpoints/e"]
    assert report.exit_code == 3


def test_what_is_free_dated_or_held_is_told_from_what_should_be_gone(estate: Estate) -> None:
    estate.plant("sagemaker", "TransformJob", "t")
    estate.plant("kms", "Key", "k", KeyState="PendingDeletion")
    estate.plant("ec2", "Vpc", "vpc-1", tags={"Name": "theirs"}, own=False)
    report = _verify(estate)
    assert {left.id: left.residue for left in report.leftovers} == {"t": "metadata", "k": "scheduled"}
    assert report.exit_code == 2


def test_an_interface_that_aws_holds_defers_only_what_waits_for_it(estate: Estate) -> None:
    estate.plant("ec2", "Vpc", "vpc-1")
    estate.standins.the(Ec2).hold("us-east-1", "vpc-1", [], 8 * 3600, "agentic_ai")
    assert estate.command("plan") == 0
    code = estate.command("execute", "--yes-in-ci", "--confirm-account", estate.world.account)
    assert code == 2


def test_the_setting_that_the_stack_did_not_restore_is_restored(estate: Estate) -> None:
    borrow_logging(estate, OTHERS_LOGGING)
    assert _verify(estate).exit_code == 3
    assert estate.command("plan") == 0
    assert estate.command("execute", "--yes-in-ci", "--confirm-account", estate.world.account) == 0
    assert logging_now(estate) == OTHERS_LOGGING
    assert _verify(estate).setting is Outcome.RESTORED


def test_the_setting_is_restored_before_any_stack_goes(estate: Estate) -> None:
    borrow_logging(estate, OTHERS_LOGGING)
    stack(estate, name="Audit")
    assert estate.command("plan") == 0
    assert estate.command("execute", "--yes-in-ci", "--confirm-account", estate.world.account) == 0
    order = estate.order("PutModelInvocationLoggingConfiguration", "DeleteStack")
    assert order == ["PutModelInvocationLoggingConfiguration", "DeleteStack"]


def test_a_setting_that_cannot_be_restored_is_said(estate: Estate) -> None:
    borrow_logging(estate, OTHERS_LOGGING)
    estate.refuse("PutModelInvocationLoggingConfiguration", "AccessDeniedException")
    assert estate.command("plan") == 0
    assert estate.command("execute", "--yes-in-ci", "--confirm-account", estate.world.account) == 3
    assert _verify(estate).setting is Outcome.OURS


def test_a_setting_that_somebody_else_has_put_is_left_alone(estate: Estate) -> None:
    session = estate.session()
    session.journal.write("setting", name="x", before={})
    theirs = {"cloudWatchConfig": {"logGroupName": "new", "roleArn": "arn:aws:iam::111122223333:role/new"}}
    estate.standins.call("bedrock", "PutModelInvocationLoggingConfiguration", loggingConfig=theirs)
    estate.mutations.clear()
    setting = LoggingRecord(session.aws, session.place, session.journal)
    assert setting.restore() is Outcome.DRIFTED
    assert estate.mutations == []


def test_the_reports_say_the_same_as_the_exit_code(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    report, junit = estate.folder / "r" / "report.json", estate.folder / "r" / "report.xml"
    code = estate.command("verify", "--pause", "0s", "--report", str(report), "--junit", str(junit))
    read = Report.model_validate_json(report.read_text())
    assert (code, read.exit_code, [left.id for left in read.leftovers]) == (3, 3, ["m"])
    suite = ElementTree.parse(junit).getroot()  # noqa: S314 - written a moment ago
    failures = {case.get("name") for case in suite if case.find("failure") is not None}
    assert failures == {"sm-model"}
    assert suite.get("failures") == "1"
    assert len(suite) > 118


@pytest.mark.parametrize("colour", [False, True])
def test_a_verification_prints_what_is_left(
    estate: Estate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, colour: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: colour)
    estate.plant("sagemaker", "Model", "leftover")
    estate.command("verify", "--pause", "0s")
    shown = capsys.readouterr().out
    assert "leftover" in shown
    assert "exit code 3" in shown


def test_a_role_outside_its_path_is_not_seen_as_ours(estate: Estate) -> None:
    role = estate.standins.the(Iam).role("r", "/", {})
    estate.keep("iam", role, own=False)
    assert _verify(estate).exit_code == 0
