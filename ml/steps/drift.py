"""Compares what the endpoint was asked with what the model learned from: `--reference --captured --output FOLDER`.

`--reference` holds the training rows, `--captured` JSON lines as Model Monitor writes them:
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html. Writes `drift.json`, and
`constraint_violations.json` in Model Monitor's layout.

Two tests for each feature, Kolmogorov-Smirnov for any difference and the rank sum for a moved middle, and a
probability of one false alarm in a hundred windows divided among all of them (Bonferroni). `python -m benchmarks drift`
measures how often that is right; a limit for the population stability index cries wolf on small windows or sleeps on
large ones.
"""

import argparse
import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from scipy.stats import ks_2samp, mannwhitneyu

from ml.data import COLUMNS
from ml.steps.job import DataRefusedError, run
from ml.steps.tables import Matrix, read_table, write_json

FALSE_ALARMS = 0.01
"""Share of windows without any drift in which an alarm is accepted, at most."""
TESTS = 2
LIMIT = FALSE_ALARMS / (TESTS * len(COLUMNS))
FEWEST = 30
"""Rows below which nothing is compared: not even ten minutes more would be seen reliably."""


@dataclass(frozen=True)
class Difference:
    """One feature, before and now; both probabilities are of so large a difference without any drift."""

    feature: str
    mean_before: float
    mean_now: float
    ks_probability: float
    rank_probability: float

    @property
    def drifted(self) -> bool:
        """True if chance explains at least one of the two differences too badly."""
        return min(self.ks_probability, self.rank_probability) < LIMIT


def compare(reference: Matrix, current: Matrix) -> list[Difference]:
    """Every feature of the current rows with the same feature of the reference; neither has the label."""
    return [
        Difference(
            feature=name,
            mean_before=float(before.mean()),
            mean_now=float(now.mean()),
            ks_probability=float(ks_2samp(before, now, method="asymp").pvalue),
            rank_probability=float(mannwhitneyu(before, now, method="asymptotic").pvalue),
        )
        for name, before, now in zip(COLUMNS, reference.T, current.T, strict=True)
    ]


def captured_rows(folder: Path, newest: int) -> Matrix:
    """The newest rows that were sent to the endpoint, by the time of the call; fewer if there are fewer.

    Raises:
        DataRefusedError: a line is no capture of a CSV request; the text names file and line.
    """
    found: list[tuple[str, list[float]]] = []
    for file in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                found += _captured(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise DataRefusedError(f"{file.name}, line {number} is no captured CSV request: {error}") from error
    found.sort(key=lambda each: each[0])
    return numpy.array([row for _, row in found[-newest:]]).reshape(-1, len(COLUMNS))


def _captured(line: dict[str, Any]) -> Iterator[tuple[str, list[float]]]:
    sent, time = line["captureData"]["endpointInput"], line["eventMetadata"]["inferenceTime"]
    text = base64.b64decode(sent["data"]).decode("ascii") if sent["encoding"] == "BASE64" else sent["data"]
    for row in text.splitlines():
        numbers = [float(cell) for cell in row.split(",")]
        if len(numbers) != len(COLUMNS):
            raise ValueError(f"{len(numbers)} columns, expected {len(COLUMNS)}")
        yield time, numbers


def report(reference: Matrix, current: Matrix) -> dict[str, Any]:
    """The content of `drift.json`: how many rows, what was compared, and which features have drifted."""
    differences = compare(reference, current) if len(current) >= FEWEST else []
    return {
        "rows": len(current),
        "reference_rows": len(reference),
        "compared": bool(differences),
        "limit": LIMIT,
        "features": {each.feature: vars(each) for each in differences},
        "drifted": [each.feature for each in differences if each.drifted],
    }


def violations(found: dict[str, Any]) -> dict[str, Any]:
    """The drifted features in the layout of Model Monitor's `constraint_violations.json`."""
    return {
        "violations": [
            {
                "feature_name": name,
                "constraint_check_type": "baseline_drift_check",
                "description": "mean {mean_before:.2f} before, {mean_now:.2f} now; by chance with probability "
                "{ks_probability:.2g} (Kolmogorov-Smirnov), {rank_probability:.2g} (rank sum)".format(
                    **found["features"][name]
                ),
            }
            for name in found["drifted"]
        ]
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the job, and of whoever tries the step by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--reference", "--captured", "--output"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--window", type=int, required=True, help="how many of the newest rows are compared")
    given = parser.parse_args(arguments)

    def step() -> None:
        found = report(read_table(given.reference)[:, 1:], captured_rows(given.captured, given.window))
        write_json(given.output / "drift.json", found)
        write_json(given.output / "constraint_violations.json", violations(found))

    run(step)


if __name__ == "__main__":
    main()
