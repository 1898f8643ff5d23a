"""What people make with SageMaker besides: jobs, pipelines, experiments, MLflow.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from typing import Any

from local_aws.framework import ApiError, EmulatedKind, EmulatedResource, Life, Params, Request, named
from local_aws.services.sagemaker.jobs import training
from local_aws.services.sagemaker.pipelines.operations import PipelineOperations
from local_aws.services.sagemaker.registry import CONFLICT, named_by_arn


def _ended(call: Request, record: EmulatedResource) -> None:
    """(14) Only jobs in a terminal state, without a warm pool."""
    if record.get("WarmPoolStatus", {}).get("Status") == "Available":
        raise ApiError("ValidationException", f"{record.key[-1]} has a warm pool that is Available; it is in use.")


def _not_running(call: Request, record: EmulatedResource) -> None:
    """(15) A pipeline with running executions is not deleted."""
    for run in call.store.all("PipelineExecution"):
        if run.get("PipelineName") == record.key[0] and call.store.status(run) in ("Executing", "Stopping"):
            raise ApiError("ConflictException", f"Pipeline {record.key[0]} has a running execution.")


def _with_executions(call: Request, record: EmulatedResource) -> None:
    """Executions go with their pipeline."""
    for run in call.store.all("PipelineExecution"):
        if run.get("PipelineName") == record.key[0]:
            call.store.remove(run)


def _unlinked(call: Request, record: EmulatedResource) -> None:
    """(18) A trial with components, an experiment with trials, a component in a trial."""
    name = record.key[0]
    holders = {
        "Experiment": any(trial.get("ExperimentName") == name for trial in call.store.all("Trial")),
        "Trial": any(name in part.get("Trials", ()) for part in call.store.all("TrialComponent")),
        "TrialComponent": bool(record.get("Trials")),
    }
    if holders[record.kind.name]:
        raise ApiError("ValidationException", f"{record.kind.name} {name} is in use by another entity.")


def _artifact(_: Request, members: Params) -> Params:
    """Where the model will be is known from the start."""
    return {"ModelArtifacts": {"S3ModelArtifacts": training.artifact(members)}, "SecondaryStatus": "Starting"}


def _app(call: Request, members: Params) -> Params:
    if call.operation.startswith("Update"):
        return {}
    identity = call.world.new_id(12)
    version = {"MlflowVersion": "3.4", "ModelRegistrationMode": "AutoModelRegistrationDisabled"}
    return {**version, **members, "Arn": call.arn("sagemaker", f"mlflow-app/app-{identity}")}


def _labels(_: Request, members: Params) -> Params:
    return {
        "LabelCounters": {},
        "JobReferenceCode": members["LabelingJobName"],
        "WorkteamArn": members["HumanTaskConfig"]["WorkteamArn"],
    }


def _active(call: Request, members: Params) -> Params:
    """A definition is checked when it is saved, wherever it comes from."""
    checked = call.owner.definition_of(members) if isinstance(call.owner, PipelineOperations) else {}
    return {**checked, "PipelineStatus": "Active"}


def _made(name: str, *key: str, **more: Any) -> EmulatedKind:
    return named(name, *key, made_up=True, **more)


def _job(name: str, delete: bool = True, **more: Any) -> EmulatedKind:
    """A job runs, can be stopped, is deleted only when it has ended (DeleteTrainingJob, API reference)."""
    life = Life("InProgress", "Completed", "Deleting", "Stopping", member=f"{name}Status")
    return _made(name, life=life, **({} if delete else {"delete": ""}), **more)


KINDS = (
    _job("TrainingJob", prepare=_artifact, before_delete=_ended),
    _job("ProcessingJob", before_delete=_ended),
    _job("HyperParameterTuningJob", before_delete=_ended),
    _job("TransformJob", delete=False),
    _job("LabelingJob", delete=False, prepare=_labels),
    _made(
        "Pipeline",
        update="UpdatePipeline",
        codes=CONFLICT,
        prepare=_active,
        before_delete=_not_running,
        after_delete=_with_executions,
    ),
    _made(
        "PipelineExecution",
        "PipelineExecutionArn",
        create="",
        delete="",
        arn="",
        arn_member="",
        life=Life("Executing", "Succeeded", "Stopping", "Stopping", member="PipelineExecutionStatus"),
    ),
    _made("Experiment", before_delete=_unlinked),
    _made("Trial", before_delete=_unlinked),
    _made("TrialComponent", before_delete=_unlinked),
    _made(
        "MlflowTrackingServer",
        "TrackingServerName",
        arn_member="TrackingServerArn",
        life=Life("Creating", "Created", "Deleting", member="TrackingServerStatus"),
    ),
    _made(
        "MlflowApp",
        "Arn",
        update="UpdateMlflowApp",
        arn="",
        arn_member="",
        unique="Name",
        items="Summaries",
        life=Life("Creating", "Created", "Deleting", "Updating", member="Status"),
        prepare=_app,
        after_create=named_by_arn,
    ),
)
