"""Training, processing and transform jobs really run: with the container's contract, to the end that AWS would give."""

import io
import json
import tarfile
import threading
from typing import Any

import numpy as np
import pytest
import xgboost
from botocore.exceptions import ClientError

from local_aws.framework import StandIns
from local_aws.services.sagemaker.control import SageMaker
from tests.local_aws.doors import Client
from tests.local_aws.services.sagemaker import lab
from tests.local_aws.services.sagemaker.lab import BUCKET
from tests.local_aws.support import MemoryBackend


@pytest.fixture
def sagemaker(client: Client, backend: MemoryBackend) -> Any:
    lab.fill(backend)
    return client("sagemaker")


@pytest.fixture
def settle(all_of_them: StandIns) -> Any:
    """Wait until no job runs."""
    executor = all_of_them.the(SageMaker).executor
    assert executor
    return executor.settle


def trained(sagemaker: Any, settle: Any, **request: Any) -> Any:
    sagemaker.create_training_job(**lab.training(**request))
    settle()
    return sagemaker.describe_training_job(TrainingJobName=request.get("name", "train"))


def processed(sagemaker: Any, settle: Any, code: str, *arguments: str, **request: Any) -> Any:
    sagemaker.create_processing_job(**lab.processing("job", code, *arguments, **request))
    settle()
    return sagemaker.describe_processing_job(ProcessingJobName="job")


