"""CreateTrainingJob, executed: channels from S3, the algorithm or an own script as a process, model.tar.gz to S3.

Three ways, as with the real image: the algorithm that the image is; an own script in it (`sagemaker_program` and
`sagemaker_submit_directory` among the hyperparameters); an own entry point (ContainerEntrypoint).
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

import json
import sys
from pathlib import Path

from local_aws.framework import Params
from local_aws.services.sagemaker.jobs import metrics, objects
from local_aws.services.sagemaker.jobs.container import Container
from local_aws.services.sagemaker.jobs.outcome import REASON_LENGTH, Ended, JobFailedError, not_executed
from local_aws.services.shared.backend import Backend

ROOT = Path(__file__).parents[4]
ALGORITHM = [sys.executable, "-m", "local_aws.services.sagemaker.xgboost_image.train"]
IMAGE = "sagemaker-xgboost:3.0-5"
PROGRAM, SUBMITTED = "sagemaker_program", "sagemaker_submit_directory"
DAY = 24 * 3600
EXIT_TIMED_OUT = "MaxRuntimeExceeded"


def check(job: Params) -> None:
    """Refuse what is not executed here, so that nothing is accepted and then left undone."""
    specification = job.get("AlgorithmSpecification") or {}
    image = specification.get("TrainingImage", "")
    if not image.endswith(f"/{IMAGE}"):
        raise not_executed(f"the image {image or 'that is not named'}; {IMAGE} is")
    if specification.get("TrainingInputMode", "File") not in ("File", "FastFile"):
        raise not_executed("an input mode other than File and FastFile")
    for each in job.get("InputDataConfig", ()):
        source = each["DataSource"].get("S3DataSource") or {}
        if source.get("S3DataType") != "S3Prefix":
            raise not_executed(f"channel {each['ChannelName']}, which is not an S3Prefix")
    if job.get("ResourceConfig", {}).get("InstanceCount", 1) != 1:
        raise not_executed("training on several instances")


def artifact(job: Params) -> str:
    """Address of the model that the job leaves."""
    return f"{job['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job['TrainingJobName']}/output/model.tar.gz"


def run(job: Params, container: Container, backend: Backend) -> Params:
    """Members that the end of the job adds to its description. Raises JobFailedError and JobStoppedError."""
    channels = _prepare(job, container, backend)
    given = {name: str(value) for name, value in job.get("HyperParameters", {}).items()}
    command, environment, folder = _start(job, given, channels, container, backend)
    environment |= {"TRAINING_JOB_NAME": job["TrainingJobName"], "TRAINING_JOB_ARN": job["TrainingJobArn"]}
    seconds = job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DAY)
    ended = container.run(command, {**environment, **job.get("Environment", {})}, seconds, folder)
    specification = job["AlgorithmSpecification"]
    own_script = PROGRAM in given or bool(specification.get("ContainerEntrypoint"))
    definitions = specification.get("MetricDefinitions", ()) if own_script else metrics.XGBOOST
    found = metrics.final(ended.log, definitions)
    told: Params = {"FinalMetricDataList": [{"MetricName": name, "Value": value} for name, value in found.items()]}
    # A job that ran out of its time is Stopped, and what is in /opt/ml/model is kept.
    if ended.code and not ended.timed_out:
        raise JobFailedError(_reason(container, ended), told)
    bucket, key = objects.split(artifact(job))
    backend.put_object(bucket, key, objects.archive(container.folder / "model"))
    if any((container.folder / "output" / "data").rglob("*")):
        backend.put_object(
            bucket, key.replace("model.tar.gz", "output.tar.gz"), objects.archive(container.folder / "output" / "data")
        )
    return {**told, "SecondaryStatus": EXIT_TIMED_OUT} if ended.timed_out else told


def _prepare(job: Params, container: Container, backend: Backend) -> list[str]:
    """The folder as the container finds it; the names of its channels."""
    for name in ("model", "output/data", "input/data"):
        (container.folder / name).mkdir(parents=True)
    config = {}
    for each in job.get("InputDataConfig", ()):
        source = each["DataSource"]["S3DataSource"]
        objects.download(backend, source["S3Uri"], container.folder / "input/data" / each["ChannelName"])
        config[each["ChannelName"]] = {
            "TrainingInputMode": "File",
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": each.get("RecordWrapperType", "None"),
            **({"ContentType": each["ContentType"]} if each.get("ContentType") else {}),
        }
    hosts = {"current_host": "algo-1", "hosts": ["algo-1"], "network_interface_name": "lo"}
    container.write("input/config/hyperparameters.json", {k: str(v) for k, v in job.get("HyperParameters", {}).items()})
    container.write("input/config/inputdataconfig.json", config)
    container.write("input/config/resourceconfig.json", hosts)
    return list(config)


def _start(
    job: Params, given: dict[str, str], channels: list[str], container: Container, backend: Backend
) -> tuple[list[str], dict[str, str], Path | None]:
    """Command, environment and working folder of the container's process."""
    specification = job["AlgorithmSpecification"]
    entry = specification.get("ContainerEntrypoint")
    if entry:
        # The variables SM_* are the toolkit's, which such an entry point goes around.
        return [*entry, *specification.get("ContainerArguments", ())], {}, None
    environment = _toolkit(given, channels)
    if PROGRAM not in given:
        return ALGORITHM, {**environment, "PYTHONPATH": str(ROOT)}, None
    code = container.folder / "code"
    bucket, key = objects.split(_plain(given.get(SUBMITTED, "")))
    try:
        content = backend.get_object(bucket, key)
    except KeyError as error:
        raise JobFailedError(f"ClientError: {SUBMITTED} names no object: {given.get(SUBMITTED)}") from error
    objects.unpack(content, code)
    own = {name: value for name, value in given.items() if not name.startswith("sagemaker_")}
    words = [word for name, value in sorted(own.items()) for word in (f"--{name}", _plain(value))]
    return [sys.executable, _plain(given[PROGRAM]), *words], environment, code


def _toolkit(given: dict[str, str], channels: list[str]) -> dict[str, str]:
    """The variables of the training toolkit: github.com/aws/sagemaker-training-toolkit, ENVIRONMENT_VARIABLES.md."""
    own = {name: value for name, value in given.items() if not name.startswith("sagemaker_")}
    return {
        "SM_MODEL_DIR": "/opt/ml/model",
        "SM_INPUT_DIR": "/opt/ml/input",
        "SM_INPUT_CONFIG_DIR": "/opt/ml/input/config",
        "SM_OUTPUT_DIR": "/opt/ml/output",
        "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data",
        "SM_CHANNELS": json.dumps(sorted(channels)),
        "SM_HOSTS": '["algo-1"]',
        "SM_CURRENT_HOST": "algo-1",
        "SM_NUM_GPUS": "0",
        "SM_NUM_CPUS": "1",
        "SM_HPS": json.dumps({name: _read(value) for name, value in own.items()}),
        **{f"SM_CHANNEL_{name.upper()}": f"/opt/ml/input/data/{name}" for name in channels},
        **{f"SM_HP_{name.upper().replace('-', '_')}": _plain(value) for name, value in own.items()},
    }


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(text: str) -> str:
    """A hyperparameter as the toolkit hands it on: the SDK wraps texts in quotes."""
    value = _read(text)
    return value if isinstance(value, str) else text


def _reason(container: Container, ended: Ended) -> str:
    said = container.said("output/failure") or ended.last_line()
    return f"AlgorithmError: {said[: REASON_LENGTH - 64]}, exit code: {ended.code}"
