"""Metrics of a training job: what regular expressions find in its log."""

import re
from collections.abc import Iterable, Mapping

XGBOOST = tuple(
    {"Name": f"{part}:{name}", "Regex": rf".*\[[0-9]+\].*#011{part}-{name}:(\S+)"}
    for part in ("train", "validation")
    for name in (
        "aft-nloglik", "auc", "aucpr", "cox-nloglik", "error", "gamma-deviance", "gamma-nloglik",
        "interval-regression-accuracy", "logloss", "mae", "map", "mape", "merror", "mlogloss", "mphe", "ndcg",
        "poisson-nloglik", "rmse", "rmsle", "tweedie-nloglik",
    )
)  # fmt: skip
"""Definitions that come with the algorithm: docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html"""


def final(log: str, definitions: Iterable[Mapping[str, str]]) -> dict[str, float]:
    """The last value of each metric.

    CloudWatch shows a tab as `#011`, which is what the algorithm's own definitions look for. A value that is not a
    number is passed over.
    """
    found: dict[str, float] = {}
    lines = [line.replace("\t", "#011") for line in log.splitlines()]
    for definition in definitions:
        pattern = re.compile(definition["Regex"])
        for line in lines:
            match = pattern.search(line) or pattern.search(line.replace("#011", "\t"))
            if match:
                number = _number(match[1].partition("#011")[0])
                found |= {definition["Name"]: number} if number is not None else {}
    return found


def _number(text: str) -> float | None:
    try:
        return float(text.rstrip(",;"))
    except ValueError:
        return None
