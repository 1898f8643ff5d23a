"""What each kind of step does: which operation it calls, what it waits for, what later steps may ask of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_aws.framework import Params
from local_aws.services.sagemaker.jobs import objects
from local_aws.services.sagemaker.pipelines.expressions import ExpressionError, dig
from local_aws.services.shared.backend import Backend


class StepFailedError(Exception):
    """The step is Failed; the text becomes its FailureReason."""


class StepStoppedError(Exception):
    """The step was stopped with its execution."""


@dataclass(frozen=True)
class Job:
    """A kind of job that a step starts."""

    kind: str
    metadata: str
    """What ListPipelineExecutionSteps calls it."""
    name_length: int = 63

    @property
    def name_member(self) -> str:
        """The member of requests and answers that names a job of the kind."""
        return f"{self.kind}Name"


JOBS = {
    "Processing": Job("ProcessingJob", "ProcessingJob"),
    "Training": Job("TrainingJob", "TrainingJob"),
    "Transform": Job("TransformJob", "TransformJob"),
    "Tuning": Job("HyperParameterTuningJob", "TuningJob", 32),
}


Call = Callable[[str, Params], Params]
"""An operation of SageMaker in the region of the execution."""


def job_name(job: Job, execution: str, step: str, serial: str) -> str:
    """A name such as `pipelines-abc-Train-XYZ`, cut where the API wants it shorter."""
    return f"pipelines-{execution}-{step}"[: job.name_length - len(serial) - 1].rstrip("-") + f"-{serial}"


def register(call: Call, arguments: Params) -> tuple[Params, Params]:
    """RegisterModel: a version in the group. Gives the metadata and the description."""
    arn = call("CreateModelPackage", arguments)["ModelPackageArn"]
    return {"RegisterModel": {"Arn": arn}}, call("DescribeModelPackage", {"ModelPackageName": arn})


def create_model(call: Call, arguments: Params, name: str) -> tuple[Params, Params]:
    """Model: a model with a name of its own. Gives the metadata and the description."""
    arn = call("CreateModel", {**arguments, "ModelName": name})["ModelArn"]
    return {"Model": {"Arn": arn}}, call("DescribeModel", {"ModelName": name})


def property_file(backend: Backend, step: Params, name: str, answer: Any) -> Any:
    """Content of a property file, from where the step's job put it. Raises ExpressionError."""
    declared = next(each for each in step["PropertyFiles"] if each["PropertyFileName"] == name)
    uri = dig(answer, f"ProcessingOutputConfig.Outputs['{declared['OutputName']}'].S3Output.S3Uri")
    bucket, prefix = objects.split(f"{uri.rstrip('/')}/{declared['FilePath']}")
    try:
        return json.loads(backend.get_object(bucket, prefix))
    except KeyError as error:
        raise ExpressionError(f"property file {name} is not at s3://{bucket}/{prefix}") from error
    except ValueError as error:
        raise ExpressionError(f"property file {name} at s3://{bucket}/{prefix} is not JSON") from error
