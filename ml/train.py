"""Trains the model that the Inference stack serves: `python -m ml.train` rewrites `model.tar.gz` and `expected.json`.

The same version of XGBoost as in the SageMaker image (3.0.5), one thread, a fixed seed and a tar without time stamps:
two trainings on one machine give the same bytes, so the CDK asset hash moves only when the model does.
"""

import argparse
import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy
import xgboost

from ml.data import DATA_FILE, read_data

HERE = Path(__file__).parent
MEMBER = "xgboost-model"
ROUNDS = 40
HELD_OUT_EVERY = 5
"""Every fifth row is kept back for the metric."""

PARAMETERS = {
    "objective": "binary:logistic",
    "eval_metric": "auc",
    "tree_method": "exact",
    "max_depth": 3,
    "eta": 0.2,
    "min_child_weight": 5,
    "nthread": 1,
    "seed": 7,
}


@dataclass(frozen=True)
class Trained:
    """A trained model with its area under the ROC curve (0.5 is guessing, 1.0 is perfect) on the rows kept back."""

    booster: xgboost.Booster
    auc: float


def to_matrix(rows: list[list[float]], targets: list[float] | None = None) -> xgboost.DMatrix:
    """Without feature names: the SageMaker container makes its matrix from CSV without names, and they must agree."""
    return xgboost.DMatrix(numpy.array(rows, dtype=numpy.float32), label=targets, nthread=1)


def train(data_file: Path = DATA_FILE) -> Trained:
    """Train on four fifths of the file and measure on the rest."""
    rows, targets = read_data(data_file)
    numbered = range(len(rows))
    learn = [i for i in numbered if i % HELD_OUT_EVERY]
    check = [i for i in numbered if i % HELD_OUT_EVERY == 0]
    history: dict[str, dict[str, list[float]]] = {}
    booster = xgboost.train(
        PARAMETERS,
        to_matrix([rows[i] for i in learn], [targets[i] for i in learn]),
        num_boost_round=ROUNDS,
        evals=[(to_matrix([rows[i] for i in check], [targets[i] for i in check]), "held_out")],
        evals_result=history,
        verbose_eval=False,
    )
    return Trained(booster, history["held_out"]["auc"][-1])


def predict(booster: xgboost.Booster, rows: list[list[float]]) -> list[float]:
    """Probability between 0 and 1, per row, that the lab is finished in time."""
    return [float(value) for value in booster.predict(to_matrix(rows))]


def pack(booster: xgboost.Booster) -> bytes:
    """The tar.gz that SageMaker unpacks: exactly one file at the root, nothing that depends on the machine or the time.

    In algorithm mode the container loads every file that it finds as one more model of an ensemble.
    """
    content = bytes(booster.save_raw(raw_format="ubj"))
    member = tarfile.TarInfo(MEMBER)
    member.size = len(content)
    archive = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=archive, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def load(artifact: Path) -> xgboost.Booster:
    """The model inside an artifact. Raises KeyError if the archive has no such member."""
    with tarfile.open(artifact) as tar:
        file = tar.extractfile(MEMBER)
        if file is None:
            raise KeyError(f"{artifact}: {MEMBER} is not a file")
        booster = xgboost.Booster()
        booster.load_model(bytearray(file.read()))
    return booster


def write_artifacts(folder: Path = HERE) -> float:
    """Write `model.tar.gz` and `expected.json` into the folder; returns the area under the ROC curve."""
    trained = train()
    rows = read_data()[0][1::400]
    expected = [
        {"row": row, "prediction": prediction}
        for row, prediction in zip(rows, predict(trained.booster, rows), strict=True)
    ]
    (folder / "model.tar.gz").write_bytes(pack(trained.booster))
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in expected)
    (folder / "expected.json").write_text(f"[\n{lines}\n]\n", encoding="ascii")
    return trained.auc


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=HERE, help="where to write model.tar.gz and expected.json")
    print(f"AUC on the rows kept back: {write_artifacts(parser.parse_args().folder):.4f}")
