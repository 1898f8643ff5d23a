"""The documents say what is true."""

import argparse
import importlib
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from contract import StackName
from tests.cloud_assembly import PRESETS, ROOT, stacks
from tests.markdown import Document
from workshop.__main__ import COMMANDS, CommandModule

FOLDERS = ("docs", "knowledge", "lambda_src", "local_aws", "ml", "stacks", "tests", "workshop")
MARKDOWN = sorted([*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))])
PLACE = re.compile(
    r"`((?:stacks|lambda_src|local_aws|workshop|tests|docs|presets|ml|knowledge|benchmarks)/[\w./*-]*[\w/])`"
)


def test_the_picture_shows_the_stacks_and_what_they_need(cloud_assembly: Callable[[str], Path]) -> None:
    deployed = stacks(cloud_assembly("existing-agents"))
    needs = {
        (name, needed)
        for name, stack in deployed.items()
        for needed in stack.get("dependencies", [])
        if needed in deployed
    }
    picture = (ROOT / "docs" / "architecture.md").read_text()
    shown = set(re.findall(r'^  (\w+)\["', picture, re.M))
    assert set(deployed) - shown == set(), "docs/architecture.md does not show them"
    assert shown - set(deployed) == set(), "docs/architecture.md shows them, but stacks/workshop.py does not build them"
    assert set(re.findall(r"^  (\w+) --> (\w+)$", picture, re.M)) == needs


def test_readme_has_a_row_for_each_stack() -> None:
    [(_, *rows)] = [table for table in Document(ROOT / "README.md").tables if table[0] == "stack"]
    assert set(StackName) - set(rows) == set(), "README.md has no row for them"
    assert set(rows) - set(StackName) == set()


@pytest.mark.thorough  # needs the templates of every preset
def test_each_stack_of_the_contract_is_deployed_by_a_preset(cloud_assembly: Callable[[str], Path]) -> None:
    deployed = {name for preset in PRESETS for name in stacks(cloud_assembly(preset))}
    assert set(StackName) ^ deployed == set()


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_places_exist(path: Path) -> None:
    broken = [link for link in Document(path).links if not _resolves(path, link)]
    broken += [place for place in PLACE.findall(path.read_text()) if not list(ROOT.glob(place))]
    assert broken == []


def _resolves(path: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    file, _, anchor = link.partition("#")
    target = path.parent / file if file else path
    return target.exists() and (not anchor or anchor in Document(target).anchors)


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_are_ones_that_exist(path: Path) -> None:
    lines = [line for section in Document(path).sections for line in section.commands]
    # A placeholder such as <account> is a word of its own; what it stands for is the reader's.
    typed = [shlex.split(re.sub("<[^>]+>", "x", part)) for line in lines for part in line.split("&&")]
    assert [" ".join(words) for words in typed if not _exists(words)] == []


def _exists(words: list[str]) -> bool:
    match words:
        case ["make", *targets]:
            assignments = {word.split("=")[0] for word in targets if "=" in word}
            goals = {word for word in targets if "=" not in word}
            makefile = (ROOT / "Makefile").read_text()
            return goals | assignments <= set(re.findall(r"^([A-Za-z]+)(?::| \?=)", makefile, re.M))
        case ["python" | ".venv/bin/python", "-m", "workshop", name, *arguments]:
            modules = [command.module for command in COMMANDS if command.name == name]
            return bool(modules) and _understands(cast(CommandModule, importlib.import_module(modules[0])), arguments)
    return words[0] in ("aws", "npx", "rm")


def _understands(module: CommandModule, arguments: list[str]) -> bool:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    try:
        parser.parse_args(arguments)
    except SystemExit:
        return False
    return True


def test_the_guide_has_a_row_for_each_preset() -> None:
    [(_, *rows)] = [table for table in Document(ROOT / "docs" / "organiser.md").tables if table[0] == "preset"]
    assert set(rows) ^ set(PRESETS) == set()


def test_readme_names_every_make_target() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = re.findall(r"^((?!help)[a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.M)
    assert [name for name in targets if f"make {name}" not in readme] == []
