"""The table of changes that a running workshop has to take: `matrix.toml`, validated when it is read."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from contract import StackName
from workshop.rehearse.process import ROOT

MATRIX_FILE = Path(__file__).with_name("matrix.toml")
CONFIGURATION = "workshop.toml"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEdit(_Row):
    """Another text in one file of the project, a new file, or a file that is gone."""

    file: str = CONFIGURATION
    find: str = ""
    """Has to be in the file; its first occurrence is replaced."""
    replace: str = ""
    text: str = ""
    """Of a new file."""
    removed: bool = False

    def applied(self, before: str | None) -> str | None:
        """What becomes of a file's text; None is no file. Raises ValueError if the edit does not fit it."""
        if self.removed or self.text:
            if (before is None) == self.removed:
                raise ValueError(f"{self.file} is {'not ' if before is None else ''}there already")
            return None if self.removed else self.text
        if before is None or self.find not in before:
            raise ValueError(f"{self.file} does not have {self.find!r}")
        return before.replace(self.find, self.replace, 1)


class StartingPoint(_Row):
    """The workshop that is deployed before a change."""

    preset: str
    edits: tuple[FileEdit, ...] = ()


class ChangeRow(_Row):
    """One change, and what has to come of it."""

    name: str
    base: str
    edits: tuple[FileEdit, ...]
    refused: str = ""
    """Reason for which nothing may be changed at all; empty for what has to be done, and taken back again."""
    fails_at: str = ""
    """Operation that is refused in the middle of the first try, after which the same deploy has to heal it."""
    left_before: tuple[StackName, ...] = ()
    """Stacks that the change takes out of the configuration, and a deploy leaves as they are."""
    left_after: tuple[StackName, ...] = ()
    """The same, when the change is taken back."""
    remove_left: bool = True
    """Whether they are removed then, with the command that smoke names."""

    @property
    def only_configuration(self) -> bool:
        """True if no other file has to be edited, so that templates can be compared without a copy of the project."""
        return all(edit.file == CONFIGURATION for edit in self.edits)

    @property
    def verdict(self) -> str:
        """`moved`, `healed` after a failure, or `refused`."""
        if self.refused:
            return "refused"
        return "healed" if self.fails_at else "moved"


class Matrix(_Row):
    """All rows, and the workshops over which they are made."""

    bases: dict[str, StartingPoint]
    changes: tuple[ChangeRow, ...]

    @model_validator(mode="after")
    def _names_are_known_and_different(self) -> Self:
        names = [change.name for change in self.changes]
        if len(set(names)) < len(names):
            raise ValueError("two changes have one name")
        if unknown := {change.base for change in self.changes} - self.bases.keys():
            raise ValueError(f"there is no base {', '.join(sorted(unknown))}")
        return self

    def configuration(self, base: str, edits: tuple[FileEdit, ...] = ()) -> str:
        """The text of the configuration of a base, with further edits; those of other files are left out."""
        point = self.bases[base]
        text: str | None = (ROOT / "presets" / f"{point.preset}.toml").read_text(encoding="utf-8")
        for edit in (*point.edits, *edits):
            if edit.file == CONFIGURATION:
                text = edit.applied(text)
        return text or ""


@cache
def matrix() -> Matrix:
    """The table as it is in the file."""
    return Matrix.model_validate(tomllib.loads(MATRIX_FILE.read_text(encoding="utf-8")))
