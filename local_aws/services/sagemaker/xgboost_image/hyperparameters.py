"""Which hyperparameters the image takes, and in which words it refuses others: `hyperparameters.toml` as rules."""

import ast
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local_aws.services.sagemaker.xgboost_image.errors import UserError

RULES: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
METRICS = (*RULES["metrics"]["maximize"], *RULES["metrics"]["minimize"])
OBJECTIVE_METRIC = "_tuning_objective_metric"
NESTED = ("monotone_constraints", "interaction_constraints")
ONE_GROWER = {"grow_colmaker", "distcol", "grow_histmaker", "grow_local_histmaker"}


def validate(given: Mapping[str, str]) -> dict[str, Any]:
    """Hyperparameters as XGBoost takes them, from texts. Raises UserError at the first that the image refuses."""
    named = {RULES["aliases"].get(name, name): text for name, text in given.items()}
    if "num_round" not in named:
        raise UserError("Missing required hyperparameter: num_round")
    parsed = {name: _parse(name, text) for name, text in named.items()}
    for name, value in parsed.items():
        _check_range(name, value)
    _check_together(parsed)
    return parsed


def _parse(name: str, text: str) -> Any:
    try:
        if name in RULES["integer"]:
            return int(text)
        if name in RULES["real"]:
            return float(text)
        if name in NESTED:
            return ast.literal_eval(text)
    except (ValueError, SyntaxError) as error:
        raise UserError(f"Hyperparameter {name}: could not parse value") from error
    if name in RULES["list_of"] or name == "eval_metric":
        return text.split(",")
    if name in RULES["one_of"] or name == OBJECTIVE_METRIC:
        return text
    raise UserError(f"Extraneous hyperparameter found: {name}")


def _check_range(name: str, value: Any) -> None:
    interval = RULES["integer"].get(name) or RULES["real"].get(name)
    if interval:
        if not within(value, interval):
            raise UserError(f"Hyperparameter {name}: {value} is not in {interval}")
    elif name in RULES["one_of"]:
        _one_of(name, value, RULES["one_of"][name])
    elif name == OBJECTIVE_METRIC:
        _one_of(name, value, [f"validation:{metric}" for metric in METRICS])
    elif name == "eval_metric":
        for metric in value:
            _check_metric(metric)
    elif name in RULES["list_of"]:
        if not set(value) <= set(RULES["list_of"][name]):
            raise UserError(f"Hyperparameter {name}: value {value} not in range {RULES['list_of'][name]}")
    else:
        _check_nested(name, value)


def within(value: float, interval: str) -> bool:
    """Whether a number lies in an interval such as `(0, 1]`."""
    opened, low, high, closed = re.fullmatch(r"([\[(])(\S+), (\S+)([\])])", interval).groups()  # type: ignore[union-attr]
    below = value < float(low) or (opened == "(" and value == float(low))
    above = value > float(high) or (closed == ")" and value == float(high))
    return not (below or above or math.isnan(value))


def _one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise UserError(f"Hyperparameter {name}: {value} is not in {list(allowed)}")


def _check_metric(metric: str) -> None:
    name, at, threshold = metric.partition("@")
    if not at:
        if metric not in METRICS:
            raise UserError(f"Hyperparameter eval_metric: value {metric} not in range {list(METRICS)}")
        return
    allowed = RULES["metrics"]["with_threshold"]
    if name.strip() not in allowed:
        raise UserError(f"Metric '{metric}' is not supported. A metric with a threshold is one of {allowed}.")
    try:
        float(threshold)
    except ValueError as error:
        raise UserError(f"Threshold value 't' in '{name}@t' expects float input.") from error


def _check_nested(name: str, value: Any) -> None:
    try:
        if name == "monotone_constraints":
            fits = all(each in (-1, 0, 1) for each in value)
        else:
            fits = all(each >= 1 for group in value for each in group)
    except TypeError as error:
        raise UserError(f"Hyperparameter {name}: could not parse value") from error
    if not fits:
        raise UserError(f"Hyperparameter {name}: value {value} not in range")


def _check_together(parsed: Mapping[str, Any]) -> None:
    objective, metrics = str(parsed.get("objective", "")), parsed.get("eval_metric", ())
    if objective in ("multi:softmax", "multi:softprob") and "num_class" not in parsed:
        raise UserError("Require input for parameter 'num_class' for multi-classification")
    if "auc" in metrics and not objective.startswith(("binary:", "rank:")):
        raise UserError("Metric 'auc' can only be applied for classification and ranking problems.")
    if "aft-nloglik" in metrics and objective != "survival:aft":
        raise UserError("Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.")
    method = parsed.get("tree_method")
    if "monotone_constraints" in parsed and method not in ("exact", "hist"):
        raise UserError("monotone_constraints can be used only when tree_method is 'exact' or 'hist'.")
    if "interaction_constraints" in parsed and method not in ("exact", "hist", "approx"):
        raise UserError("interaction_constraints can be used only when tree_method is 'exact', 'hist' or 'approx'.")
    if "updater" in parsed:
        _check_updaters(parsed["updater"], parsed)


def _check_updaters(updaters: Sequence[str], parsed: Mapping[str, Any]) -> None:
    linear = {"shotgun", "coord_descent"}
    if parsed.get("booster") == "gblinear":
        if len(updaters) != 1 or updaters[0] not in linear:
            raise UserError("Linear updater should be one of these options: 'shotgun', 'coord_descent'.")
    elif parsed.get("process_type") == "update":
        if not set(updaters) <= {"refresh", "prune"}:
            raise UserError("process_type 'update' can only be used with updater 'refresh' and 'prune'")
    elif set(updaters) & linear:
        raise UserError("Tree updater should not be 'shotgun' or 'coord_descent'.")
    elif sum(each in ONE_GROWER for each in updaters) > 1:
        raise UserError("Only one tree grow plugin can be selected.")
