"""What attendees make in SageMaker beyond the deployed: the rules that decide what can be deleted, and when.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from typing import Any

from local_aws.account.plant import job, named, plant, stop
from local_aws.framework import ApiError, Call, Codes, Kind, Life, Params, Record, operation
from local_aws.framework.crud import delete, find, listing
from local_aws.framework.service import StandIn
from local_aws.services.sagemaker.control import HOSTING, SageMaker

MANAGED = "ManagedByAmazonSageMakerResource"
CONFLICT = Codes(missing="ResourceNotFound", exists="ConflictException", busy="ConflictException")
_DEFINITIONS = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")
_JOBS = {"TrainingJob": True, "ProcessingJob": True, "HyperParameterTuningJob": True, "TransformJob": False}


def _watched(call: Call, record: Record) -> None:
    """(11, 12) An endpoint with inference components or monitoring schedules is not deleted."""
    for kind in ("InferenceComponent", "MonitoringSchedule"):
        if any(each.get("EndpointName") == record.key[0] for each in call.store.all(kind)):
            raise ApiError("ValidationException", f"Endpoint {record.key[0]} is in use: it still has a {kind}.")


def _ends_with_logs(call: Call, record: Record) -> None:
    """(22, 41) The endpoint's log group outlives it, and the last lines arrive after it is gone."""
    logs = _other(call, "logs")
    if logs:
        logs.write_late(call.region, f"/aws/sagemaker/Endpoints/{record.key[0]}")  # type: ignore[attr-defined]


def _stopped(call: Call, record: Record) -> None:
    """(13) ValidationException … Status (InService) not in ([Stopped, Failed])."""
    status = call.store.status(record)
    if status not in ("Stopped", "Failed"):
        raise ApiError("ValidationException", f"Status ({status}) not in ([Stopped, Failed]). Unable to transition.")


def _ended(call: Call, record: Record) -> None:
    """(14) Only jobs in a terminal state, without a warm pool."""
    if record.get("WarmPoolStatus", {}).get("Status") == "Available":
        raise ApiError("ValidationException", f"{record.key[-1]} has a warm pool that is Available; it is in use.")


def _not_running(call: Call, record: Record) -> None:
    """(15) A pipeline with running executions is not deleted."""
    for run in call.store.all("PipelineExecution"):
        if run.get("PipelineName") == record.key[0] and call.store.status(run) in ("Executing", "Stopping"):
            raise ApiError("ConflictException", f"Pipeline {record.key[0]} has a running execution.")


def _unlinked(call: Call, record: Record) -> None:
    """(18) A trial with components, an experiment with trials, a component in a trial."""
    name = record.key[0]
    holders = {
        "Experiment": any(trial.get("ExperimentName") == name for trial in call.store.all("Trial")),
        "Trial": any(name in part.get("Trials", ()) for part in call.store.all("TrialComponent")),
        "TrialComponent": bool(record.get("Trials")),
    }
    if holders[record.kind.name]:
        raise ApiError("ValidationException", f"{record.kind.name} {name} is in use by another entity.")


def _leaves_offline_store(call: Call, record: Record) -> None:
    """(17) Objects and the Glue table stay: they are made with the group and nothing takes them away."""
    config = record.get("OfflineStoreConfig")
    glue, s3 = _other(call, "glue"), _other(call, "s3")
    if not config or not glue or not s3:
        return
    catalog = config["DataCatalogConfig"]
    plant(glue, "Table", (catalog["Database"], catalog["TableName"]), region=call.region)
    bucket, _, prefix = config["S3StorageConfig"]["ResolvedOutputS3Uri"].removeprefix("s3://").partition("/")
    s3.put(call.region, bucket, f"{prefix}/part-0.parquet")  # type: ignore[attr-defined]


