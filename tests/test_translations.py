"""The Vietnamese pages say what the English ones say, and both quote this project's messages as they are printed."""

import re
from itertools import zip_longest

import pytest

from tests.cloud_assembly import ROOT
from tests.markdown import Document, Section

DOCS = ROOT / "docs"
FOR_ORGANISERS = ("organiser.md", "troubleshooting.md")
NONE = Section(0, "nothing")


def pairs(page: str) -> list[tuple[Section, Section]]:
    """Each English section beside the Vietnamese one in the same place."""
    english, vietnamese = Document(DOCS / page).sections, Document(DOCS / "vi" / page).sections
    return list(zip_longest(english, vietnamese, fillvalue=NONE))


def test_these_pages_are_translated() -> None:
    assert {path.name for path in (DOCS / "vi").iterdir()} ^ set(FOR_ORGANISERS) == set()


@pytest.mark.parametrize("page", FOR_ORGANISERS)
def test_headings_correspond(page: str) -> None:
    assert [(ours.title, theirs.title) for ours, theirs in pairs(page) if ours.level != theirs.level] == []


@pytest.mark.parametrize("page", FOR_ORGANISERS)
def test_commands_are_the_same(page: str) -> None:
    different = [(ours.title, ours.commands, theirs.commands) for ours, theirs in pairs(page)]
    assert [each for each in different if each[1] != each[2]] == []


@pytest.mark.parametrize("page", FOR_ORGANISERS)
def test_what_is_set_as_code_is_the_same(page: str) -> None:
    different = [(ours.title, sorted(ours.spans ^ theirs.spans)) for ours, theirs in pairs(page)]
    assert [each for each in different if each[1]] == []


def test_messages_of_this_project_are_quoted_as_they_are_printed() -> None:
    sources = [path.read_text() for folder in ("workshop", "local_aws") for path in (ROOT / folder).rglob("*.py")]
    printed = re.sub(r'"\s+f?"', "", "\n".join(sources))
    rows = re.findall(
        r"^\| \[(.+)\]\(.+\) \| (?:`workshop \w+`|every command) \|$", (DOCS / "troubleshooting.md").read_text(), re.M
    )
    quoted = [text for row in rows for _, text in re.findall(r"(`+) ?(.+?) ?\1(?!`)", row)]
    fragments = [fragment for text in quoted for fragment in text.split("…") if fragment]
    assert fragments
    assert [fragment for fragment in fragments if fragment not in printed] == []
