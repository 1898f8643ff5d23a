"""The model of a `model.tar.gz`, as the serving container would load it, and how well it ranks."""

import tarfile
from pathlib import Path

import numpy
import xgboost
from scipy.stats import mannwhitneyu

from ml.data import COLUMNS
from ml.steps.job import DataRefusedError
from ml.steps.tables import Matrix
from ml.train import MEMBER, load


def read_model(folder: Path) -> xgboost.Booster:
    """The booster in the folder's `model.tar.gz`.

    Raises:
        DataRefusedError: the container would load something else: another member, or a model of other columns.
    """
    archive = folder / "model.tar.gz"
    try:
        with tarfile.open(archive) as opened:
            members = opened.getnames()
        booster = load(archive) if members == [MEMBER] else None
    except (OSError, tarfile.TarError, xgboost.core.XGBoostError) as error:
        raise DataRefusedError(f"{archive.name} cannot be read: {error}") from error
    if booster is None:
        raise DataRefusedError(
            f"{archive.name} holds {members}; the container loads every file as a model, so: {MEMBER}"
        )
    if booster.num_features() != len(COLUMNS):
        raise DataRefusedError(f"{archive.name} takes {booster.num_features()} features, expected {len(COLUMNS)}")
    return booster


def predict(booster: xgboost.Booster, features: Matrix) -> Matrix:
    """Probability between 0 and 1, per row, that the lab is finished in time; features without the label."""
    return numpy.asarray(booster.predict(xgboost.DMatrix(features, nthread=1)), dtype=numpy.float64)


def area_under_curve(labels: Matrix, scores: Matrix) -> float:
    """Area under the ROC curve: how often a row with 1 scores above one with 0, ties counted half.

    Raises:
        DataRefusedError: all labels are the same, so that there is nothing to compare.
    """
    positive, negative = scores[labels == 1], scores[labels == 0]
    if not len(positive) or not len(negative):
        raise DataRefusedError("all rows have the same label, so no curve can be drawn; is the first column the label?")
    return float(mannwhitneyu(positive, negative).statistic / (len(positive) * len(negative)))


def standard_error(auc: float, positives: int, negatives: int) -> float:
    """Of an area under the curve, by Hanley and McNeil (Radiology 143, 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)
    return float((spread / (positives * negatives)) ** 0.5)
