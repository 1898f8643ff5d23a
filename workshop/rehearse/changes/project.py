"""A copy of the project in which files may be edited, while the repository stays as it is."""

import shutil
from pathlib import Path

from workshop.rehearse.changes.matrix import CONFIGURATION, FileEdit
from workshop.rehearse.process import ROOT

ENVIRONMENTS = (".venv", ".venv-local", "node_modules")
CACHE = "__pycache__"
LEFT_OUT = frozenset(
    {
        *ENVIRONMENTS, ".git", ".github", ".hypothesis", ".mypy_cache", ".pytest_cache", ".rehearsal", ".ruff_cache",
        ".workshop", "benchmarks", "cdk.out", "docs", "reports", "tests", CACHE,
    }
)  # fmt: skip
"""Of the folder itself; below it only caches are left out."""


class ProjectCopy:
    """The project in a folder of its own, with the environments of the repository."""

    def __init__(self, folder: Path) -> None:
        """Copy what an app and its commands need."""
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=_left_out)
        for name in ENVIRONMENTS:
            (folder / name).symlink_to((ROOT / name).resolve())

    @property
    def configuration(self) -> Path:
        """The file that says which workshop it is."""
        return self.folder / CONFIGURATION

    def edit(self, configuration: str, edits: tuple[FileEdit, ...]) -> None:
        """Write the configuration, and the other files as the repository has them with these edits."""
        self.configuration.write_text(configuration, encoding="utf-8")
        for edit in edits:
            if edit.file != CONFIGURATION:
                self._write(edit.file, edit.applied(self._original(edit.file)))

    def restore(self, configuration: str, edits: tuple[FileEdit, ...]) -> None:
        """Write the configuration, and take back these edits of other files."""
        self.configuration.write_text(configuration, encoding="utf-8")
        for edit in edits:
            if edit.file != CONFIGURATION:
                self._write(edit.file, self._original(edit.file))

    def _original(self, file: str) -> str | None:
        path = ROOT / file
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _write(self, file: str, text: str | None) -> None:
        path = self.folder / file
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def _left_out(folder: str, names: list[str]) -> set[str]:
    return set(names) & (LEFT_OUT if Path(folder) == ROOT else {CACHE})
