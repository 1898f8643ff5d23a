"""The list of attendees names each once, with the address that the configuration has."""

from pathlib import Path

import pytest

from tests.cloud_assembly import ROOT
from workshop.__main__ import main

DEFAULT = (ROOT / "presets" / "default.toml").read_text(encoding="utf-8")


def listed(attendees: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    path = folder / "workshop.toml"
    path.write_text(DEFAULT.replace("count = 30", attendees), encoding="utf-8")
    assert main(["attendees", "--config", str(path)]) == 0
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_a_roster_is_listed_with_its_addresses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = listed('roster = ["an@example.com", "binh@example.com"]', tmp_path, capsys)
    assert [address for _, address in both] == ["an@example.com", "binh@example.com"]
    alone = listed('roster = ["binh@example.com"]', tmp_path, capsys)
    assert alone == both[1:]


def test_a_count_is_listed_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed("count = 2", tmp_path, capsys) == [["att-01"], ["att-02"]]
