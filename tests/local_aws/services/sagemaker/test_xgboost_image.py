"""What the managed XGBoost image refuses: a row for each rule, written from the algorithm's own documentation.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local_aws.services.sagemaker.jobs.training import ROOT
from local_aws.services.sagemaker.xgboost_image import channels, hyperparameters
from local_aws.services.sagemaker.xgboost_image.errors import UserError
from local_aws.services.sagemaker.xgboost_image.hyperparameters import validate

GOOD: dict[str, tuple[str, ...]] = {
    "aft_loss_distribution": ("normal", "extreme"),
    "aft_loss_distribution_scale": ("0", "1.5"),
    "alpha": ("0", "1000"),
    "base_score": ("0", "0.5"),
    "booster": ("gbtree", "gblinear", "dart"),
    "colsample_bylevel": ("0.1", "1"),
    "colsample_bynode": ("0.1", "1"),
    "colsample_bytree": ("0.1", "1"),
    "csv_weights": ("0", "1"),
    "deterministic_histogram": ("true", "false"),
    "dsplit": ("row", "col"),
    "early_stopping_rounds": ("1", "50"),
    "eta": ("0", "1"),
    "eval_metric": ("rmse", "logloss,error", "error@0.3"),
    "gamma": ("0", "5"),
    "grow_policy": ("depthwise", "lossguide"),
    "lambda": ("0", "1000"),
    "lambda_bias": ("0", "1"),
    "learning_rate": ("0.3",),
    "max_bin": ("0", "256"),
    "max_delta_step": ("0", "10"),
    "max_depth": ("0", "10"),
    "max_leaves": ("0", "8"),
    "min_child_weight": ("0", "120"),
    "min_split_loss": ("0",),
    "normalize_type": ("tree", "forest"),
    "nthread": ("1", "8"),
    "num_class": ("2", "9"),
    "num_parallel_tree": ("1", "4"),
    "num_round": ("1", "4000"),
    "objective": ("binary:logistic", "reg:squarederror", "count:poisson"),
    "one_drop": ("0", "1"),
    "predictor": ("cpu_predictor", "auto"),
    "prob_buffer_row": ("2",),
    "process_type": ("default", "update"),
    "rate_drop": ("0", "1"),
    "refresh_leaf": ("0", "1"),
    "reg_alpha": ("0",),
    "reg_lambda": ("1",),
    "sample_type": ("uniform", "weighted"),
    "sampling_method": ("uniform", "gradient_based"),
    "save_model_on_termination": ("true", "false"),
    "scale_pos_weight": ("0.1", "9"),
    "seed": ("0", "-7", "2147483646"),
    "sketch_eps": ("0.03",),
    "skip_drop": ("0", "1"),
    "subsample": ("0.5", "1"),
    "tree_method": ("auto", "exact", "approx", "hist"),
    "tweedie_variance_power": ("1.5",),
    "updater": ("grow_colmaker,prune", "refresh"),
    "verbosity": ("0", "3"),
    "_kfold": ("2",),
    "_num_cv_round": ("1",),
    "_tuning_objective_metric": ("validation:auc", "validation:rmse"),
}
BAD: dict[str, tuple[str, ...]] = {
    "aft_loss_distribution": ("gumbel",),
    "aft_loss_distribution_scale": ("-1",),
    "alpha": ("-0.1",),
    "base_score": ("-0.5",),
    "booster": ("tree",),
    "colsample_bylevel": ("0", "1.1"),
    "colsample_bynode": ("0", "1.1"),
    "colsample_bytree": ("0", "1.1"),
    "csv_weights": ("-1", "2"),
    "deterministic_histogram": ("True",),
    "dsplit": ("rows",),
    "early_stopping_rounds": ("0", "soon"),
    "eta": ("-0.1", "1.1", "fast", "nan"),
    "eval_metric": ("roc", "auc@0.3", "error@half"),
    "gamma": ("-1",),
    "grow_policy": ("depth",),
    "lambda": ("-1",),
    "lambda_bias": ("1.5",),
    "learning_rate": ("2",),
    "max_bin": ("-1",),
    "max_delta_step": ("-1",),
    "max_depth": ("-1", "3.5"),
    "max_leaves": ("-1",),
    "min_child_weight": ("-1",),
    "min_split_loss": ("-1",),
    "normalize_type": ("wood",),
    "nthread": ("0",),
    "num_class": ("1",),
    "num_parallel_tree": ("0",),
    "num_round": ("0", "-1", "1.5", "ten", ""),
    "objective": ("binary:auc", "classification"),
    "one_drop": ("2",),
    "predictor": ("gpu",),
    "prob_buffer_row": ("1",),
    "process_type": ("refresh",),
    "rate_drop": ("1.1",),
    "refresh_leaf": ("2",),
    "reg_alpha": ("-1",),
    "reg_lambda": ("-1",),
    "sample_type": ("even",),
    "sampling_method": ("random",),
    "save_model_on_termination": ("yes",),
    "scale_pos_weight": ("0",),
    "seed": ("2147483648", "-2147483648"),
    "sketch_eps": ("0", "1"),
    "skip_drop": ("-0.1",),
    "subsample": ("0", "1.01"),
    "tree_method": ("fast",),
    "tweedie_variance_power": ("1", "2"),
    "updater": ("grow_tree", "grow_colmaker,distcol", "shotgun"),
    "verbosity": ("4",),
    "_kfold": ("1",),
    "_num_cv_round": ("0",),
    "_tuning_objective_metric": ("train:auc", "auc"),
    "n_estimators": ("5",),
    "silent": ("0",),
}


def with_round(name: str, value: str) -> dict[str, str]:
    return {"num_round": "5", name: value}


def test_there_is_a_row_for_every_hyperparameter() -> None:
    rules = hyperparameters.RULES
    names = {*rules["integer"], *rules["real"], *rules["one_of"], *rules["list_of"], *rules["aliases"]}
    assert set(GOOD) == names | {"eval_metric", "_tuning_objective_metric"}
    assert set(GOOD) <= set(BAD)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_value_inside_its_range_is_taken(name: str, value: str) -> None:
    assert validate(with_round(name, value))


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_value_outside_its_range_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UserError) as refused:
        validate(with_round(name, value))
    alias = hyperparameters.RULES["aliases"].get(name, name)
    said = str(refused.value)
    assert alias in said or "Metric" in said or "Threshold" in said or "ree" in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Missing required hyperparameter: num_round"),
        ({"objective": "multi:softmax"}, "num_class"),
        ({"objective": "multi:softprob"}, "num_class"),
        ({"objective": "reg:squarederror", "eval_metric": "auc"}, "'auc' can only be applied"),
        ({"eval_metric": "auc"}, "'auc' can only be applied"),
        ({"objective": "binary:logistic", "eval_metric": "aft-nloglik"}, "survival:aft"),
        ({"monotone_constraints": "(1,0)"}, "monotone_constraints"),
        ({"monotone_constraints": "(2,0)", "tree_method": "hist"}, "not in range"),
        ({"interaction_constraints": "[[1,2]]"}, "interaction_constraints"),
        ({"interaction_constraints": "[[0,2]]", "tree_method": "hist"}, "not in range"),
        ({"booster": "gblinear", "updater": "prune"}, "Linear updater"),
        ({"process_type": "update", "updater": "grow_colmaker"}, "process_type 'update'"),
    ],
)
def test_hyperparameters_that_do_not_go_together_are_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(UserError, match=says):
        validate({**({"num_round": "5"} if given else {}), **given})


CSV = {"ContentType": "text/csv", "TrainingInputMode": "File", "S3DistributionType": "FullyReplicated"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Missing required channel: train"),
        ({"validation": CSV}, "Missing required channel: train"),
        ({"train": CSV, "test": CSV}, "Extraneous channel found: test"),
        ({"train": {**CSV, "ContentType": "application/json"}}, "'train' channel is not supported"),
        ({"train": CSV, "validation": {**CSV, "ContentType": "text/plain"}}, "'validation' channel is not supported"),
        ({"train": {**CSV, "ContentType": "text/csv;label_size=2"}}, "label_size must be equal to 1"),
        ({"train": CSV, "code": CSV}, "'code' channel is not supported"),
    ],
)
def test_channels_that_the_image_does_not_take_are_refused(given: Any, says: str) -> None:
    with pytest.raises(UserError, match=says):
        channels.validate(given)


def test_a_channel_without_content_type_is_libsvm() -> None:
    assert channels.validate({"train": {}}) == "libsvm"
    assert channels.validate({"train": {"ContentType": "text/csv; label_size=1"}}) == "csv"


def run(folder: Path, parameters: dict[str, str], content: str = "text/csv", **parts: str) -> tuple[int, str]:
    """Exit code, and what the image says: the failure, or its log."""
    for name in ("config", "model", "output", *parts):
        (folder / name).mkdir()
    for name, text in parts.items():
        (folder / name / "rows.csv").write_text(text)
    (folder / "config" / "hyperparameters.json").write_text(json.dumps(parameters))
    config = {name: {"ContentType": content} for name in parts}
    (folder / "config" / "inputdataconfig.json").write_text(json.dumps(config))
    places = {f"SM_CHANNEL_{name.upper()}": str(folder / name) for name in parts}
    places |= {"SM_INPUT_CONFIG_DIR": str(folder / "config"), "SM_MODEL_DIR": str(folder / "model"),
               "SM_OUTPUT_DIR": str(folder / "output"), "PYTHONPATH": str(ROOT)}  # fmt: skip
    command = [sys.executable, "-m", "local_aws.services.sagemaker.xgboost_image.train"]
    done = subprocess.run(  # noqa: S603
        command, env={"PATH": os.environ["PATH"], **places}, capture_output=True, text=True, check=False
    )
    failure = folder / "output" / "failure"
    return done.returncode, failure.read_text() if failure.exists() else done.stdout


ROWS = "1,0.9,0.1\n0,0.1,0.9\n" * 20
LOGISTIC = {"num_round": "2", "objective": "binary:logistic", "eval_metric": "auc"}


@pytest.mark.parametrize(
    ("parameters", "content", "parts", "says"),
    [
        (LOGISTIC, "text/csv", {"train": ""}, "No data in training channel path"),
        (LOGISTIC, "text/csv", {"train": ROWS, "validation": ""}, "No data in validation channel path"),
        (LOGISTIC, "text/csv", {"train": "1\n0\n" * 20}, "Could not determine delimiter|is not found in the line"),
        (LOGISTIC, "text/csv", {"train": ROWS.replace("1,", "3,")}, "UserError.*base_score must be in"),
        (LOGISTIC, "text/libsvm", {"train": ROWS}, "is not 'LIBSVM' format"),
        ({**LOGISTIC, "num_round": "-1"}, "text/csv", {"train": ROWS}, "num_round: -1 is not in"),
        (
            {**LOGISTIC, "eval_metric": "f1"},
            "text/csv",
            {"train": ROWS},
            "AlgorithmError: The local image does not do f1",
        ),
    ],
)
def test_what_the_image_refuses_fails_with_the_reason(
    tmp_path: Path, parameters: dict[str, str], content: str, parts: dict[str, str], says: str
) -> None:
    code, said = run(tmp_path, parameters, content, **parts)
    assert code == 1
    assert said.startswith("framework error:")
    assert re.search(says, said, re.DOTALL), said


def test_a_header_is_one_more_row_as_in_the_image(tmp_path: Path) -> None:
    """XGBoost 3.0.5 reads the line as label 0 with every feature missing: no error, and a worse model."""
    code, said = run(tmp_path, {**LOGISTIC, "eval_metric": "logloss"}, train="label,a,b\n" + ROWS)
    assert code == 0, said
    assert "train-logloss" in said


def test_the_metric_of_a_tuning_job_is_watched_and_stops_it_early(tmp_path: Path) -> None:
    parameters = {"num_round": "40", "objective": "binary:logistic", "early_stopping_rounds": "2",
                  "_tuning_objective_metric": "validation:auc"}  # fmt: skip
    code, said = run(tmp_path, parameters, train=ROWS, validation=ROWS)
    assert code == 0, said
    assert "validation-auc" in said
    assert "[39]" not in said
