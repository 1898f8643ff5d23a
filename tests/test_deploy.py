"""`npx cdk deploy --all`, as somebody types it who knows no flag."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.makespan import GOAL, concurrency, simulate

ROOT = Path(__file__).parents[1]


@pytest.mark.thorough
def test_npx_cdk_deploys_several_stacks_at_a_time_and_asks_nothing(
    cloud_assembly: Callable[[str], Path], tmp_path: Path
) -> None:
    # The CLI cannot ask on a terminal while several stacks are deployed, so a number without the setting stops it.
    said = run_npx(tmp_path, "cdk", "deploy", "--all", "--verbose", "--app", str(cloud_assembly("default")))

    assert f"concurrency: {concurrency()}," in said
    assert "requireApproval: 'never'" in said


@pytest.mark.thorough
def test_a_number_of_ones_own_counts(cloud_assembly: Callable[[str], Path], tmp_path: Path) -> None:
    app = str(cloud_assembly("default"))

    said = run_npx(tmp_path, "cdk", "deploy", "--all", "--verbose", "--concurrency", "1", "--app", app)

    assert "concurrency: 1," in said


def test_no_stack_waits_for_anything_but_its_dependencies(cloud_assembly: Callable[[str], Path], preset: str) -> None:
    deploy = simulate(cloud_assembly(preset), concurrency())

    assert deploy.ratio <= GOAL
    assert deploy.makespan < deploy.one_by_one


def run_npx(home: Path, *command: str) -> str:
    """What it prints; without credentials and without a network it goes no further than its settings."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "npm_config_offline": "true",
        "npm_config_update_notifier": "false",
    }
    run = subprocess.run(  # noqa: S603
        ["npx", *command, "--no-notices"],  # noqa: S607
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout
