"""What the training rows look like: `--train FOLDER --output FOLDER`.

Writes `statistics.json` and `constraints.json` in the layout of Model Monitor, so that both can be attached to a
version in the model registry: https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-statistics.html
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy

from ml.data import COLUMNS, RANGES
from ml.steps.job import run
from ml.steps.tables import Matrix, read_table, write_json

VERSION = 0.0


def statistics(features: Matrix) -> dict[str, Any]:
    """Counts, mean, spread and range of each column; missing values count as missing and as nothing else."""
    found = []
    for name, column in zip(COLUMNS, features.T, strict=True):
        present = column[~numpy.isnan(column)]
        numbers: dict[str, Any] = {"common": {"num_present": len(present), "num_missing": len(column) - len(present)}}
        if len(present):
            numbers |= {
                "mean": float(present.mean()),
                "sum": float(present.sum()),
                "std_dev": float(present.std()),
                "min": float(present.min()),
                "max": float(present.max()),
            }
        found.append({"name": name, "inferred_type": "Fractional", "numerical_statistics": numbers})
    return {"version": VERSION, "dataset": {"item_count": len(features)}, "features": found}


def constraints() -> dict[str, Any]:
    """No gaps, and nothing below zero: what `prepare` lets through, in Model Monitor's words."""
    return {
        "version": VERSION,
        "features": [
            {
                "name": name,
                "inferred_type": "Fractional",
                "completeness": 1.0,
                "num_constraints": {"is_non_negative": RANGES[name][0] >= 0},
            }
            for name in COLUMNS
        ],
        "monitoring_config": {"evaluate_constraints": "Enabled", "emit_metrics": "Enabled"},
    }


def baseline(train: Path, output: Path) -> None:
    """Describe the training rows. Raises DataRefusedError if there are none."""
    write_json(output / "statistics.json", statistics(read_table(train)[:, 1:]))
    write_json(output / "constraints.json", constraints())


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the job, and of whoever tries the step by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args(arguments)
    run(lambda: baseline(given.train, given.output))


if __name__ == "__main__":
    main()