def _opens_home(call: Call, record: Record) -> None:
    """(4, 5) A domain comes with a file system and two security groups that name each other."""
    efs, ec2 = _other(call, "efs"), _other(call, "ec2")
    if not efs or not ec2 or not record.get("VpcId"):
        return
    tags = {MANAGED: record.arn}
    system = f"fs-{record.key[0].removeprefix('d-')}"
    record.members["HomeEfsFileSystemId"] = system
    plant(efs, "FileSystem", (system,), tags, call.region)
    plant(
        efs,
        "MountTarget",
        (system.replace("fs-", "fsmt-"),),
        None,
        call.region,
        FileSystemId=system,
        VpcId=record["VpcId"],
    )
    pair = [f"sg-{way}{system}" for way in ("in", "out")]
    for group, other in (pair, pair[::-1]):
        rules = [{"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": [{"GroupId": other}]}]
        plant(ec2, "SecurityGroup", (group,), tags, call.region, VpcId=record["VpcId"], IpPermissions=rules,
              GroupName=f"security-group-for-nfs-{group}")  # fmt: skip


def _other(call: Call, service: str) -> StandIn | None:
    owner = call.owner
    return owner.neighbours.get(service) if isinstance(owner, AccountSageMaker) else None


def _definition(noun: str) -> Kind:
    name = f"{noun}JobDefinition"
    outputs = {"MonitoringJobDefinitionName": "JobDefinitionName", "MonitoringJobDefinitionArn": "JobDefinitionArn"}
    return named(name, "JobDefinitionName", arn_member="JobDefinitionArn", outputs=outputs, filters={})


# What people's work adds to the kinds that a deployment needs.
_MORE: dict[str, dict[str, Any]] = {
    "Domain": {"after_create": _opens_home},
    "Endpoint": {"before_delete": _watched, "after_delete": _ends_with_logs},
}


def _life(member: str) -> Life:
    return Life("Pending", "Completed", "Deleting", member=member)


