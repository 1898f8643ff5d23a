"""What people make with SageMaker besides: jobs, pipelines, the model registry, features, experiments.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from typing import Any

from local_aws.framework import ApiError, Codes, EmulatedKind, EmulatedResource, Life, Params, Request, named, plant
from local_aws.services.sagemaker.jobs import training
from local_aws.services.sagemaker.pipelines.operations import PipelineOperations

_CONFLICT = Codes(missing="ResourceNotFound", exists="ConflictException", busy="ConflictException")


def _ended(call: Request, record: EmulatedResource) -> None:
    """(14) Only jobs in a terminal state, without a warm pool."""
    if record.get("WarmPoolStatus", {}).get("Status") == "Available":
        raise ApiError("ValidationException", f"{record.key[-1]} has a warm pool that is Available; it is in use.")


def _not_running(call: Request, record: EmulatedResource) -> None:
    """(15) A pipeline with running executions is not deleted."""
    for run in call.store.all("PipelineExecution"):
        if run.get("PipelineName") == record.key[0] and call.store.status(run) in ("Executing", "Stopping"):
            raise ApiError("ConflictException", f"Pipeline {record.key[0]} has a running execution.")


def _version(call: Request, members: Params) -> Params:
    """A package in a group is a numbered version of it; one without a group has the name that was given."""
    group = members.get("ModelPackageGroupName")
    if call.operation.startswith("Update"):
        return {}
    if not group:
        name = call.params.get("ModelPackageName")
        if not name:
            raise ApiError("ValidationException", "Give ModelPackageGroupName or ModelPackageName.")
        return _package(call, name)
    holder = call.store.need("ModelPackageGroup", (group,))
    number = int(holder.get("lastVersion", 0)) + 1
    holder.members["lastVersion"] = number
    return {**_package(call, f"{group}/{number}"), "ModelPackageVersion": number}


def _package(call: Request, name: str) -> Params:
    return {
        "ModelPackageName": name,
        "ModelPackageArn": call.arn("sagemaker", f"model-package/{name}"),
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": call.params.get("ModelApprovalStatus", "PendingManualApproval"),
    }


def _named_by_arn(_: Request, record: EmulatedResource) -> None:
    record.arn = record.key[-1]


def _leaves_offline_store(call: Request, record: EmulatedResource) -> None:
    """(17) Objects and the Glue table stay: they are made with the group and nothing takes them away."""
    config = record.get("OfflineStoreConfig")
    glue, s3 = call.neighbour("glue"), call.neighbour("s3")
    if not config or not glue or not s3:
        return
    catalog = config["DataCatalogConfig"]
    plant(glue, "Table", (catalog["Database"], catalog["TableName"]), region=call.region)
    bucket, _, prefix = config["S3StorageConfig"]["ResolvedOutputS3Uri"].removeprefix("s3://").partition("/")
    s3.put(call.region, bucket, f"{prefix}/part-0.parquet")


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


def _registry_life(member: str) -> Life:
    return Life("Pending", "Completed", "Deleting", member=member)


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
    _made("Pipeline", update="UpdatePipeline", codes=_CONFLICT, prepare=_active, before_delete=_not_running),
    _made(
        "PipelineExecution",
        "PipelineExecutionArn",
        create="",
        delete="",
        arn="",
        arn_member="",
        life=Life("Executing", "Succeeded", "Stopping", "Stopping", member="PipelineExecutionStatus"),
    ),
    _made("ModelPackageGroup", codes=_CONFLICT, life=_registry_life("ModelPackageGroupStatus")),
    _made(
        "ModelPackage",
        "ModelPackageGroupName",
        "ModelPackageArn",
        update="UpdateModelPackage",
        arn="",
        arn_member="",
        params={"ModelPackageName": "ModelPackageArn"},
        parents=("ModelPackageGroup",),
        codes=_CONFLICT,
        life=_registry_life("ModelPackageStatus"),
        prepare=_version,
        after_create=_named_by_arn,
    ),
    _made(
        "FeatureGroup",
        life=Life("Creating", "Created", "Deleting", member="FeatureGroupStatus"),
        after_create=_leaves_offline_store,
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
    _made("ModelCard"),
)
