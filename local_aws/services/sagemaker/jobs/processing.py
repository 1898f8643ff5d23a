"""CreateProcessingJob, executed: inputs from S3, the entry point as a process, outputs to S3.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
"""

from local_aws.framework import Params
from local_aws.services.sagemaker.jobs import objects
from local_aws.services.sagemaker.jobs.container import Container
from local_aws.services.sagemaker.jobs.outcome import REASON_LENGTH, JobFailedError, not_executed
from local_aws.services.shared.backend import Backend

DAY = 24 * 3600


def check(job: Params) -> None:
    """Refuse what is not executed here, so that nothing is accepted and then left undone."""
    if not job["AppSpecification"].get("ContainerEntrypoint"):
        raise not_executed("an AppSpecification without ContainerEntrypoint, because no image runs here")
    if job["ProcessingResources"]["ClusterConfig"].get("InstanceCount", 1) != 1:
        raise not_executed("processing on several instances")
    for each in job.get("ProcessingInputs", ()):
        given = each.get("S3Input")
        if not given or given.get("S3DataType") != "S3Prefix" or given.get("S3InputMode", "File") != "File":
            raise not_executed(f"input {each['InputName']}, which is not a File from an S3Prefix")
    for each in job.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if not each.get("S3Output", {}).get("LocalPath"):
            raise not_executed(f"output {each['OutputName']}, which is not an S3Output with a LocalPath")


def run(job: Params, container: Container, backend: Backend) -> Params:
    """Members that the end of the job adds to its description. Raises JobFailedError and JobStoppedError."""
    container.write("config/processingjobconfig.json", job)
    container.write("config/resourceconfig.json", {"current_host": "algo-1", "hosts": ["algo-1"]})
    for each in job.get("ProcessingInputs", ()):
        given = each["S3Input"]
        objects.download(backend, given["S3Uri"], container.path(given["LocalPath"]))
    outputs = [each["S3Output"] for each in job.get("ProcessingOutputConfig", {}).get("Outputs", ())]
    for output in outputs:
        container.path(output["LocalPath"]).mkdir(parents=True, exist_ok=True)
    application = job["AppSpecification"]
    names = {"PROCESSING_JOB_NAME": job["ProcessingJobName"], "PROCESSING_JOB_ARN": job["ProcessingJobArn"]}
    ended = container.run(
        [*application["ContainerEntrypoint"], *application.get("ContainerArguments", ())],
        {**names, **job.get("Environment", {})},
        job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DAY),
    )
    message = container.said("output/message")[:REASON_LENGTH]
    told: Params = {"ExitMessage": message} if message else {}
    if ended.timed_out:
        raise JobFailedError("ClientError: The job ran longer than MaxRuntimeInSeconds", told)
    if ended.code:
        raise JobFailedError(f"AlgorithmError: {ended.last_line()}, exit code: {ended.code}", told)
    for output in outputs:
        objects.upload(backend, container.path(output["LocalPath"]), output["S3Uri"])
    return told
