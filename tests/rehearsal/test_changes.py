"""The matrix of changes: every row fits the files that it edits, and holds on a running local AWS."""

import subprocess
import sys
from pathlib import Path

import pytest

from stacks.config import load_config
from tests.cloud_assembly import ROOT
from workshop.rehearse.changes.belongings import Belonging, refuse_losses
from workshop.rehearse.changes.matrix import CONFIGURATION, ChangeRow, FileEdit, matrix
from workshop.rehearse.changes.project import ProjectCopy
from workshop.rehearse.stage import StepError

ASKED_FOR = {
    "guardrail-word", "chat-model", "embedding-model", "vector-store", "agent-engine", "attendee-added",
    "attendee-removed", "attendee-renamed", "attendees-by-address", "attendees-by-number", "attendee-count",
    "endpoint-kind", "encryption", "audit-and-budget-off", "inference-off", "studio-off", "budget", "teardown-section",
    "document-added", "document-changed", "document-removed", "title",
}  # fmt: skip
"""What an organiser may think of, whatever else the matrix has."""

each_row = pytest.mark.parametrize("change", matrix().changes, ids=lambda change: change.name)


def test_what_an_organiser_may_think_of_is_in_the_matrix() -> None:
    assert {change.name for change in matrix().changes} >= ASKED_FOR


@each_row
def test_a_row_is_a_valid_configuration_and_a_real_change(change: ChangeRow, tmp_path: Path) -> None:
    before, after = matrix().configuration(change.base), matrix().configuration(change.base, change.edits)
    for number, text in enumerate((before, after)):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        load_config(path)
    others = [edit for edit in change.edits if edit.file != CONFIGURATION]
    assert before != after or others
    for edit in others:
        path = ROOT / edit.file
        original = path.read_text(encoding="utf-8") if path.exists() else None
        assert edit.applied(original) != original


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (FileEdit(find="a", replace="b"), "a a", "b a"),
        (FileEdit(text="new"), None, "new"),
        (FileEdit(removed=True), "old", None),
    ],
)
def test_an_edit_is_applied(edit: FileEdit, before: str | None, after: str | None) -> None:
    assert edit.applied(before) == after


@pytest.mark.parametrize(
    ("edit", "before"),
    [
        (FileEdit(find="a"), "b"),
        (FileEdit(find="a"), None),
        (FileEdit(text="new"), "old"),
        (FileEdit(removed=True), None),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edit: FileEdit, before: str | None) -> None:
    with pytest.raises(ValueError, match=r"workshop\.toml"):
        edit.applied(before)


def test_the_repository_stays_as_it_is(tmp_path: Path) -> None:
    edits = (
        FileEdit(file="knowledge/docs/en/faq.md", find="\n\n", replace="\n\nNew.\n\n"),
        FileEdit(file="knowledge/docs/en/parking.md", text="# Parking\n"),
        FileEdit(file="knowledge/docs/en/rag.md", removed=True),
    )
    project = ProjectCopy(tmp_path / "project")
    project.edit("after", edits)
    changed = {path: (project.folder / path.file).exists() for path in edits}
    assert list(changed.values()) == [True, True, False]
    assert "New." in (project.folder / edits[0].file).read_text(encoding="utf-8")
    assert "New." not in (ROOT / edits[0].file).read_text(encoding="utf-8")
    project.restore("before", edits)
    for edit in edits:
        original, copied = ROOT / edit.file, project.folder / edit.file
        assert original.exists() == copied.exists()
        assert not original.exists() or original.read_bytes() == copied.read_bytes()


HERS = Belonging(profile="p", role="r", note="n")


def test_who_comes_and_who_goes_loses_nothing() -> None:
    assert refuse_losses({"att-01": HERS, "att-02": HERS}, {"att-02": HERS, "att-03": HERS}) == 1


@pytest.mark.parametrize("lost", ["profile", "role", "note"])
def test_a_loss_is_told_with_the_name(lost: str) -> None:
    other = Belonging(**{**vars(HERS), lost: "another"})
    with pytest.raises(StepError, match=r"att-02 had \w, and now has another"):
        refuse_losses({"att-01": HERS, "att-02": HERS}, {"att-01": HERS, "att-02": other})


def test_an_unknown_change_is_named_with_the_known_ones() -> None:
    done = change("nothing")
    assert done.returncode == 2
    assert "'nothing'" in done.stderr
    assert "vector-store" in done.stderr


def change(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workshop", "rehearse", "--change", name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.proof
@pytest.mark.xdist_group("changes")
def test_every_change_of_a_running_workshop_holds() -> None:
    done = change("all")
    assert done.returncode == 0, done.stderr[-5000:]
    lines = done.stdout.splitlines()
    wanted = [f"{row.name}: {row.verdict}" for row in matrix().changes]
    assert sorted(": ".join(line.split(": ")[:2]) for line in lines[:-1]) == sorted(wanted)
