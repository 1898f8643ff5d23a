"""The files that steps hand to each other: CSV without a header, the label first, as the XGBoost image wants it.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html#InputOutput-XGBoost
"""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from ml.data import COLUMNS
from ml.steps.job import DataRefusedError

Matrix = NDArray[numpy.float64]
WIDTH = 1 + len(COLUMNS)


def write_table(file: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows as they are, without a header; folders are made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="ascii", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)


def read_table(folder: Path) -> Matrix:
    """All CSV files of a folder, label first.

    Raises:
        DataRefusedError: no row, a header, or a row of another width; the text names file and line.
    """
    rows: list[list[float]] = []
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="ascii", newline="") as opened:
            for number, cells in enumerate(csv.reader(opened), start=1):
                rows.append(_numbers(cells, f"{file.name}, line {number}"))
    if not rows:
        raise DataRefusedError(f"{folder.name}: there is no row in it; has the step before it run?")
    return numpy.array(rows)


def _numbers(cells: Sequence[str], place: str) -> list[float]:
    if len(cells) != WIDTH:
        raise DataRefusedError(f"{place}: {len(cells)} columns, expected {WIDTH}: the label, then {', '.join(COLUMNS)}")
    try:
        return [float(cell) if cell else numpy.nan for cell in cells]
    except ValueError as error:
        raise DataRefusedError(f"{place}: {error}; the file must have no header and only numbers") from error


def write_json(file: Path, content: Any) -> None:
    """Write JSON without NaN, which S3 Select, Athena and SageMaker do not read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, allow_nan=False, indent=1) + "\n", encoding="ascii")
