"""Cleans the raw rows and splits them: `--raw FOLDER --output FOLDER`.

Writes `train/` in two files (so that two hosts can share them), `validation/`, `test/`, and `quality/quality.json`.
"""

import argparse
import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.cohorts import ID, TIME
from ml.data import COLUMNS, RANGES, TARGET
from ml.steps.job import DataRefusedError, run
from ml.steps.tables import write_json, write_table

HEADER = [ID, TIME, *COLUMNS, TARGET]
PARTS = ("test", "validation", "train", "train", "train")
"""Where every fifth row goes; the test rows are those that `ml/train.py` keeps back."""
TRAIN_FILES = 2
MOST_DROPPED = 0.1
"""A larger share of unusable rows means that something else is wrong, and nothing is trained."""


@dataclass(frozen=True)
class Prepared:
    """Usable rows in the order of their attendees, and how many others there were, by what was wrong with them."""

    rows: list[Mapping[str, str]]
    dropped: Mapping[str, int]


def clean(rows: Iterator[Mapping[str, str]]) -> Prepared:
    """One row per attendee, the latest; none without a result, with a gap, or with a value that cannot be right."""
    latest: dict[str, Mapping[str, str]] = {}
    dropped: Counter[str] = Counter()
    for row in rows:
        if reason := _fault(row):
            dropped[reason] += 1
            continue
        before = latest.get(row[ID])
        if before is not None:
            dropped["repeated"] += 1
        if before is None or row[TIME] > before[TIME]:
            latest[row[ID]] = row
    return Prepared([latest[each] for each in sorted(latest)], dict(dropped))


def _fault(row: Mapping[str, str]) -> str | None:
    if row[TARGET] not in ("0", "1"):
        return "no_result"
    if any(row[name] == "" for name in COLUMNS):
        return "missing_value"
    if not all(lowest <= _number(row[name]) <= highest for name, (lowest, highest) in RANGES.items()):
        return "impossible_value"
    return None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def read_raw(folder: Path) -> Iterator[Mapping[str, str]]:
    """Rows of all CSV files, as text by column.

    Raises:
        DataRefusedError: there is no file, a header is another one, or a row has another number of cells.
    """
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise DataRefusedError(f"{folder.name}: there is no .csv file in it")
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            lines = csv.reader(opened)
            header = next(lines, [])
            if header != HEADER:
                raise DataRefusedError(f"{file.name}: the header is {','.join(header)}, expected {','.join(HEADER)}")
            for number, cells in enumerate(lines, start=2):
                if len(cells) != len(HEADER):
                    raise DataRefusedError(f"{file.name}, line {number}: {len(cells)} cells, expected {len(HEADER)}")
                yield dict(zip(HEADER, cells, strict=True))


def prepare(raw: Path, output: Path) -> None:
    """Clean and split. Raises DataRefusedError if too many rows are unusable or a part would be empty."""
    prepared = clean(read_raw(raw))
    kept, dropped = len(prepared.rows), sum(prepared.dropped.values())
    if dropped > MOST_DROPPED * (kept + dropped):
        raise DataRefusedError(
            f"{dropped} of {kept + dropped} rows are unusable ({prepared.dropped}); look at the source"
        )
    if kept < len(PARTS):
        raise DataRefusedError(f"{kept} usable rows are too few to split into train, validation and test")
    for name in dict.fromkeys(PARTS):
        rows = [_label_first(row) for number, row in enumerate(prepared.rows) if PARTS[number % len(PARTS)] == name]
        files = TRAIN_FILES if name == "train" else 1
        for part in range(files):
            write_table(output / name / f"{name}-{part}.csv", rows[part::files])
    write_json(output / "quality" / "quality.json", {"kept": kept, "dropped": prepared.dropped})


def _label_first(row: Mapping[str, str]) -> list[str]:
    return [row[TARGET], *(row[name] for name in COLUMNS)]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the job, and of whoever tries the step by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args(arguments)
    run(lambda: prepare(given.raw, given.output))


if __name__ == "__main__":
    main()