def create_transform(sagemaker: Any, job: Any, **more: Any) -> None:
    """A transform of the validation rows by the model of a training job."""
    sagemaker.create_model(
        ModelName="m",
        PrimaryContainer={"Image": lab.IMAGE, "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]},
    )
    sagemaker.create_transform_job(
        TransformJobName="batch",
        ModelName="m",
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data/validation"}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        TransformOutput={"S3OutputPath": f"s3://{BUCKET}/scored", "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **more,
    )


def model_of(backend: MemoryBackend, uri: str) -> xgboost.Booster:
    content = backend.objects[BUCKET, uri.removeprefix(f"s3://{BUCKET}/")]
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        assert tar.getnames() == ["xgboost-model"]
        opened = tar.extractfile("xgboost-model")
        assert opened
        booster = xgboost.Booster()
        booster.load_model(bytearray(opened.read()))
    return booster


def test_the_algorithm_trains_what_xgboost_trains(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    job = trained(sagemaker, settle)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed"), job.get("FailureReason")
    parts = {
        name: np.array([line.split(b",") for line in backend.objects[BUCKET, f"data/{name}/rows.csv"].splitlines()])
        for name in ("train", "validation")
    }
    rows = {name: xgboost.DMatrix(part[:, 1:].astype(np.float32), label=part[:, 0].astype(np.float32))
            for name, part in parts.items()}  # fmt: skip
    history: Any = {}
    settings = {"objective": "binary:logistic", "eval_metric": "auc", "max_depth": 3, "seed": 7}
    mine = xgboost.train(settings, rows["train"], 5, evals=[(rows["validation"], "validation")],
                         evals_result=history, verbose_eval=False)  # fmt: skip
    theirs = model_of(backend, job["ModelArtifacts"]["S3ModelArtifacts"])
    assert np.array_equal(mine.predict(rows["validation"]), theirs.predict(rows["validation"]))
    metrics = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
    assert metrics["validation:auc"] == pytest.approx(history["validation"]["auc"][-1], abs=1e-5)


def test_two_hosts_share_the_rows_and_make_one_model(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    backend.objects[BUCKET, "data/train/more.csv"] = lab.data(200, 5)
    backend.objects[BUCKET, "data/validation/more.csv"] = lab.data(80, 6)
    channels = [lab.channel(name) for name in ("train", "validation")]
    for each in channels:
        each["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
    two = {**lab.INSTANCE, "InstanceCount": 2}
    settings = {**lab.HYPERPARAMETERS, "tree_method": "hist"}
    job = trained(sagemaker, settle, ResourceConfig=two, InputDataConfig=channels, HyperParameters=settings)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    metrics = {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]}
    rows = np.array(
        [line.split(b",") for name in ("rows", "more") for line in
         backend.objects[BUCKET, f"data/validation/{name}.csv"].splitlines()], dtype=np.float32
    )  # fmt: skip
    scores = model_of(backend, job["ModelArtifacts"]["S3ModelArtifacts"]).predict(xgboost.DMatrix(rows[:, 1:]))
    pairs = scores[rows[:, 0] == 1][:, None] - scores[rows[:, 0] == 0][None, :]
    auc = (pairs > 0).mean() + 0.5 * (pairs == 0).mean()
    assert metrics["validation:auc"] == pytest.approx(auc, abs=0.05)
    model = model_of(backend, job["ModelArtifacts"]["S3ModelArtifacts"])
    root = json.loads(model.get_dump(dump_format="json", with_stats=True)[0])
    assert root["cover"] == pytest.approx(400 * 0.25, abs=0.1), "each of the 400 rows has a hessian of 1/4 at first"


def test_a_host_without_rows_is_left_out_as_the_image_does_it(
    sagemaker: Any, settle: Any, backend: MemoryBackend
) -> None:
    channels = [lab.channel("train")]
    channels[0]["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
    two = {**lab.INSTANCE, "InstanceCount": 2}
    job = trained(sagemaker, settle, ResourceConfig=two, InputDataConfig=channels)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    alone = trained(sagemaker, settle, name="alone", InputDataConfig=channels)
    models = [model_of(backend, each["ModelArtifacts"]["S3ModelArtifacts"]).get_dump() for each in (job, alone)]
    assert models[0] == models[1]


def test_hosts_that_fail_fail_the_job_with_the_reason(sagemaker: Any, settle: Any) -> None:
    two = {**lab.INSTANCE, "InstanceCount": 2}
    bad = {**lab.HYPERPARAMETERS, "num_round": "0"}
    job = trained(sagemaker, settle, ResourceConfig=two, HyperParameters=bad)
    assert job["TrainingJobStatus"] == "Failed"
    assert "num_round: 0 is not in" in job["FailureReason"]


def test_an_own_script_gets_the_toolkits_variables_and_arguments(
    sagemaker: Any, settle: Any, backend: MemoryBackend
) -> None:
    text = """
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int)
parser.add_argument("--objective")
given = parser.parse_args()
config = json.loads(pathlib.Path(os.environ["SM_INPUT_CONFIG_DIR"], "hyperparameters.json").read_text())
assert config["rounds"] == "3"
rows = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv").read_text().splitlines()
print(f"rows={len(rows)};")
told = {"rounds": given.rounds, "objective": given.objective, "hps": json.loads(os.environ["SM_HPS"]),
        "job": os.environ["TRAINING_JOB_NAME"]}
pathlib.Path(os.environ["SM_MODEL_DIR"], "told.json").write_text(json.dumps(told))
"""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        info = tarfile.TarInfo("own.py")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text.encode()))
    backend.objects[BUCKET, "code/own.tar.gz"] = packed.getvalue()
    job = trained(
        sagemaker,
        settle,
        HyperParameters={
            "rounds": "3",
            "objective": '"binary:logistic"',
            "sagemaker_program": "own.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/code/own.tar.gz",
        },
        AlgorithmSpecification={
            "TrainingImage": lab.IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "rows", "Regex": "rows=([0-9]+);"}],
        },
    )
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["FinalMetricDataList"][0]["Value"] == 200
    with tarfile.open(fileobj=io.BytesIO(backend.objects[BUCKET, "models/train/output/model.tar.gz"])) as tar:
        opened = tar.extractfile("told.json")
        assert opened
        told = json.loads(opened.read())
    assert told == {
        "rounds": 3,
        "objective": "binary:logistic",
        "hps": {"rounds": 3, "objective": "binary:logistic"},
        "job": "train",
    }


