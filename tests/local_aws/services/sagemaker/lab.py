"""What the tests of jobs and pipelines share: a bucket with data and scripts, and requests for jobs."""

import random
from typing import Any

from tests.local_aws.support import ROLE, MemoryBackend

BUCKET = "lab"
IMAGE = "121021644041.dkr.ecr.ap-southeast-1.amazonaws.com/sagemaker-xgboost:3.0-5"
INSTANCE = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}
HYPERPARAMETERS = {
    "objective": "binary:logistic",
    "eval_metric": "auc",
    "num_round": "5",
    "max_depth": "3",
    "seed": "7",
}


def data(rows: int, seed: int) -> bytes:
    """Rows of a label and three numbers, of which the first two say something about the label."""
    chance = random.Random(seed)  # noqa: S311
    lines = []
    for _ in range(rows):
        numbers = [round(chance.random(), 4) for _ in range(3)]
        lines.append([int(numbers[0] + numbers[1] + chance.gauss(0, 0.2) > 1), *numbers])
    return "".join(",".join(map(str, line)) + "\n" for line in lines).encode()


def fill(backend: MemoryBackend) -> None:
    """Training and validation data in the bucket."""
    backend.objects[BUCKET, "data/train/rows.csv"] = data(200, 1)
    backend.objects[BUCKET, "data/validation/rows.csv"] = data(80, 2)


def channel(name: str, **more: Any) -> dict[str, Any]:
    """A channel of CSV from the bucket."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data/{name}"}
    return {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": source}, **more}


def training(name: str = "train", **more: Any) -> dict[str, Any]:
    """A request for a training job of the algorithm."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "HyperParameters": HYPERPARAMETERS,
        "InputDataConfig": [channel("train"), channel("validation")],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": INSTANCE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **more,
    }


def script(backend: MemoryBackend, text: str, name: str = "code/script.py") -> str:
    """A script in the bucket; its address."""
    backend.objects[BUCKET, name] = text.encode()
    return f"s3://{BUCKET}/{name}"


def processing(name: str, code: str, *arguments: str, inputs: Any = (), outputs: Any = (), **more: Any) -> Any:
    """A request for a processing job; inputs and outputs are (name, address) and lie in folders of their names."""
    file = code.rpartition("/")[2]
    folder = "/opt/ml/processing"
    given = [("code", code), *inputs]
    return {
        "ProcessingJobName": name,
        "ProcessingResources": {"ClusterConfig": INSTANCE},
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", f"{folder}/code/{file}"],
            **({"ContainerArguments": list(arguments)} if arguments else {}),
        },
        "RoleArn": ROLE,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "ProcessingInputs": [
            {
                "InputName": each,
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": f"{folder}/{each}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
            for each, uri in given
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": each,
                    "S3Output": {"S3Uri": uri, "LocalPath": f"{folder}/{each}", "S3UploadMode": "EndOfJob"},
                }
                for each, uri in outputs
            ]
        },
        **more,
    }
