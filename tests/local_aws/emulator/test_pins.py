"""A moved private name of the emulator stops the start, with the name and the pinned version in the message."""

import os
import subprocess
from pathlib import Path

from local_aws.emulator.pins import MINISTACK, NAMES
from local_aws.launcher import PYTHON, ROOT

CHECK = "from local_aws.emulator import pins; pins.check()"


def run(code: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run code in the local environment; what the emulator keeps goes into `state`."""
    variables = {**os.environ, "STATE_DIR": str(state)}
    command = [str(PYTHON), "-c", code]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603


def removal(module: str, name: str) -> str:
    owner, _, attribute = f"module.{name}".rpartition(".")
    return f"import {module} as module; del {owner}.{attribute}"


def test_every_missing_name_is_named_at_once(tmp_path: Path) -> None:
    removed = [(module, names[-1]) for module, names in NAMES.items()]
    done = run("; ".join([CHECK, *(removal(*each) for each in removed), "pins.check()"]), tmp_path)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert [f"{module}.{name}" for module, name in removed if f"{module}.{name}" not in last] == []
    assert f"ministack {MINISTACK}" in last


def test_the_pinned_emulator_has_every_name(tmp_path: Path) -> None:
    done = run(CHECK, tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_pin_is_the_one_that_is_installed() -> None:
    requirements = (ROOT / "local_aws" / "requirements.in").read_text()
    assert f"ministack=={MINISTACK} " in requirements