def test_a_script_that_fails_fails_the_job_with_its_code(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    code = lab.script(backend, "import sys; print('no rows left'); sys.exit(3)")
    job = processed(sagemaker, settle, code, outputs=[("out", f"s3://{BUCKET}/out")])
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: no rows left, exit code: 3"
    assert not [key for _, key in backend.objects if key.startswith("out")]


def test_a_processing_script_sees_inputs_arguments_and_environment_and_its_outputs_are_kept(
    sagemaker: Any, settle: Any, backend: MemoryBackend
) -> None:
    text = """
import os, pathlib, sys
given, out = map(pathlib.Path, sys.argv[1:3])
names = sorted(path.relative_to(given).as_posix() for path in given.rglob("*.csv"))
(out / "deep").mkdir()
(out / "deep" / "names.txt").write_text(" ".join(names) + os.environ["WORD"])
pathlib.Path(os.environ["OUTPUT"], "message").write_text("two folders")
"""
    code = lab.script(backend, text)
    job = processed(
        sagemaker,
        settle,
        code,
        "/opt/ml/processing/data",
        "/opt/ml/processing/out",
        inputs=[("data", f"s3://{BUCKET}/data")],
        outputs=[("out", f"s3://{BUCKET}/out/"), ("said", f"s3://{BUCKET}/said")],
        Environment={"WORD": "!", "OUTPUT": "/opt/ml/processing/said"},
    )
    assert job["ProcessingJobStatus"] == "Completed", job.get("FailureReason")
    assert backend.objects[BUCKET, "out/deep/names.txt"] == b"train/rows.csv validation/rows.csv!"
    assert backend.objects[BUCKET, "said/message"] == b"two folders"


def test_a_message_of_the_container_is_its_exit_message(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    text = "import pathlib, sys; out = pathlib.Path(sys.argv[1]); out.mkdir(); (out / 'message').write_text('why')"
    code = lab.script(backend, text)
    assert processed(sagemaker, settle, code, "/opt/ml/output")["ExitMessage"] == "why"


def test_an_input_that_is_not_there_fails_the_job_and_names_it(
    sagemaker: Any, settle: Any, backend: MemoryBackend
) -> None:
    code = lab.script(backend, "")
    job = processed(sagemaker, settle, code, inputs=[("data", f"s3://{BUCKET}/nowhere")])
    assert job["ProcessingJobStatus"] == "Failed"
    assert f"s3://{BUCKET}/nowhere" in job["FailureReason"]


def test_a_job_is_in_progress_until_it_is_stopped(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    code = lab.script(backend, "import time\nwhile True: time.sleep(1)")
    sagemaker.create_processing_job(**lab.processing("job", code, outputs=[("out", f"s3://{BUCKET}/out")]))
    assert sagemaker.describe_processing_job(ProcessingJobName="job")["ProcessingJobStatus"] == "InProgress"
    with pytest.raises(ClientError, match="InProgress"):
        sagemaker.delete_processing_job(ProcessingJobName="job")
    sagemaker.stop_processing_job(ProcessingJobName="job")
    settle()
    assert sagemaker.describe_processing_job(ProcessingJobName="job")["ProcessingJobStatus"] == "Stopped"
    with pytest.raises(ClientError, match="Stopped"):
        sagemaker.stop_processing_job(ProcessingJobName="job")
    sagemaker.delete_processing_job(ProcessingJobName="job")


def test_a_training_job_is_stopped(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    backend.objects[BUCKET, "data/train/rows.csv"] = lab.data(20_000, 1)
    sagemaker.create_training_job(**lab.training(HyperParameters={**lab.HYPERPARAMETERS, "num_round": "4000"}))
    sagemaker.stop_training_job(TrainingJobName="train")
    settle()
    job = sagemaker.describe_training_job(TrainingJobName="train")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert (BUCKET, "models/train/output/model.tar.gz") not in backend.objects


def test_a_transform_is_stopped_between_two_objects(
    sagemaker: Any, settle: Any, backend: MemoryBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = trained(sagemaker, settle)
    backend.objects[BUCKET, "data/validation/more.csv"] = lab.data(5, 9)
    stopped, read = threading.Event(), backend.get_object

    def read_late(bucket: str, key: str) -> bytes:
        if key.startswith("data/validation"):
            stopped.wait()
        return read(bucket, key)

    monkeypatch.setattr(backend, "get_object", read_late)
    create_transform(sagemaker, job, DataProcessing={"InputFilter": "$[1:]"})
    sagemaker.stop_transform_job(TransformJobName="batch")
    stopped.set()
    settle()
    assert sagemaker.describe_transform_job(TransformJobName="batch")["TransformJobStatus"] == "Stopped"
    assert [key for _, key in backend.objects if key.startswith("scored")] == ["scored/more.csv.out"]


def test_a_job_that_takes_too_long_ends(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    code = lab.script(backend, "import time\nwhile True: time.sleep(1)")
    job = processed(sagemaker, settle, code, StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert job["ProcessingJobStatus"] == "Failed"
    assert "MaxRuntimeInSeconds" in job["FailureReason"]


ASKED = """
import pathlib, signal, sys
def end(*_):
    pathlib.Path(sys.argv[1], "message").write_text("asked to end")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1]).mkdir()
while True: signal.pause()
"""


def test_a_process_is_asked_to_end_before_it_is_killed(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    code = lab.script(backend, ASKED)
    job = processed(sagemaker, settle, code, "/opt/ml/output", StoppingCondition={"MaxRuntimeInSeconds": 2})
    assert (job["ProcessingJobStatus"], job["ExitMessage"]) == ("Failed", "asked to end")


@pytest.mark.parametrize(
    ("job", "change", "says"),
    [
        ("training", {"AlgorithmSpecification": {"TrainingImage": "x/other:1", "TrainingInputMode": "File"}}, "image"),
        ("training", {"AlgorithmSpecification": {"TrainingImage": lab.IMAGE, "TrainingInputMode": "Pipe"}}, "mode"),
        ("training", {"ResourceConfig": {**lab.INSTANCE, "InstanceCount": 3}}, "instances"),
        ("processing", {"AppSpecification": {"ImageUri": lab.IMAGE}}, "ContainerEntrypoint"),
        ("processing", {"ProcessingResources": {"ClusterConfig": {**lab.INSTANCE, "InstanceCount": 2}}}, "instances"),
    ],
)
def test_what_is_not_executed_is_refused(sagemaker: Any, job: str, change: Any, says: str) -> None:
    request = lab.training() if job == "training" else lab.processing("job", f"s3://{BUCKET}/code/x.py")
    with pytest.raises(ClientError, match=f"does not execute.*{says}"):
        getattr(sagemaker, f"create_{job}_job")(**{**request, **change})


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"InputFilter": "$[1:]"}, 1),
        ({"InputFilter": "$[1:]", "JoinSource": "Input"}, 5),
        ({"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-1]"}, 2),
    ],
)
def test_a_transform_gives_the_numbers_of_the_endpoint(
    client: Client, sagemaker: Any, settle: Any, backend: MemoryBackend, filters: Any, expected: int
) -> None:
    job = trained(sagemaker, settle)
    create_transform(sagemaker, job, DataProcessing=filters)
    settle()
    described = sagemaker.describe_transform_job(TransformJobName="batch")
    assert described["TransformJobStatus"] == "Completed", described.get("FailureReason")
    lines = backend.objects[BUCKET, "scored/rows.csv.out"].decode().splitlines()
    rows = [line.split(",") for line in backend.objects[BUCKET, "data/validation/rows.csv"].decode().splitlines()]
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 1}
    variants = [{"VariantName": "v", "ModelName": "m", "ServerlessConfig": serverless}]
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    body = "\n".join(",".join(row[1:]) for row in rows)
    answer = client("sagemaker-runtime").invoke_endpoint(EndpointName="e", Body=body, ContentType="text/csv")
    assert [line.split(",")[-1] for line in lines] == answer["Body"].read().decode().split()
    assert {len(line.split(",")) for line in lines} == {expected}


def test_listings_are_ordered_as_asked(sagemaker: Any, settle: Any, backend: MemoryBackend) -> None:
    code = lab.script(backend, "")
    for name in ("first", "second"):
        sagemaker.create_processing_job(**lab.processing(name, code))
    settle()
    for order, expected in (("Ascending", ["first", "second"]), ("Descending", ["second", "first"])):
        listed = sagemaker.list_processing_jobs(SortBy="CreationTime", SortOrder=order)["ProcessingJobSummaries"]
        assert [each["ProcessingJobName"] for each in listed] == expected
