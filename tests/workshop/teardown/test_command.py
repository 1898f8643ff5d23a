"""The commands in the order in which an organiser uses them."""

import argparse
import json

import pytest

from local_aws.account.identity import Iam
from local_aws.account.network import Ec2
from local_aws.account.platform import CloudFormation
from local_aws.framework import plant
from tests.workshop.teardown.estate import DOOR, OURS, WORKSHOP, Estate, Faults, Killed
from tests.workshop.teardown.furnish import DOMAIN, furnish, studio
from workshop.__main__ import main
from workshop.teardown import command, run
from workshop.teardown.arguments import add_arguments
from workshop.teardown.aws import Aws
from workshop.teardown.plan.plan import Plan, load


def _execute(estate: Estate, *more: str) -> int:
    return estate.command("execute", "--yes-in-ci", "--confirm-account", estate.world.account, *more)


@pytest.mark.parametrize("seed", [1, 4])
def test_plan_execute_verify(estate: Estate, seed: int) -> None:
    furnish(estate, seed)
    assert estate.command("plan", "--cost") == 0
    plan = load(estate.folder / WORKSHOP / "plan.json")
    size = str(len(plan.entries))
    # Only keys that wait for their end, and records that AWS keeps, may be left.
    assert _execute(estate, "--confirm-resources", size) in (0, 2)
    assert estate.command("verify", "--pause", "60s") in (0, 2)
    assert (estate.left(), estate.harmed()) == ([], [])


def test_planning_changes_nothing(estate: Estate) -> None:
    furnish(estate, 1)
    assert estate.command("plan") == 0
    assert estate.mutations == []


