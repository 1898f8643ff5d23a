"""An estate for each test; the journal is written as ever, only not forced to the disk, which is slow."""

import os
from pathlib import Path

import pytest

from tests.workshop.teardown.estate import Estate


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """An empty account."""
    return Estate(tmp_path)
