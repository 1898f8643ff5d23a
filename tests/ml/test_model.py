"""The committed data, training script and artifact belong together."""

import gzip
import json
import tarfile
from io import BytesIO
from pathlib import Path
from typing import TypedDict

import pytest
import xgboost

from ml import data, train

MODEL_FOLDER = Path(train.__file__).parent
ARTIFACT = MODEL_FOLDER / "model.tar.gz"
TOLERANCE = 1e-6


class Expected(TypedDict):
    row: list[float]
    prediction: float


@pytest.fixture(scope="module")
def trained() -> train.Trained:
    return train.train()


@pytest.fixture(scope="module")
def committed() -> xgboost.Booster:
    return train.load(ARTIFACT)


def read_expected() -> list[Expected]:
    entries: list[Expected] = json.loads((MODEL_FOLDER / "expected.json").read_text(encoding="ascii"))
    return entries


def test_data_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    data.write_data(tmp_path / "data.csv")
    assert (tmp_path / "data.csv").read_bytes() == data.DATA_FILE.read_bytes()


def test_data_file_is_small_and_balanced_enough_to_learn_from() -> None:
    rows, targets = data.read_data()
    assert len(rows) == data.ROWS
    assert data.DATA_FILE.stat().st_size <= 150_000
    assert 0.3 < sum(targets) / len(targets) < 0.7


def test_foreign_header_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("a,b\n1,2\n", encoding="ascii")
    with pytest.raises(ValueError, match=r"header is \['a', 'b'\]"):
        data.read_data(foreign)


def test_retrained_model_predicts_what_the_committed_one_predicts(
    trained: train.Trained, committed: xgboost.Booster
) -> None:
    rows, _ = data.read_data()
    assert train.predict(trained.booster, rows) == pytest.approx(train.predict(committed, rows), abs=TOLERANCE)


def test_training_twice_gives_the_same_bytes(trained: train.Trained) -> None:
    assert train.pack(trained.booster) == train.pack(train.train().booster)


def test_model_reaches_the_metric_that_its_readme_promises(trained: train.Trained) -> None:
    assert trained.auc >= 0.80


def test_archive_has_exactly_one_member_and_nothing_of_the_machine() -> None:
    with tarfile.open(ARTIFACT) as archive:
        [member] = archive.getmembers()
    assert member.name == "xgboost-model"
    assert member.isfile()
    assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", "")
    with gzip.GzipFile(fileobj=BytesIO(ARTIFACT.read_bytes())) as packed:
        packed.read(1)
        assert packed.mtime == 0


def test_artifact_is_a_format_without_python_inside_and_has_no_feature_names(committed: xgboost.Booster) -> None:
    with tarfile.open(ARTIFACT) as archive:
        file = archive.extractfile("xgboost-model")
        assert file is not None
        assert file.read(1) == b"{"
    assert committed.feature_names is None
    assert committed.num_features() == len(data.COLUMNS)


def test_expected_predictions_are_those_of_the_committed_model(committed: xgboost.Booster) -> None:
    expected = read_expected()
    assert len(expected) == 5
    rows = [entry["row"] for entry in expected]
    assert train.predict(committed, rows) == pytest.approx([entry["prediction"] for entry in expected], abs=TOLERANCE)


def test_more_help_makes_a_slow_start_more_likely_to_finish(committed: xgboost.Booster) -> None:
    alone, helped = train.predict(committed, [[1, 3, 0, 20, 30, 0.5], [1, 3, 0, 20, 30, 3.0]])
    assert helped > alone


def test_files_written_to_a_folder_are_complete(tmp_path: Path) -> None:
    train.write_artifacts(tmp_path)
    written = json.loads((tmp_path / "expected.json").read_text(encoding="ascii"))
    booster = train.load(tmp_path / "model.tar.gz")
    assert train.predict(booster, [entry["row"] for entry in written]) == pytest.approx(
        [entry["prediction"] for entry in written], abs=TOLERANCE
    )
