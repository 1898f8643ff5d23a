"""Predictions for many rows at once: `--model FOLDER --rows FOLDER --output FOLDER`.

Takes rows as a batch transform does, features only, and writes one probability per line beside each file's name with
`.out`: https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy

from ml.data import COLUMNS
from ml.steps.job import DataRefusedError, run
from ml.steps.model import predict, read_model


def score(model: Path, rows: Path, output: Path) -> None:
    """Score every CSV file. Raises DataRefusedError for a row with other columns, or if there is no file."""
    booster, files = read_model(model), sorted(rows.rglob("*.csv"))
    if not files:
        raise DataRefusedError(f"{rows.name}: there is no .csv file in it")
    output.mkdir(parents=True, exist_ok=True)
    for file in files:
        try:
            features = numpy.loadtxt(file, delimiter=",", ndmin=2)
        except ValueError as error:
            raise DataRefusedError(f"{file.name}: {error}; the file must have no header and only numbers") from error
        if features.shape[1] != len(COLUMNS):
            raise DataRefusedError(f"{file.name}: {features.shape[1]} columns, expected {', '.join(COLUMNS)}")
        lines = "".join(f"{value!r}\n" for value in predict(booster, features).tolist())
        (output / f"{file.name}.out").write_text(lines, encoding="ascii")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the job, and of whoever tries the step by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--model", "--rows", "--output"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args(arguments)
    run(lambda: score(given.model, given.rows, given.output))


if __name__ == "__main__":
    main()
