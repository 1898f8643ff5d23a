"""`python -m local_aws.services.sagemaker.xgboost_image.train`: trains as the image does in algorithm mode.

It reads the folders that the variables SM_* name, writes the model and, if it fails, `failure`; a header line is one
more row to it, as to the image: XGBoost's own reader takes a cell that is no number as missing and such a label as 0.
"""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local_aws.services.sagemaker.xgboost_image import channels, hyperparameters
from local_aws.services.sagemaker.xgboost_image.errors import AlgorithmError, UserError

MODEL = "xgboost-model"
USERS_FAULT = (
    "label must be in [0,1] for logistic regression",
    "label must be in [0, num_class)",
    "feature_names mismatch",
    "Check failed: preds.size() == info.labels_.size()",
    "Check failed: !auc_error AUC: the dataset only contains pos or neg samples",
    "base_score must be in (0,1)",
    "PoissonRegression: label must be nonnegative",
    "TweedieRegression: label must be nonnegative",
)


def main() -> int:
    """Train; the exit code is 1 if that fails, and `failure` says why."""
    output = Path(os.environ["SM_OUTPUT_DIR"])
    try:
        _train(Path(os.environ["SM_INPUT_CONFIG_DIR"]))
    except (UserError, AlgorithmError) as error:
        told = f"framework error: \nsagemaker_algorithm_toolkit.exceptions.{type(error).__name__}: {error}"
        (output / "failure").write_text(told, encoding="utf-8")
        sys.stderr.write(f"{told}\n")
        return 1
    return 0


def _train(config: Path) -> None:
    parameters = hyperparameters.validate(json.loads((config / "hyperparameters.json").read_text(encoding="utf-8")))
    given = json.loads((config / "inputdataconfig.json").read_text(encoding="utf-8"))
    kind = channels.validate(given)
    _refuse_undone(parameters)
    weights = parameters.pop("csv_weights", 0)
    folders = {name: Path(os.environ[f"SM_CHANNEL_{name.upper()}"]) for name in channels.DATA if name in given}
    alone = len(json.loads(os.environ.get("SM_HOSTS", '[""]'))) == 1
    for name, title in (("train", "training"), ("validation", "validation")):
        if alone and name in folders and channels.size(folders[name]) == 0:
            raise UserError(f"No data in {title} channel path {folders[name]}")
    hosts, current = json.loads(os.environ.get("LOCAL_HOSTS_WITH_DATA", '[""]')), os.environ.get("SM_CURRENT_HOST", "")
    if current not in hosts:
        print(f"Host {current} does not have training data, and will not be used in distributed training.")
        return
    with _together(hosts, current) if len(hosts) > 1 else contextlib.nullcontext():
        matrices = [(_matrix(folder, kind, weights), name) for name, folder in folders.items()]
        model = _boost(parameters, matrices)
    if current == hosts[0]:
        Path(os.environ["SM_MODEL_DIR"], MODEL).write_bytes(model)


@contextlib.contextmanager
def _together(hosts: list[str], current: str) -> Iterator[None]:
    """Training with the other hosts by XGBoost's own tracker; on AWS they have addresses, here each has a process."""
    from xgboost import collective
    from xgboost.tracker import RabitTracker

    port, tracker = int(os.environ["LOCAL_TRACKER_PORT"]), None
    if current == hosts[0]:
        tracker = RabitTracker(n_workers=len(hosts), host_ip="127.0.0.1", port=port)
        tracker.start()
    place: dict[str, Any] = {
        "dmlc_tracker_uri": "127.0.0.1",
        "dmlc_tracker_port": port,
        "dmlc_task_id": current,
        "dmlc_retry": 60,
    }
    with collective.CommunicatorContext(**place):
        yield
    if tracker:
        tracker.wait_for()


def _refuse_undone(parameters: dict[str, Any]) -> None:
    own = hyperparameters.RULES["metrics"]["own"]
    wanted = {*parameters.get("eval_metric", ()), parameters.get("_tuning_objective_metric", ":").partition(":")[2]}
    undone = sorted({"_kfold", "_num_cv_round", "save_model_on_termination"} & parameters.keys()) + sorted(
        wanted & set(own)
    )
    if undone or parameters.get("tree_method") == "gpu_hist":
        raise AlgorithmError(f"The local image does not do {', '.join(undone) or 'gpu_hist'}")


def _matrix(folder: Path, kind: str, weights: int) -> Any:
    import xgboost

    query = "format=libsvm"
    if kind == "csv":
        query = f"format=csv&label_column=0&delimiter={channels.delimiter(folder)}"
        query += "&weight_column=1" if weights else ""
    else:
        channels.check_libsvm(folder)
    with tempfile.TemporaryDirectory() as flat:  # XGBoost reads one folder and none below it
        for number, path in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
            shutil.copy(path, Path(flat, f"{number}-{path.name}"))
        try:
            matrix = xgboost.DMatrix(f"{flat}?{query}")
        except xgboost.core.XGBoostError as error:
            raise UserError(f"Failed to load {kind} data with exception:\n{_first_line(error)}") from error
    if matrix.get_label().size == 0:
        raise UserError("Got input data without labels. Please check the input data set.")
    return matrix


def _boost(parameters: dict[str, Any], matrices: list[tuple[Any, str]]) -> bytes:
    import xgboost

    rounds = parameters.pop("num_round")
    tuned = parameters.pop("_tuning_objective_metric", "").partition(":")[2]
    asked = parameters.pop("eval_metric", [])
    stopping = [each for each in (tuned, *reversed(asked)) if each]
    patience = parameters.pop("early_stopping_rounds", None)
    callbacks: list[Any] = [xgboost.callback.EvaluationMonitor()]
    if patience and stopping and len(matrices) > 1:
        callbacks.append(
            xgboost.callback.EarlyStopping(
                rounds=patience,
                data_name="validation",
                metric_name=stopping[0],
                maximize=stopping[0] in hyperparameters.RULES["metrics"]["maximize"],
                save_best=True,
            )
        )
    if "updater" in parameters:
        parameters["updater"] = ",".join(parameters["updater"])
    metrics = sorted({*asked, tuned} - {""}) if tuned else asked
    try:
        booster = xgboost.train(
            {**parameters, **({"eval_metric": metrics} if metrics else {})},
            matrices[0][0],
            num_boost_round=rounds,
            evals=matrices,
            callbacks=callbacks,
            verbose_eval=False,
        )
    except xgboost.core.XGBoostError as error:
        kind = UserError if any(each in str(error) for each in USERS_FAULT) else AlgorithmError
        raise kind(f"XGB train call failed with exception:\n {_first_line(error)}") from error
    return bytes(booster.save_raw("ubj"))


def _first_line(error: Exception) -> str:
    return str(error).partition("\nStack trace")[0]


if __name__ == "__main__":
    sys.exit(main())
