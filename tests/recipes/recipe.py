"""A recipe of CONTRIBUTING.md as a test follows it: its steps, a copy of the project, and the checks that guard it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tests.cloud_assembly import ROOT

FIXTURES = Path(__file__).with_name("fixtures")
ENVIRONMENTS = (".venv", ".venv-local", "node_modules")


class Edit(BaseModel):
    """New text in a file of the project."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: str
    """Text that is in the file exactly once; what is inserted follows it."""
    insert: str


class Step(BaseModel):
    """One step. Without edits and without `run`, its file is the one of that path in the fixture's `files`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    """File that the step makes or changes; the document begins the step with it."""
    also: tuple[str, ...] = ()
    """Further files of the fixture that come with it."""
    edits: tuple[Edit, ...] = ()
    run: str = ""
    """Module of the project whose standard output is the new content of the file."""
    check: str
    """The test that fails when the step is left out, as pytest names it."""
    says: str = ""
    """What the failure names; the path if empty."""


class Recipe(BaseModel):
    """`recipe.toml` of a fixture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    title: str
    """Heading in the document."""
    document: str = "CONTRIBUTING.md"
    names: dict[str, str] = {}
    """What stands for `<name>` in the paths of the document."""
    checks: tuple[str, ...]
    """Arguments of pytest: everything that guards the recipe."""
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Checked:
    """What pytest said."""

    code: int
    output: str


@cache
def recipes() -> list[Recipe]:
    """Every recipe that has a fixture."""
    files = sorted(FIXTURES.glob("*/recipe.toml"))
    return [Recipe(folder=file.parent, **tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]


def documented(recipe: Recipe) -> list[str]:
    """The paths with which the steps of this recipe in its document begin, with the names filled in."""
    text = (ROOT / recipe.document).read_text(encoding="utf-8")
    section = text.partition(f"\n## {recipe.title}\n")[2].partition("\n## ")[0]
    for name, value in recipe.names.items():
        section = section.replace(f"<{name}>", value)
    return re.findall(r"^\d+\. `([^`]+)`", section, re.M)


def copy_project(tree: Path) -> None:
    """The tracked files, without the recipes themselves; the environments are linked."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    for name in listed.stdout.split("\0"):
        if name and not name.startswith("tests/recipes/") and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    for name in ENVIRONMENTS:
        (tree / name).symlink_to((ROOT / name).resolve())


def follow(recipe: Recipe, tree: Path, steps: Iterable[Step]) -> None:
    """Do the steps in the copy, one after the other."""
    for step in steps:
        for name in step.also if step.edits or step.run else (step.path, *step.also):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(recipe.folder / "files" / name, tree / name)
        for edit in step.edits:
            text = (tree / step.path).read_text(encoding="utf-8")
            found = text.count(edit.after)
            if found != 1:
                raise ValueError(f"{recipe.folder.name}: {step.path} has {edit.after!r} {found} times, not once")
            (tree / step.path).write_text(text.replace(edit.after, edit.after + edit.insert), encoding="utf-8")
        if step.run:
            done = _run(tree, ["-m", step.run])
            if done.returncode:
                raise RuntimeError(f"python -m {step.run}: {done.stderr}")
            (tree / step.path).write_text(done.stdout, encoding="utf-8")


def check(tree: Path, *arguments: str) -> Checked:
    """Run these tests of the copy."""
    done = _run(tree, ["-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *arguments])
    return Checked(done.returncode, done.stdout + done.stderr)


def _run(tree: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(  # noqa: S603 - this Python, fixed arguments
        [sys.executable, *arguments], cwd=tree, env=environment, check=False, capture_output=True, text=True
    )
