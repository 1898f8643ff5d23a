"""Measures a trained model on the test rows: `--model FOLDER --test FOLDER --output FOLDER`.

Writes `evaluation.json` in the layout of SageMaker's model quality metrics, from which the pipeline's condition reads:
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml.steps.job import run
from ml.steps.model import area_under_curve, predict, read_model, standard_error
from ml.steps.tables import read_table, write_json

HALF = 0.5
"""From this probability on, the answer is yes."""


def evaluate(model: Path, test: Path) -> dict[str, Any]:
    """The report. Raises DataRefusedError if the model or the rows cannot be used."""
    rows = read_table(test)
    labels, scores = rows[:, 0], predict(read_model(model), rows[:, 1:])
    auc, positives = area_under_curve(labels, scores), int(labels.sum())
    right = int(((scores >= HALF) == (labels == 1)).sum())
    metrics = {
        "auc": {"value": auc, "standard_deviation": standard_error(auc, positives, len(labels) - positives)},
        "accuracy": {"value": right / len(labels), "standard_deviation": "NaN"},
    }
    return {"dataset": {"item_count": len(labels)}, "binary_classification_metrics": metrics}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the job, and of whoever tries the step by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--model", "--test", "--output"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args(arguments)
    run(lambda: write_json(given.output / "evaluation.json", evaluate(given.model, given.test)))


if __name__ == "__main__":
    main()
