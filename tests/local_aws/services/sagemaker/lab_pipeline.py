"""A pipeline definition in the service's own format: split, train, evaluate, a condition, register or fail."""

import json
from typing import Any

from tests.local_aws.services.sagemaker import lab
from tests.local_aws.services.sagemaker.lab import BUCKET
from tests.local_aws.support import MemoryBackend

SPLIT = """
import pathlib, sys
raw, out = map(pathlib.Path, sys.argv[1:3])
lines = (raw / "raw.csv").read_text().splitlines()
for name, part in (("train", lines[:200]), ("validation", lines[200:])):
    (out / name).mkdir(exist_ok=True)
    (out / name / "rows.csv").write_text("\\n".join(part) + "\\n")
"""
EVALUATE = """
import json, pathlib, sys, tarfile
import numpy, xgboost
model, rows, out = map(pathlib.Path, sys.argv[1:4])
booster = xgboost.Booster()
with tarfile.open(model / "model.tar.gz") as tar:
    booster.load_model(bytearray(tar.extractfile("xgboost-model").read()))
table = numpy.loadtxt(rows / "rows.csv", delimiter=",", dtype=numpy.float32)
scores, labels = booster.predict(xgboost.DMatrix(table[:, 1:])), table[:, 0]
pairs = scores[labels == 1][:, None] - scores[labels == 0][None, :]
auc = float((pairs > 0).mean() + 0.5 * (pairs == 0).mean())
(out / "evaluation.json").write_text(json.dumps({"metrics": {"auc": {"value": auc}}}))
"""
CACHE = {"Enabled": True, "ExpireAfter": "P1D"}
GROUP = "lab-models"


def get(reference: str) -> dict[str, str]:
    """A reference of the definition."""
    return {"Get": reference}


def output(step: str, name: str) -> dict[str, str]:
    """Where a processing step puts one of its outputs."""
    return get(f"Steps.{step}.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri")


def arguments(job: dict[str, Any]) -> dict[str, Any]:
    """The request for a job without its name, as a step has it."""
    return {name: value for name, value in job.items() if not name.endswith("JobName")}


def this_run(name: str) -> dict[str, Any]:
    """A folder of the execution."""
    return {"Std:Join": {"On": "/", "Values": [f"s3://{BUCKET}/runs", get("Execution.PipelineExecutionId"), name]}}


def definition() -> dict[str, Any]:
    """The definition; a new one each time, to be changed."""
    folder = "/opt/ml/processing"
    split = lab.processing(
        "",
        f"s3://{BUCKET}/code/split.py",
        f"{folder}/raw",
        f"{folder}/parts",
        inputs=[("raw", get("Parameters.Raw"))],
        outputs=[(name, f"s3://{BUCKET}/parts/{name}") for name in ("train", "validation")],
    )
    for each in split["ProcessingOutputConfig"]["Outputs"]:
        each["S3Output"]["LocalPath"] = f"{folder}/parts/{each['OutputName']}"
    evaluate = lab.processing(
        "",
        f"s3://{BUCKET}/code/evaluate.py",
        *(f"{folder}/{name}" for name in ("model", "rows", "evaluation")),
        inputs=[("model", get("Steps.Train.ModelArtifacts.S3ModelArtifacts")), ("rows", output("Split", "validation"))],
        outputs=[("evaluation", this_run("evaluation"))],
    )
    rounds = {"Std:Join": {"On": "", "Values": [get("Parameters.Rounds")]}}
    train = lab.training(HyperParameters={**lab.HYPERPARAMETERS, "num_round": rounds})
    for each in train["InputDataConfig"]:
        each["DataSource"]["S3DataSource"]["S3Uri"] = output("Split", each["ChannelName"])
    auc = {"Std:JsonGet": {"PropertyFile": get("Steps.Evaluate.PropertyFiles.Report"), "Path": "metrics.auc.value"}}
    model = {"Image": lab.IMAGE, "ModelDataUrl": get("Steps.Train.ModelArtifacts.S3ModelArtifacts")}
    register = {
        "ModelPackageGroupName": GROUP,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [model],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    }
    weak = {"Std:Join": {"On": " ", "Values": ["AUC is below", get("Parameters.MinimumAuc")]}}
    report = {"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "evaluation.json"}
    return {
        "Version": "2020-12-01",
        "Parameters": [
            {"Name": "Raw", "Type": "String", "DefaultValue": f"s3://{BUCKET}/raw/raw.csv"},
            {"Name": "Rounds", "Type": "Integer", "DefaultValue": 5, "EnumValues": [5, 6]},
            {"Name": "MinimumAuc", "Type": "Float", "DefaultValue": 0.8},
        ],
        "Steps": [
            {"Name": "Split", "Type": "Processing", "CacheConfig": CACHE, "Arguments": arguments(split)},
            {"Name": "Train", "Type": "Training", "CacheConfig": CACHE, "Arguments": arguments(train)},
            {"Name": "Evaluate", "Type": "Processing", "PropertyFiles": [report], "Arguments": arguments(evaluate)},
            {
                "Name": "GoodEnough",
                "Type": "Condition",
                "Arguments": {
                    "Conditions": [
                        {"Type": "GreaterThanOrEqualTo", "LeftValue": auc, "RightValue": get("Parameters.MinimumAuc")}
                    ],
                    "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": register}],
                    "ElseSteps": [{"Name": "TooWeak", "Type": "Fail", "Arguments": {"ErrorMessage": weak}}],
                },
            },
        ],
    }


def fill(backend: MemoryBackend) -> None:
    """Scripts and raw data in the bucket."""
    lab.script(backend, SPLIT, "code/split.py")
    lab.script(backend, EVALUATE, "code/evaluate.py")
    backend.objects[BUCKET, "raw/raw.csv"] = lab.data(300, 3)


def text(changed: dict[str, Any] | None = None) -> str:
    """The definition as CreatePipeline takes it."""
    return json.dumps(changed or definition())
