"""The lab's files in folders, and captured requests, for tests of the steps."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from ml.cohorts import lab_files


def write_lab(root: Path) -> Path:
    """All files of the lab below a folder, by their keys."""
    for key, content in lab_files().items():
        file = root / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="ascii")
    return root


def numbers(folder: Path) -> list[list[float]]:
    """Rows of all CSV files without a header, in the order of the files' names."""
    return [[float(cell) for cell in row] for file in sorted(folder.glob("*.csv")) for row in csv.reader(file.open())]


def features(file: Path) -> list[list[float]]:
    """The six features of a cohort's file, which has a header, an id and a time before them and a result after."""
    return [[float(cell) for cell in row[2:8]] for row in list(csv.reader(file.open()))[1:]]


def capture(folder: Path, rows: Sequence[Sequence[float]], *, day: int = 1) -> None:
    """Requests of one row each, as Model Monitor writes them, one a second from that day on."""
    lines = [
        captured(",".join(map(repr, row)), f"2026-11-{day:02}T03:{n // 60:02}:{n % 60:02}Z")
        for n, row in enumerate(rows)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    # Names run against time: only what is inside says when a call was.
    (folder / f"{99 - day}.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii")


def captured(data: str, time: str, encoding: str = "CSV") -> str:
    """One line: https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html"""
    sent = {"observedContentType": "text/csv", "mode": "INPUT", "data": data, "encoding": encoding}
    return json.dumps(
        {
            "captureData": {"endpointInput": sent},
            "eventMetadata": {"eventId": "e", "inferenceTime": time},
            "eventVersion": "0",
        }
    )