def test_the_plan_says_whose_what_why_and_what_it_costs(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    estate.plant("sagemaker", "NotebookInstance", "n", InstanceType="ml.m5.xlarge", tags={**OURS, "attendee": "att-03"})
    estate.plant("sagemaker", "NotebookInstance", "x", InstanceType="ml.p3.2xlarge")
    config = [{"VariantName": "v", "ModelName": "m", "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 2}]
    estate.plant("sagemaker", "EndpointConfig", "c", ProductionVariants=config)
    estate.plant("sagemaker", "Endpoint", "e", EndpointConfigName="c")
    stack = estate.standins.the(CloudFormation).stack(f"{WORKSHOP}-Inference", OURS, [
        {"LogicalResourceId": "E", "PhysicalResourceId": "e", "ResourceType": "AWS::SageMaker::Endpoint"},
    ])  # fmt: skip
    estate.keep("cloudformation", stack)
    estate.plant("sagemaker", "Model", "theirs", own=False)
    estate.sleep(7200)
    assert estate.command("plan", "--cost") == 0
    entries = {entry.id: entry for entry in load(estate.folder / WORKSHOP / "plan.json").entries}
    assert (entries["n"].attendee, entries["n"].usd_per_hour, entries["n"].proof) == ("att-03", 0.23, "tag workshop:id")
    assert entries["x"].usd_per_hour is None
    assert (entries["e"].usd_per_hour, entries["e"].stack) == (2.82, f"{WORKSHOP}-Inference")
    said = capsys.readouterr().out
    assert "ours 5, foreign 1 (untouched)" in said
    assert "burning $3.05/h and 1 unpriced" in said
    assert "att-03  2h  tag workshop:id  0.23" in said


def test_an_unknown_price_is_never_zero(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    estate.plant("sagemaker", "NotebookInstance", "x", InstanceType="ml.p3.2xlarge")
    estate.command("plan")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("sm-notebook-instance")]
    assert line.split("  ")[5] == "?"


def test_an_execution_that_died_is_resumed(estate: Estate) -> None:
    furnish(estate, 5)
    assert estate.command("plan") == 0
    size = str(len(load(estate.folder / WORKSHOP / "plan.json").entries))
    faults = Faults(kill_at=330)
    with pytest.raises(Killed), estate.faulty(faults):
        _execute(estate, "--confirm-resources", size)
    assert estate.left() != []
    # A plan of yesterday is too old to begin with, and good enough to go on with.
    estate.sleep(24 * 3600)
    assert _execute(estate, "--confirm-resources", size) == 5
    arguments = ("--yes-in-ci", "--confirm-account", estate.world.account, "--confirm-resources", size)
    assert estate.command("resume", *arguments) in (0, 2)
    assert (estate.left(), estate.harmed()) == ([], [])


def test_what_aws_held_is_finalized_later(estate: Estate) -> None:
    estate.plant("ec2", "Vpc", "vpc-1")
    estate.standins.the(Ec2).hold("us-east-1", "vpc-1", [], 5 * 3600, "agentic_ai")
    assert estate.command("plan") == 0
    assert _execute(estate) == 2
    assert estate.left() == ["ec2 Vpc vpc-1"]
    estate.sleep(72 * 3600)
    assert estate.command("finalize", "--yes-in-ci", "--confirm-account", estate.world.account) == 0
    assert estate.left() == []
    assert estate.session().journal.last("final") is not None


def test_expired_credentials_say_how_to_go_on(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    estate.refuse("DeleteModel", "ExpiredTokenException", times=1)
    assert _execute(estate) == 130
    assert "resume" in capsys.readouterr().err
    assert estate.command("resume", "--yes-in-ci", "--confirm-account", estate.world.account) == 0


def test_credentials_that_expire_before_anything_was_begun_are_not_told_to_resume(
    estate: Estate, capsys: pytest.CaptureFixture[str]
) -> None:
    estate.plant("sagemaker", "Model", "m")
    estate.refuse("ListModels", "ExpiredTokenException", times=1)
    assert estate.command("plan") == 130
    said = capsys.readouterr().err
    assert "Sign in again, then run `python -m workshop teardown plan`" in said
    assert "resume" not in said


def test_a_busy_service_is_not_told_as_wrong_credentials(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    estate.refuse("GetCallerIdentity", "ThrottlingException", times=2)
    assert estate.command("plan") == 0
    estate.refuse("GetCallerIdentity", "ThrottlingException")
    assert estate.command("plan") == 5
    said = capsys.readouterr().err
    assert "Try again" in said
    assert "Sign in" not in said


def test_an_endpoint_without_a_configuration_has_an_unknown_price(estate: Estate) -> None:
    endpoint = estate.plant("sagemaker", "Endpoint", "e")
    endpoint.members.pop("EndpointConfigName", None)
    assert estate.command("plan", "--cost") == 0
    (entry,) = load(estate.folder / WORKSHOP / "plan.json").entries
    assert entry.usd_per_hour is None


def test_what_the_plan_could_not_see_is_planned_again_by_resume(estate: Estate) -> None:
    role = estate.standins.the(Iam).role("attendee", f"/workshop/{WORKSHOP}/", {})
    estate.keep("iam", role)
    for number in range(9):
        estate.plant("sagemaker", "Model", f"m{number}")
    estate.refuse("ListRoles", "AccessDeniedException", times=1)
    assert estate.command("plan") == 0
    assert _execute(estate) == 3
    assert estate.left() == ["iam Role attendee"]
    assert estate.command("resume", "--yes-in-ci", "--confirm-account", estate.world.account) == 0
    assert estate.left() == []


def test_a_plan_as_json_is_alone_on_the_standard_output(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan", "--json") == 0
    said = capsys.readouterr()
    assert Plan.model_validate_json(said.out) == load(estate.folder / WORKSHOP / "plan.json")
    assert "sm-model" in said.err


def test_forgotten_workshops_are_listed_with_what_removes_them(
    estate: Estate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "ws-2026-01-02-00ff"
    estate.plant("sagemaker", "NotebookInstance", "n")
    estate.standins.the(CloudFormation).stack(f"{other}-Studio", {}, [])
    estate.plant("opensearchserverless", "Collection", "search", tags={"workshop:id": other})
    plant(estate.standins["sagemaker"], "Model", ("m",), {"workshop:id": other}, "ap-southeast-1")
    estate.plant("sagemaker", "Model", "x", tags={"workshop:id": "no id"}, own=False)
    estate.sleep(7200)
    aws = Aws(DOOR, "us-east-1", estate.clock())
    monkeypatch.setattr(command, "open_account", lambda region, profile: aws)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert command.run(parser.parse_args(["list", "--json"])) == 0
    said = capsys.readouterr()
    found = {(each["workshop"], each["region"]): each for each in json.loads(said.out)}
    assert set(found) == {(WORKSHOP, "us-east-1"), (other, "us-east-1"), (other, "ap-southeast-1")}
    assert (found[(WORKSHOP, "us-east-1")]["resources"], found[(WORKSHOP, "us-east-1")]["unpriced"]) == (1, 1)
    there = found[(other, "us-east-1")]
    assert (there["stacks"], there["resources"]) == (1, 2)
    assert there["usd_per_hour"] > 0
    assert there["next"] == f"python -m workshop teardown plan --workshop {other} --region us-east-1"
    assert other in said.err
    assert estate.mutations == []


@pytest.mark.parametrize("words", [["exceute"], ["--yes", "plan"], ["plan", "--yess"], ["verify", "--pause", "soon"]])
def test_what_is_mistyped_is_a_refusal(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["teardown", *words])
    assert ended.value.code == 5
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(("width", "lines"), [(100, 1), (80, 2)])
def test_a_resource_is_one_line_of_a_terminal(
    estate: Estate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int, lines: int
) -> None:
    studio(estate)
    for number in range(1, 16):
        _lab(estate, number)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    assert estate.command("plan") == 0
    shown = capsys.readouterr().out.splitlines()
    table = shown[1 : next(number for number, line in enumerate(shown) if line.startswith("ours "))]
    entries = load(estate.folder / WORKSHOP / "plan.json").entries
    assert len(table) - 1 <= lines * len(entries)
    assert sum("lab/JupyterLab" in line for line in table) == 15, "which space's app it is can be read"


def test_a_person_types_the_workshops_id(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert estate.command("execute", "--confirm-account", estate.world.account) == 5
    assert estate.mutations == []
    monkeypatch.setattr("builtins.input", lambda _: WORKSHOP)
    assert estate.command("execute", "--confirm-account", estate.world.account) == 0
    assert estate.left() == []


def test_only_some_kinds_and_all_but_one(estate: Estate) -> None:
    for name in ("a", "b"):
        estate.plant("sagemaker", "Model", name)
    estate.plant("bedrock", "Guardrail", "guardrail")
    assert estate.command("plan") == 0
    assert _execute(estate, "--only", "sm-*", "--keep", "sm-model:b") == 3
    assert estate.left() == ["sagemaker Model b", "bedrock Guardrail guardrail"]


def _lab(estate: Estate, number: int) -> None:
    name = f"att-{number:02d}"
    estate.plant("sagemaker", "UserProfile", DOMAIN, name, tags={})
    estate.plant("sagemaker", "Space", DOMAIN, f"{name}-lab", tags={})
    estate.plant("sagemaker", "App", DOMAIN, "", f"{name}-lab", "JupyterLab", "default", tags={})


def test_a_name_in_the_plan_means_one_thing(estate: Estate) -> None:
    furnish(estate, 1, attendees=12)
    for number in range(20, 25):
        _lab(estate, number)
    assert estate.command("plan") == 0
    entries = load(estate.folder / WORKSHOP / "plan.json").entries
    names = [f"{entry.kind}:{entry.label}" for entry in entries]
    assert sorted(name for name in names if names.count(name) > 1) == []
    assert "sm-app:att-20-lab/JupyterLab/default" in names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sm-app:att-20-lab/JupyterLab/defualt", "did you mean sm-app:att-20-lab/JupyterLab/default?"),
        ("sm-app:default", "is not in the plan"),
        ("sm-ap:att-20-lab/JupyterLab/default", "is not in the plan"),
        ("att-20-lab", "is not in the plan"),
        ("", "is not in the plan"),
        ("sm-space:ATT-20-LAB", "is not in the plan"),
    ],
)
def test_what_is_to_be_kept_is_in_the_plan_or_nothing_is_done(
    estate: Estate, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    studio(estate)
    _lab(estate, 20)
    assert estate.command("plan") == 0
    assert _execute(estate, "--keep", name, "--keep", "sm-model:nothing") == 5
    told = capsys.readouterr().err
    assert said in told
    assert "sm-model:nothing" in told, "all problems at once"
    assert estate.mutations == []


def test_one_app_is_kept_with_its_space_and_the_others_go(estate: Estate) -> None:
    studio(estate)
    for number in range(20, 25):
        _lab(estate, number)
    assert estate.command("plan") == 0
    assert _execute(estate, "--keep", "sm-app:att-22-lab/JupyterLab/default") == 2
    assert len(estate.changed("DeleteApp")) == 4
    assert [each for each in estate.left() if "App" in each or "Space" in each] == [
        f"sagemaker Space {DOMAIN}/att-22-lab",
        f"sagemaker App {DOMAIN}///att-22-lab/JupyterLab/default".replace("///", "//"),
    ]


def test_the_rounds_are_shown_as_lines_and_as_a_picture(
    estate: Estate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    assert _execute(estate) == 0
    assert "round 1: 1 delete" in capsys.readouterr().out
    estate.plant("sagemaker", "Model", "again")
    assert estate.command("plan") == 0
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert _execute(estate) == 0


def test_the_record_is_lines_of_json(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    assert _execute(estate) == 0
    lines = (estate.folder / WORKSHOP / "journal.jsonl").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events == ["place", "planned", "begin", "remove", "result", "end"]


def test_half_a_line_at_the_end_of_the_record_is_no_harm(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    assert estate.command("plan") == 0
    with (estate.folder / WORKSHOP / "journal.jsonl").open("a") as file:
        file.write('{"time": "2026-11-28T1')
    assert estate.command("plan") == 0
    assert _execute(estate) == 0


def test_no_action_says_which_there_are(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(argparse.Namespace(action=None)) == 5
    assert "plan, execute, verify" in capsys.readouterr().err
