"""The scripts of the jobs, from the raw rows to a drift report, each with an oracle that shares no code with it."""

import ast
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xgboost

from ml import data
from ml import train as committed
from ml.cohorts import lab_files
from ml.steps import baseline, drift, evaluate, prepare, score, train
from ml.steps.job import DataRefusedError
from tests.ml.lab import capture, captured, features, numbers, write_lab

ROOT = Path(data.__file__).parents[1]
EXACT = ["--rounds", "40", "--max-depth", "3", "--tree-method", "exact"]
MINIMUM_AUC = 0.84
"""The default of the pipeline's parameter."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lab(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def prepared(lab: Path) -> Path:
    prepare.main(["--raw", str(lab / "raw/attendees"), "--output", str(lab / "prepared")])
    return lab / "prepared"


@pytest.fixture(scope="module")
def trained(lab: Path, prepared: Path) -> Path:
    train.main([*_folders(prepared, "train", "validation"), "--archive", str(lab / "model"), *EXACT])
    return lab / "model"


def _folders(root: Path, *names: str) -> list[str]:
    return [word for name in names for word in (f"--{name}", str(root / name))]


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="ascii"))


def test_history_is_the_committed_data_with_an_id_and_a_time(lab: Path) -> None:
    rows, targets = data.read_data()
    file = lab / "raw/attendees/history.csv"
    assert features(file) == rows
    lines = [line.split(",") for line in file.read_text().splitlines()[1:]]
    assert [float(line[-1]) for line in lines] == targets
    assert len({line[0] for line in lines}) == 2_000
    assert [line[1] for line in lines] == sorted(line[1] for line in lines)
    assert (lines[0][1], lines[-1][1]) == ("2025-11-01T03:00:00Z", "2026-10-10T03:39:00Z")


def test_files_are_the_same_each_time_and_of_the_sizes_that_the_labs_name() -> None:
    files = lab_files()
    assert files == lab_files()
    sizes = {key.rpartition("/")[2]: content.count("\n") - 1 for key, content in files.items()}
    assert sizes == {
        "history.csv": 2_000,
        "late-entries.csv": 40,
        "unlabelled.csv": 300,
        "usual.csv": 240,
        "slow-network.csv": 240,
    }
    assert data.TARGET not in files["raw/unlabelled/unlabelled.csv"]


def test_slow_cohort_starts_six_minutes_later_and_the_usual_one_does_not(lab: Path) -> None:
    setup = data.COLUMNS.index("setup_minutes")
    history = statistics.mean(row[setup] for row in data.read_data()[0])
    usual = statistics.mean(row[setup] for row in features(lab / "cohorts/usual/usual.csv"))
    slow = statistics.mean(row[setup] for row in features(lab / "cohorts/slow-network/slow-network.csv"))
    assert abs(usual - history) < 1
    assert 5 < slow - history < 7


def test_prepare_keeps_the_good_rows_and_counts_the_others(prepared: Path) -> None:
    dropped = {"no_result": 10, "impossible_value": 10, "missing_value": 10, "repeated": 10}
    assert _json(prepared / "quality/quality.json") == {"kept": 2_000, "dropped": dropped}


def test_parts_are_the_documented_split_with_the_label_first(prepared: Path) -> None:
    rows, targets = data.read_data()
    joined = [[target, *row] for row, target in zip(rows, targets, strict=True)]
    assert numbers(prepared / "test") == joined[0::5]
    assert numbers(prepared / "validation") == joined[1::5]
    rest = [row for number, row in enumerate(joined) if number % 5 > 1]
    assert sorted(numbers(prepared / "train")) == sorted(rest)
    assert {len(numbers_of) for numbers_of in _files(prepared / "train")} == {600}


def _files(folder: Path) -> list[list[str]]:
    return [file.read_text().splitlines() for file in sorted(folder.glob("*.csv"))]


def test_later_entry_of_an_attendee_wins(tmp_path: Path) -> None:
    row = {"attendee_id": "a", **dict.fromkeys(data.COLUMNS, "1"), "setup_minutes": "9", data.TARGET: "1"}
    early, late = {**row, "event_time": "2026-01-01T00:00:00Z"}, {**row, "event_time": "2026-02-01T00:00:00Z"}
    for order in ([early, late], [late, early]):
        found = prepare.clean(iter(order))
        assert (found.rows, found.dropped) == ([late], {"repeated": 1})


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("another header", lambda text: text.replace("cloud_months", "cloud_years", 1), "history.csv: the header is"),
        ("a cell too many", lambda text: text.replace("\n", ",1\n").replace(",1\n", "\n", 1), "line 2: 10 cells"),
        ("no header", lambda text: text.partition("\n")[2], "the header is h0000"),
        (
            "mostly impossible",
            lambda text: re.sub(r",0\.5,", ",99,", re.sub(r",[12]\.\d,", ",99,", text)),
            "rows are unusable",
        ),
        ("hardly a row", lambda text: "".join(text.splitlines(keepends=True)[:4]), "too few to split"),
    ],
)
def test_prepare_refuses(name: str, change: Callable[[str], str], said: str, tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text(change(lab_files()["raw/attendees/history.csv"]), encoding="ascii")
    with pytest.raises(DataRefusedError, match=re.escape(said)):
        prepare.prepare(tmp_path, tmp_path / "out")


def test_a_job_without_files_says_so_where_sagemaker_reads_it(tmp_path: Path) -> None:
    """As the container runs it: a module, arguments, a message file and an exit status."""
    (tmp_path / "raw").mkdir()
    message = tmp_path / "output/message"
    command = [
        sys.executable,
        "-m",
        "ml.steps.prepare",
        "--raw",
        str(tmp_path / "raw"),
        "--output",
        str(tmp_path / "o"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MESSAGE_FILE": str(message)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert message.read_text() == "raw: there is no .csv file in it"


def test_statistics_are_those_of_the_training_rows(prepared: Path, tmp_path: Path) -> None:
    baseline.main([*_folders(prepared, "train"), "--output", str(tmp_path)])
    columns = list(zip(*numbers(prepared / "train"), strict=True))[1:]
    found = _json(tmp_path / "statistics.json")
    assert found["dataset"]["item_count"] == 1_200
    assert [each["name"] for each in found["features"]] == list(data.COLUMNS)
    for each, column in zip(found["features"], columns, strict=True):
        said = each["numerical_statistics"]
        assert said["common"] == {"num_present": 1_200, "num_missing": 0}
        assert said["mean"] == pytest.approx(statistics.fmean(column))
        assert said["std_dev"] == pytest.approx(statistics.pstdev(column))
        assert (said["min"], said["max"]) == (min(column), max(column))
    limits = _json(tmp_path / "constraints.json")["features"]
    assert [each["name"] for each in limits if each["completeness"] < 1] == []
    assert [each["name"] for each in limits if not each["num_constraints"]["is_non_negative"]] == []


def test_gaps_are_counted_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/train.csv").write_text("1,,2,0,9,50,1\n0,4,,0,9,50,1\n", encoding="ascii")
    baseline.main(["--train", str(tmp_path / "t"), "--output", str(tmp_path)])
    years, *_ = _json(tmp_path / "statistics.json")["features"]
    assert years["numerical_statistics"]["common"] == {"num_present": 1, "num_missing": 1}
    assert years["numerical_statistics"]["mean"] == 4.0


def test_own_script_trains_what_xgboost_trains(trained: Path, prepared: Path) -> None:
    rows = numbers(prepared / "train")
    by_hand = xgboost.train(
        committed.PARAMETERS, committed.to_matrix([row[1:] for row in rows], [row[0] for row in rows]), 40
    )
    test = [row[1:] for row in numbers(prepared / "test")]
    own = committed.load(trained / "model.tar.gz")
    assert committed.predict(own, test) == pytest.approx(committed.predict(by_hand, test), abs=1e-6)


def test_training_job_gets_the_bare_model_and_metrics_that_sagemaker_finds(
    trained: Path, prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main([*_folders(prepared, "train", "validation"), "--model", str(tmp_path), *EXACT])
    assert [file.name for file in tmp_path.iterdir()] == ["xgboost-model"]
    with tarfile.open(trained / "model.tar.gz") as archive:
        member = archive.extractfile("xgboost-model")
        assert member is not None
        assert member.read() == (tmp_path / "xgboost-model").read_bytes()
    # The expression is that of the image's own metric validation:auc.
    found = re.findall(r".*\[[0-9]+\].*#011validation-auc:(\S+)", capsys.readouterr().out)
    assert len(found) == 40
    assert 0.85 < float(found[-1]) < 0.90


def _pairs_won(labels: Sequence[float], scores: Sequence[float]) -> float:
    pairs = [
        (a, b) for a, x in zip(scores, labels, strict=True) if x for b, y in zip(scores, labels, strict=True) if not y
    ]
    return sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)


def test_area_under_the_curve_is_the_share_of_pairs_in_order(trained: Path, prepared: Path, tmp_path: Path) -> None:
    evaluate.main(["--model", str(trained), "--test", str(prepared / "test"), "--output", str(tmp_path)])
    found = _json(tmp_path / "evaluation.json")
    rows = numbers(prepared / "test")
    scores = committed.predict(committed.load(trained / "model.tar.gz"), [row[1:] for row in rows])
    labels = [row[0] for row in rows]
    auc = found["binary_classification_metrics"]["auc"]
    assert auc["value"] == pytest.approx(_pairs_won(labels, scores), abs=1e-9)
    assert auc["standard_deviation"] == pytest.approx(0.02, abs=0.002)
    assert found["dataset"]["item_count"] == 400
    right = sum((answer >= 0.5) == bool(label) for answer, label in zip(scores, labels, strict=True)) / 400
    assert found["binary_classification_metrics"]["accuracy"]["value"] == right


def test_minimum_lets_the_default_through_and_stops_a_model_of_one_round(
    trained: Path, prepared: Path, tmp_path: Path
) -> None:
    weak = ["--rounds", "1", "--max-depth", "3", "--tree-method", "exact"]
    train.main([*_folders(prepared, "train", "validation"), "--archive", str(tmp_path), *weak])
    good, bad = (
        evaluate.evaluate(model, prepared / "test")["binary_classification_metrics"]["auc"]["value"]
        for model in (trained, tmp_path)
    )
    assert bad < MINIMUM_AUC < good


def test_evaluate_refuses_an_archive_with_a_second_file(trained: Path, prepared: Path, tmp_path: Path) -> None:
    with tarfile.open(trained / "model.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "README").write_text("not a model")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        for name in ("xgboost-model", "README"):
            archive.add(tmp_path / name, name)
    with pytest.raises(DataRefusedError, match="README"):
        evaluate.evaluate(tmp_path, prepared / "test")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("label,a,b,c,d,e,f", "no header"),
        ("1,2,3", "test.csv, line 1: 3 columns"),
        ("", "no row in it"),
        ("1,2,3,0,9,50,1", "all rows have the same label"),
    ],
)
def test_evaluate_says_what_is_wrong_with_its_rows(line: str, said: str, trained: Path, tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text(line, encoding="ascii")
    with pytest.raises(DataRefusedError, match=said):
        evaluate.evaluate(trained, tmp_path)


def test_batch_scores_are_the_models_answers(trained: Path, prepared: Path, tmp_path: Path) -> None:
    rows = [row[1:] for row in numbers(prepared / "test")]
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows/test.csv").write_text("\n".join(",".join(map(repr, row)) for row in rows), encoding="ascii")
    score.main(["--model", str(trained), *_folders(tmp_path, "rows"), "--output", str(tmp_path)])
    answers = [float(line) for line in (tmp_path / "test.csv.out").read_text().splitlines()]
    model = committed.load(trained / "model.tar.gz")
    assert answers == pytest.approx(committed.predict(model, rows), abs=1e-6)


def test_batch_refuses_rows_with_a_label(trained: Path, prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(DataRefusedError, match=r"test-0.csv: 7 columns"):
        score.score(trained, prepared / "test", tmp_path)


def _drift(prepared: Path, folder: Path, window: int = 240) -> Any:
    given = ["--reference", str(prepared / "train"), "--captured", str(folder), "--output", str(folder / "out")]
    drift.main([*given, "--window", str(window)])
    return _json(folder / "out/drift.json")


@pytest.mark.parametrize(("cohort", "drifted"), [("usual", []), ("slow-network", ["setup_minutes", "halfway_percent"])])
def test_drift_speaks_for_the_slow_cohort_only(
    cohort: str, drifted: list[str], lab: Path, prepared: Path, tmp_path: Path
) -> None:
    capture(tmp_path, features(lab / f"cohorts/{cohort}/{cohort}.csv"))
    found = _drift(prepared, tmp_path)
    assert (found["rows"], found["compared"], found["drifted"]) == (240, True, drifted)
    violations = _json(tmp_path / "out/constraint_violations.json")["violations"]
    assert [each["feature_name"] for each in violations] == drifted


def test_only_the_newest_calls_are_compared(lab: Path, prepared: Path, tmp_path: Path) -> None:
    capture(tmp_path, features(lab / "cohorts/slow-network/slow-network.csv"), day=1)
    capture(tmp_path, features(lab / "cohorts/usual/usual.csv"), day=2)
    assert _drift(prepared, tmp_path)["drifted"] == []
    assert _drift(prepared, tmp_path, window=480)["rows"] == 480


def test_a_changed_spread_is_drift_though_the_middle_stays(prepared: Path, tmp_path: Path) -> None:
    setup = data.COLUMNS.index("setup_minutes")
    rows = [row[1:] for row in numbers(prepared / "train")][:240]
    middle = statistics.median(row[setup] for row in rows)
    for row in rows:
        row[setup] = middle + 0.4 * (row[setup] - middle)
    capture(tmp_path, rows)
    assert _drift(prepared, tmp_path)["drifted"] == ["setup_minutes"]


def test_too_few_calls_are_no_drift_and_say_so(lab: Path, prepared: Path, tmp_path: Path) -> None:
    capture(tmp_path, features(lab / "cohorts/slow-network/slow-network.csv")[:29])
    found = _drift(prepared, tmp_path)
    assert (found["rows"], found["compared"], found["drifted"]) == (29, False, [])


def test_captured_rows_may_be_encoded_and_several_in_a_call(tmp_path: Path) -> None:
    text = "1,2,0,9,50,1\n3,4,1,8,60,2"
    encoded = captured(base64.b64encode(text.encode()).decode(), "2026-11-01T03:00:00Z", "BASE64")
    (tmp_path / "x.jsonl").write_text(encoded, encoding="ascii")
    assert drift.captured_rows(tmp_path, 240).tolist() == [[1, 2, 0, 9, 50, 1], [3, 4, 1, 8, 60, 2]]


@pytest.mark.parametrize("line", ["{}", "no JSON", captured("1,2", "2026-11-01T03:00:00Z")])
def test_foreign_lines_are_refused_with_their_place(line: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(line, encoding="ascii")
    with pytest.raises(DataRefusedError, match=r"x.jsonl, line 1 is no captured CSV request"):
        drift.captured_rows(tmp_path, 240)


def test_steps_need_only_what_the_image_has() -> None:
    """Python 3.10, numpy, scipy and xgboost: https://github.com/aws/sagemaker-xgboost-container, tag v3.0-5."""
    allowed = {*sys.stdlib_module_names, "numpy", "scipy", "xgboost", "ml"}
    for file in Path(data.__file__).parent.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))
        imported = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported <= allowed, file
