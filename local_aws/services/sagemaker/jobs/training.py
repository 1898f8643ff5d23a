"""CreateTrainingJob, executed: channels from S3, the algorithm or an own script as a process, model.tar.gz to S3.

Three ways, as with the real image: the algorithm that the image is; an own script in it (`sagemaker_program` and
`sagemaker_submit_directory` among the hyperparameters); an own entry point (ContainerEntrypoint).
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from local_aws.framework import Params
from local_aws.services.sagemaker.jobs import metrics, objects
from local_aws.services.sagemaker.jobs.container import SLOTS, Container
from local_aws.services.sagemaker.jobs.outcome import REASON_LENGTH, Ended, JobFailedError, not_executed
from local_aws.services.shared.backend import Backend

ROOT = Path(__file__).parents[4]
ALGORITHM = [sys.executable, "-m", "local_aws.services.sagemaker.xgboost_image.train"]
IMAGE = "sagemaker-xgboost:3.0-5"
PROGRAM, SUBMITTED = "sagemaker_program", "sagemaker_submit_directory"
MOST_HOSTS = 2
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
    hosts, own = job.get("ResourceConfig", {}).get("InstanceCount", 1), job.get("HyperParameters", {})
    if hosts > MOST_HOSTS or (hosts > 1 and (PROGRAM in own or specification.get("ContainerEntrypoint"))):
        raise not_executed(f"training on more than {MOST_HOSTS} instances, or on several with an own script")


def artifact(job: Params) -> str:
    """Address of the model that the job leaves."""
    return f"{job['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job['TrainingJobName']}/output/model.tar.gz"


def run(job: Params, container: Container, backend: Backend) -> Params:
    """Members that the end of the job adds to its description. Raises JobFailedError and JobStoppedError."""
    hosts = [f"algo-{number + 1}" for number in range(job.get("ResourceConfig", {}).get("InstanceCount", 1))]
    containers = [container, *(replace(container, folder=container.folder.with_name(name)) for name in hosts[1:])]
    channels = [_prepare(job, one, backend, hosts, number) for number, one in enumerate(containers)]
    ended = _on_hosts(job, containers, backend, hosts, channels[0])
    container = next((one for one in containers if any((one.folder / "model").iterdir())), container)
    given = {name: str(value) for name, value in job.get("HyperParameters", {}).items()}
    specification = job["AlgorithmSpecification"]
    own_script = PROGRAM in given or bool(specification.get("ContainerEntrypoint"))
    definitions = specification.get("MetricDefinitions", ()) if own_script else metrics.XGBOOST
    found = metrics.final("\n".join(each.log for each in ended), definitions)
    told: Params = {"FinalMetricDataList": [{"MetricName": name, "Value": value} for name, value in found.items()]}
    # A job that ran out of its time is Stopped, and what is in /opt/ml/model is kept.
    timed_out = any(each.timed_out for each in ended)
    failed = next((each for each in ended if each.code > 0), None) or next((each for each in ended if each.code), None)
    if failed and not timed_out:
        raise JobFailedError(_reason(container, failed), told)
    bucket, key = objects.split(artifact(job))
    backend.put_object(bucket, key, objects.archive(container.folder / "model"))
    data = container.folder / "output" / "data"
    if any(data.rglob("*")):
        backend.put_object(bucket, key.replace("model.tar.gz", "output.tar.gz"), objects.archive(data))
    return {**told, "SecondaryStatus": EXIT_TIMED_OUT} if timed_out else told


def _on_hosts(
    job: Params, containers: list[Container], backend: Backend, hosts: list[str], channels: list[str]
) -> list[Ended]:
    """Run the container of every host; the first that fails ends the others."""
    seconds = job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DAY)
    given = {name: str(value) for name, value in job.get("HyperParameters", {}).items()}
    data = [name for name in channels if name != "code"]
    working = [name for name, one in zip(hosts, containers, strict=True) if all(_has(one, each) for each in data)]
    together = {"LOCAL_TRACKER_PORT": str(_free_port()), "LOCAL_HOSTS_WITH_DATA": json.dumps(working or hosts[:1])}

    def run_one(number: int) -> Ended:
        one = containers[number]
        command, environment, folder = _start(job, given, channels, one, backend)
        environment |= {"TRAINING_JOB_NAME": job["TrainingJobName"], "TRAINING_JOB_ARN": job["TrainingJobArn"]}
        environment |= {"SM_HOSTS": json.dumps(hosts), "SM_CURRENT_HOST": hosts[number], **together}
        variables = {**environment, **job.get("Environment", {})}
        ended = one.run(command, variables, seconds, folder, slots=None if number else SLOTS)
        if ended.code:
            one.halt.set()
        return ended

    if len(hosts) == 1:
        return [run_one(0)]
    with ThreadPoolExecutor(len(hosts)) as pool:
        return list(pool.map(run_one, range(len(hosts))))


def _has(container: Container, channel: str) -> bool:
    files = (container.folder / "input/data" / channel).rglob("*")
    return any(path.is_file() and path.stat().st_size for path in files)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare(job: Params, container: Container, backend: Backend, hosts: list[str], number: int) -> list[str]:
    """The folder as the container of a host finds it; the names of its channels."""
    for name in ("model", "output/data", "input/data"):
        (container.folder / name).mkdir(parents=True)
    config = {}
    for each in job.get("InputDataConfig", ()):
        source = each["DataSource"]["S3DataSource"]
        divided = source.get("S3DataDistributionType", "FullyReplicated") == "ShardedByS3Key"
        share = (number, len(hosts)) if divided else (0, 1)
        objects.download(backend, source["S3Uri"], container.folder / "input/data" / each["ChannelName"], *share)
        config[each["ChannelName"]] = {
            "TrainingInputMode": "File",
            "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            "RecordWrapperType": each.get("RecordWrapperType", "None"),
            **({"ContentType": each["ContentType"]} if each.get("ContentType") else {}),
        }
    names = {"current_host": hosts[number], "hosts": hosts, "network_interface_name": "lo"}
    container.write("input/config/hyperparameters.json", {k: str(v) for k, v in job.get("HyperParameters", {}).items()})
    container.write("input/config/inputdataconfig.json", config)
    container.write("input/config/resourceconfig.json", names)
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
