"""The documents say what is true."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MARKDOWN = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
PLACE = re.compile(r"`((?:stacks|lambda_src|workshop|tests|docs|presets|ml|knowledge|benchmarks)/[\w./*-]*[\w/])`")


def test_the_picture_shows_the_stacks_and_what_they_need(cloud_assembly: Callable[[str], Path]) -> None:
    manifest = json.loads((cloud_assembly("existing-agents") / "manifest.json").read_text())
    stacks = {key: value for key, value in manifest["artifacts"].items() if value["type"] == "aws:cloudformation:stack"}
    needs = {
        (key, needed) for key, stack in stacks.items() for needed in stack.get("dependencies", []) if needed in stacks
    }
    picture = (ROOT / "docs" / "architecture.md").read_text()
    assert set(re.findall(r'^  (\w+)\["', picture, re.M)) == set(stacks)
    assert set(re.findall(r"^  (\w+) --> (\w+)$", picture, re.M)) == needs


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_places_exist(path: Path) -> None:
    text = path.read_text()
    missing = [link for link in LINK.findall(text) if not (path.parent / link).exists()]
    missing += [place for place in PLACE.findall(text) if not list(ROOT.glob(place))]
    assert not missing


def test_readme_names_every_preset_and_make_target() -> None:
    readme = (ROOT / "README.md").read_text()
    presets = [path.stem for path in (ROOT / "presets").glob("*.toml")]
    targets = re.findall(r"^((?!help)[a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.M)
    assert [name for name in presets if f"`{name}`" not in readme] == []
    assert [name for name in targets if f"make {name}" not in readme] == []
