"""Whole rehearsals with the real CDK command line, as a user starts them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stacks.config import load_config

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".rehearsal"
SUMMARY = re.compile(
    r"^Rehearsal of (?P<preset>\S+): (?P<stacks>\d+) stacks, (?P<resources>\d+) resources, "
    r"(?P<checks>\d+) checks passed, (?P<names>\d+) names lead somewhere, (?P<removed>.*)nothing left, \d+ s$"
)
REMOVED = re.compile(
    r"(?P<made>\d+) things made by (?P<attendees>\d+) attendees and their organiser, "
    r"(?P<planned>\d+) planned resources removed by teardown, "
)


def rehearse(*arguments: str, temporary: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workshop", "rehearse", *arguments]
    variables = {**os.environ, **({"TMPDIR": str(temporary)} if temporary else {})}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.rehearsal
@pytest.mark.parametrize("preset", ["default", "existing-agents"])
def test_a_preset_comes_up_does_its_job_and_disappears(preset: str, tmp_path: Path) -> None:
    found = assert_it_went_well(rehearse("--preset", preset, temporary=tmp_path), preset, tmp_path)
    assert found["removed"] == ""


@pytest.mark.rehearsal
@pytest.mark.parametrize(
    "preset",
    [
        # All of the default preset and the teardown's own stack; the preset alone is left to `make proof`.
        pytest.param("default", marks=pytest.mark.proof),
        "scheduled-teardown",
    ],
)
def test_attendees_work_and_teardown_removes_it_all(preset: str, tmp_path: Path) -> None:
    done = rehearse("--preset", preset, "--teardown", temporary=tmp_path)
    found = assert_it_went_well(done, preset, tmp_path)
    removed = REMOVED.fullmatch(found["removed"])
    assert removed, done.stdout
    config = load_config(ROOT / "presets" / f"{preset}.toml")
    assert int(removed["attendees"]) == len(config.attendee_names)
    assert int(removed["made"]) == 10 * len(config.attendee_names) + 1
    # Beside these things, at least the profile and the role of each attendee, and the stacks.
    deployed = 2 * len(config.attendee_names) + int(found["stacks"])
    assert int(removed["planned"]) >= int(removed["made"]) + deployed


def assert_it_went_well(done: subprocess.CompletedProcess[str], preset: str, temporary: Path) -> re.Match[str]:
    """Everything held and nothing is left on this machine; gives the last line."""
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    found = SUMMARY.match(lines[-1])
    assert found, done.stdout
    assert found["preset"] == preset
    assert int(found["stacks"]) == len(lines) - 1
    assert int(found["resources"]) > 100
    assert int(found["checks"]) > 10
    assert int(found["names"]) > 100
    workshop_id = load_config(ROOT / "presets" / f"{preset}.toml").workshop_id
    assert [line for line in lines[:-1] if not line.startswith(f"{workshop_id}-")] == []
    assert not (WORK / preset).exists()
    assert list(temporary.iterdir()) == []
    return found


def test_wrong_configuration_is_refused_before_anything_starts(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text((ROOT / "presets" / "default.toml").read_text().replace("limit_usd = ", "limit_usd = -"))
    done = rehearse("--preset", str(broken))
    assert done.returncode == 2
    assert "limit_usd" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (WORK / "broken").exists()


def test_an_unknown_preset_is_named_with_the_known_ones() -> None:
    done = rehearse("--preset", "nothing")
    assert done.returncode == 2
    assert "'nothing'" in done.stderr
    assert "existing-agents" in done.stderr
    assert not (WORK / "nothing").exists()


def test_a_workshop_is_kept_or_torn_down_and_not_both() -> None:
    done = rehearse("--preset", "large", "--teardown", "--keep")
    assert done.returncode == 2
    assert "--keep: not allowed with argument --teardown" in done.stderr
    assert not (WORK / "large").exists()


def test_there_is_nothing_to_stop() -> None:
    done = rehearse("--preset", "large", "--stop")
    assert done.returncode == 2
    assert "Nothing is kept" in done.stderr
