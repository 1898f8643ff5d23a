"""Every fault of a fixed list fails a test of the scripts, so the tests see what they are there to see."""

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = "tests/ml/test_steps.py"
COPIED = ("ml", "tests/ml")
IN_EVERY_RUN = ("label last, as in the raw file", "test rows are learned from, too", "drift the wrong way round")


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str


MUTANTS = [Mutant(**each) for each in tomllib.loads(Path(__file__).with_name("mutants.toml").read_text())["mutants"]]
THOROUGH = [each for each in MUTANTS if each.name in IN_EVERY_RUN]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n")
    return tmp_path


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """The tests of the scripts in a copy of the project, until the first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", SUITE]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def kill(mutant: Mutant, folder: Path) -> None:
    file = folder / mutant.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    done = run(folder)
    assert done.returncode == 1, f"survived: {mutant.name}\n{done.stdout[-2000:]}{done.stderr[-500:]}"


def test_list_is_long_enough_and_names_are_different() -> None:
    assert len({each.name for each in MUTANTS}) == len(MUTANTS) >= 20
    assert len(THOROUGH) == len(IN_EVERY_RUN)


@pytest.mark.thorough
def test_scripts_as_they_are_pass_in_a_copy(copy: Path) -> None:
    done = run(copy)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.thorough
@pytest.mark.parametrize("mutant", THOROUGH, ids=lambda each: each.name)
def test_worst_faults_are_found(mutant: Mutant, copy: Path) -> None:
    kill(mutant, copy)


@pytest.mark.proof
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_every_fault_is_found(mutant: Mutant, copy: Path) -> None:
    kill(mutant, copy)