class AccountSageMaker(SageMaker):
    """SageMaker of an account in which people worked. `neighbours` are the services it makes things in."""

    kinds = (
        *(Kind(**{**vars(kind), **_MORE.get(kind.name, {})}) for kind in SageMaker.kinds),
        named("MonitoringSchedule", life=Life("Pending", "Scheduled", "Pending", member="MonitoringScheduleStatus")),
        *(_definition(noun) for noun in _DEFINITIONS),
        named(
            "InferenceComponent", life=Life("Creating", "InService", "Deleting", member="InferenceComponentStatus"),
            codes=HOSTING,
        ),
        named(
            "NotebookInstance", before_delete=_stopped,
            life=Life("Pending", "InService", "Deleting", "Stopping", member="NotebookInstanceStatus"),
        ),
        *(job(name, delete=deletes, before_delete=_ended if deletes else None) for name, deletes in _JOBS.items()),
        named("Pipeline", before_delete=_not_running, codes=CONFLICT),
        named(
            "PipelineExecution", "PipelineExecutionArn", create="", delete="", arn="", arn_member="",
            life=Life("Executing", "Succeeded", "Stopping", "Stopping", member="PipelineExecutionStatus"),
        ),
        named("ModelPackageGroup", codes=CONFLICT, life=_life("ModelPackageGroupStatus")),
        Kind(
            "ModelPackage", ("ModelPackageGroupName", "ModelPackageArn"), list="ListModelPackages",
            params={"ModelPackageName": "ModelPackageArn"}, parents=("ModelPackageGroup",), codes=CONFLICT,
            life=_life("ModelPackageStatus"),
        ),
        named(
            "FeatureGroup", after_create=_leaves_offline_store,
            life=Life("Creating", "Created", "Deleting", member="FeatureGroupStatus"),
        ),
        named("Experiment", before_delete=_unlinked), named("Trial", before_delete=_unlinked),
        named("TrialComponent", before_delete=_unlinked),
        named(
            "MlflowTrackingServer", "TrackingServerName", arn_member="TrackingServerArn",
            life=Life("Creating", "Created", "Deleting", member="TrackingServerStatus"),
        ),
        named("ModelCard"),
        named("Image", life=Life("CREATING", "CREATED", "DELETING", member="ImageStatus")), named("AppImageConfig"),
    )  # fmt: skip

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.neighbours: dict[str, StandIn] = {}

    @operation("DeleteApp")
    def delete_app(self, call: Call) -> Params:
        """(2) A failed app is not deleted; an app is named through a space or a profile, not both."""
        kind = self.kind_of["App"]
        if bool(call.params.get("SpaceName")) == bool(call.params.get("UserProfileName")):
            raise ApiError("ValidationException", "Name the app through its space or its user profile.")
        if find(kind, call).get("Status") == "Failed":
            raise ApiError("ValidationException", "The app is Failed and cannot be deleted.")
        return delete(kind, call, self.model.operation_model(call.operation))

    @operation("DeleteDomain")
    def delete_domain(self, call: Call) -> Params:
        """(4) The file system is kept unless RetentionPolicy says Delete. (5) The security groups always stay."""
        kind = self.kind_of["Domain"]
        domain = find(kind, call)
        result = delete(kind, call, self.model.operation_model(call.operation))
        if call.params.get("RetentionPolicy", {}).get("HomeEfsFileSystem") == "Delete" and "efs" in self.neighbours:
            self.neighbours["efs"].drop_home(call.region, domain.get("HomeEfsFileSystemId", ""))  # type: ignore[attr-defined]
        return result

    @operation("ListModelPackages")
    def list_packages(self, call: Call) -> Params:
        """Versions of one group."""
        group = call.params["ModelPackageGroupName"]
        found = [each for each in call.store.all("ModelPackage") if each.key[0] == group]
        return listing(call, self.model.operation_model(call.operation), found)

    @operation("DeleteModelPackage")
    def delete_package(self, call: Call) -> None:
        """By ARN."""
        arn = call.params["ModelPackageName"]
        found = [each for each in call.store.all("ModelPackage") if each.key[1] == arn]
        if not found:
            raise ApiError("ResourceNotFound", f"ModelPackage {arn} does not exist.")
        call.store.remove(found[0])

    @operation("ListPipelineExecutions")
    def list_executions(self, call: Call) -> Params:
        """Runs of one pipeline."""
        name = call.store.need("Pipeline", (call.params["PipelineName"],)).key[0]
        found = [each for each in call.store.all("PipelineExecution") if each.get("PipelineName") == name]
        return listing(call, self.model.operation_model(call.operation), found)

    @operation("StopPipelineExecution")
    def stop_execution(self, call: Call) -> Params:
        """Begin to stop a run."""
        stop(call, self.kind_of["PipelineExecution"], "Stopped")
        return {"PipelineExecutionArn": call.params["PipelineExecutionArn"]}

    @operation("StopNotebookInstance")
    def stop_notebook(self, call: Call) -> None:
        """Begin to stop."""
        stop(call, self.kind_of["NotebookInstance"], "Stopped")

    @operation("StopTrainingJob", "StopProcessingJob", "StopTransformJob", "StopHyperParameterTuningJob")
    def stop_job(self, call: Call) -> None:
        """Begin to stop."""
        stop(call, self.kind_of[call.operation.removeprefix("Stop")], "Stopped")

    @operation("UpdateTrainingJob")
    def update_job(self, call: Call) -> Params:
        """(14) Keep-alive 0 gives the warm pool back."""
        record = find(self.kind_of["TrainingJob"], call)
        record.members["WarmPoolStatus"] = {"Status": "Terminated"}
        return {"TrainingJobArn": record.arn}

    @operation("ListTrials")
    def list_trials(self, call: Call) -> Params:
        """All, or those that hold a component."""
        component = call.params.get("TrialComponentName")
        held = call.store.need("TrialComponent", (component,)).get("Trials", ()) if component else ()
        found = [each for each in call.store.all("Trial") if not component or each.key[0] in held]
        return listing(call, self.model.operation_model(call.operation), found)

    @operation("DisassociateTrialComponent")
    def leave_trial(self, call: Call) -> Params:
        """(18) A component leaves a trial."""
        part = find(self.kind_of["TrialComponent"], call)
        part.members["Trials"] = [name for name in part.get("Trials", ()) if name != call.params["TrialName"]]
        return {"TrialComponentArn": part.arn}
