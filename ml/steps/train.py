"""An own training script in the XGBoost image: `--train`, `--validation`, and `--model` or `--archive`, all folders.

`--model` is for a training job, whose folder SageMaker packs by itself; `--archive` is for a processing job, which
packs nothing, and is how an account without any training quota trains.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import xgboost

from ml.steps.job import run
from ml.steps.tables import Matrix, read_table
from ml.train import MEMBER, PARAMETERS, pack


def matrix(rows: Matrix) -> xgboost.DMatrix:
    """Without feature names, as the image makes it from CSV; the label is the first column."""
    return xgboost.DMatrix(rows[:, 1:], label=rows[:, 0], nthread=1)


def fit(train: Matrix, validation: Matrix, rounds: int, max_depth: int, tree_method: str) -> xgboost.Booster:
    """Train with the parameters of the committed model but these, and print metrics as the image does."""
    history: dict[str, dict[str, list[float]]] = {}
    watched = [(matrix(train), "train"), (matrix(validation), "validation")]
    booster = xgboost.train(
        {**PARAMETERS, "max_depth": max_depth, "tree_method": tree_method},
        watched[0][0],
        num_boost_round=rounds,
        evals=watched,
        evals_result=history,
        verbose_eval=False,
    )
    for number in range(rounds):
        # The image writes a tab as #011, and the metrics of SageMaker are found by it.
        values = (f"#011{name}-auc:{history[name]['auc'][number]:.5f}" for name in history)
        print(f"[{number}]{''.join(values)}", flush=True)
    return booster


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line of the job, and of whoever tries the step by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--train", "--validation"):
        parser.add_argument(name, type=Path, required=True)
    target = parser.add_mutually_exclusive_group(required=True)
    for name in ("--model", "--archive"):
        target.add_argument(name, type=Path)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--max-depth", type=int, required=True)
    parser.add_argument("--tree-method", choices=("exact", "hist"), required=True)
    given = parser.parse_args(arguments)

    def step() -> None:
        rows = read_table(given.train), read_table(given.validation)
        booster = fit(*rows, given.rounds, given.max_depth, given.tree_method)
        folder: Path = given.model or given.archive
        folder.mkdir(parents=True, exist_ok=True)
        if given.archive:
            (folder / "model.tar.gz").write_bytes(pack(booster))
        else:
            (folder / MEMBER).write_bytes(bytes(booster.save_raw(raw_format="ubj")))

    run(step)


if __name__ == "__main__":
    main()
