"""The Teardown stack: when it begins, what it runs, and that nothing holds it or is held by it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.config import load_config
from stacks.teardown.stack import TeardownStack
from tests.cloud_assembly import ROOT
from tests.stacks.support import Synthesise, only

PRESET = "scheduled-teardown"
WORKSHOP = load_config(ROOT / "presets" / f"{PRESET}.toml").workshop_id


@pytest.fixture(scope="module")
def template(templates: Synthesise) -> dict[str, Any]:
    return templates(PRESET)["Teardown"]


def specification(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = json.loads(only(template, "AWS::CodeBuild::Project")["Source"]["BuildSpec"])
    return found["phases"]


def test_only_who_asks_for_it_has_it(templates: Synthesise) -> None:
    assert "Teardown" not in templates("default")
    with pytest.raises(ValueError, match=r"no \[teardown\]"):
        TeardownStack(None, config=load_config(ROOT / "presets/default.toml"))  # type: ignore[arg-type]  # refused first


def test_it_begins_two_hours_after_the_end_and_tries_for_a_day(template: dict[str, Any]) -> None:
    schedule = only(template, "AWS::Scheduler::Schedule")
    # The workshop ends at 12:00 in Hanoi, which is 05:00 UTC.
    assert (schedule["StartDate"], schedule["EndDate"]) == ("2026-11-28T07:00:00.000Z", "2026-11-29T07:00:00.000Z")
    assert schedule["ScheduleExpression"] == "rate(4 hours)"
    assert "State" not in schedule
    project = only(template, "AWS::CodeBuild::Project")
    assert json.loads(schedule["Target"]["Input"]) == {"ProjectName": project["Name"]}


def test_it_runs_the_same_teardown_for_this_workshop(template: dict[str, Any]) -> None:
    (command,) = specification(template)["build"]["commands"]
    assert command.startswith("python -m workshop teardown unattended ")
    wanted = {
        "--workshop": WORKSHOP,
        "--region": "ap-southeast-1",
        "--attendees": "30",
        "--own-stack": f"{WORKSHOP}-Teardown",
    }
    for option, value in wanted.items():
        assert f"{option} {value} " in command
    assert "--dedicated-account" in command


def test_one_build_at_a_time_and_longer_than_its_own_deadline(template: dict[str, Any]) -> None:
    project = only(template, "AWS::CodeBuild::Project")
    assert project["ConcurrentBuildLimit"] == 1
    assert project["TimeoutInMinutes"] > 6 * 60
    assert "--deadline 6h" in specification(template)["build"]["commands"][0]


def test_a_failed_build_is_told_whatever_failed(template: dict[str, Any]) -> None:
    phases = specification(template)
    assert phases["install"]["on-failure"] == "CONTINUE"
    (told,) = phases["post_build"]["commands"]
    for succeeding, published in (("1", False), ("0", True)):
        script = f"aws() {{ echo told; }}; {told}"
        done = subprocess.run(  # noqa: S603 - the command of the template
            ["/bin/bash", "-c", script],
            env={"CODEBUILD_BUILD_SUCCEEDING": succeeding, "TOPIC": "t"}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert ("told" in done.stdout) == published


@pytest.mark.parametrize(("code", "good"), [(0, True), (2, True), (3, False), (4, False), (5, False), (130, False)])
def test_only_what_is_free_may_be_left_of_a_good_build(template: dict[str, Any], code: int, good: bool) -> None:
    (command,) = specification(template)["build"]["commands"]
    done = subprocess.run(  # noqa: S603 - the command of the template
        ["/bin/bash", "-c", f"python() {{ return {code}; }}; {command}"],
        env={"ACCOUNT": "1", "RECORD_BUCKET": "b"},
        check=False,
    )
    assert (done.returncode == 0) == good


def test_it_needs_no_other_stack_and_no_other_needs_it(
    template: dict[str, Any], cloud_assembly: Callable[[str], Path]
) -> None:
    assert "Fn::GetStackOutput" not in json.dumps(template)
    manifest = json.loads((cloud_assembly(PRESET) / "manifest.json").read_text())
    needs = {
        name: set(artifact.get("dependencies", []))
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    assert needs["Teardown"] & set(needs) == set()
    assert [name for name, needed in needs.items() if "Teardown" in needed] == []


def test_its_source_is_complete_and_nothing_else(
    template: dict[str, Any], cloud_assembly: Callable[[str], Path]
) -> None:
    location = only(template, "AWS::CodeBuild::Project")["Source"]["Location"]["Fn::Join"][1][-1]
    source = cloud_assembly(PRESET) / f"asset.{Path(location).stem}"
    done = subprocess.run(
        [sys.executable, "-m", "workshop", "teardown", "unattended", "--help"],
        cwd=source, env={"PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "--own-stack" in done.stdout
    assert {path.name for path in source.iterdir()} == {"contract.py", "requirements.txt", "stacks", "workshop"}
    assert {path.name for path in (source / "stacks").iterdir()} == {"config", "regions.py", "regions.toml"}
