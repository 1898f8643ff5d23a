"""The operations of model package versions, and the events that follow from them and from what is executed."""

from local_aws.framework import (
    ApiError,
    EmulatedResource,
    Params,
    Request,
    answer,
    find,
    listing,
    new_record,
    operation,
)
from local_aws.services.sagemaker import announcements
from local_aws.services.sagemaker.pipelines.operations import PipelineOperations
from local_aws.services.shared.backend import ServiceEvent

FILTERS = ("ModelPackageGroupName", "ModelApprovalStatus", "ModelPackageType", "SortBy", "SortOrder", "NextToken",
           "MaxResults")  # fmt: skip


class PackageOperations(PipelineOperations):
    """Versions of model package groups; every change of one is announced."""

    @operation("CreateModelPackage")
    def create_package(self, call: Request) -> Params:
        """The next version of a group, or a package with a name of its own."""
        with self.world.lock:
            record = new_record(self.kind_of["ModelPackage"], call)
            status = call.store.status(record)
        self._announce(announcements.package(record, status, (), call.region))
        return answer(call.model.output_shape, record, status)

    @operation("UpdateModelPackage")
    def update_package(self, call: Request) -> Params:
        """Change what the request names; metadata is merged, entry by entry."""
        with self.world.lock:
            record = find(self.kind_of["ModelPackage"], call)
            changes = {name: value for name, value in call.params.items() if name != "ModelPackageArn"}
            metadata = {**record.get("CustomerMetadataProperties", {}), **changes.pop("CustomerMetadataProperties", {})}
            for name in changes.pop("CustomerMetadataPropertiesToRemove", ()):
                metadata.pop(name, None)
            record.members |= {**changes, **({"CustomerMetadataProperties": metadata} if metadata else {})}
            record.modified = self.world.clock()
            status = call.store.status(record)
        updated = [name for name in call.params if name != "ModelPackageArn"]
        self._announce(announcements.package(record, status, updated, call.region))
        return {"ModelPackageArn": record["ModelPackageArn"]}

    @operation("ListModelPackages")
    def list_packages(self, call: Request) -> Params:
        """Versions of one group, or those without a group; by approval, if the request says so."""
        undone = sorted(set(call.params) - set(FILTERS))
        if undone:
            message = f"The stand-in for sagemaker does not filter ModelPackage by {', '.join(undone)}."
            raise ApiError("UnknownOperationException", message, 501)
        group = call.params.get("ModelPackageGroupName", "")
        if group:
            group = call.store.need("ModelPackageGroup", (group,)).key[0]
        approval = call.params.get("ModelApprovalStatus")
        found = [
            each
            for each in call.store.all("ModelPackage")
            if each.key[0] == group and approval in (None, each.get("ModelApprovalStatus"))
        ]
        return listing(call, found)

    def job_changed(self, record: EmulatedResource, region: str) -> None:
        self._announce(announcements.job(record, self.store(region).status(record), region))

    def execution_changed(self, record: EmulatedResource, region: str, step: Params | None = None) -> None:
        if step is not None:
            self._announce(announcements.step(record, dict(step), region))
            return
        status = self.store(region).status(record)
        before = "" if status == "Executing" else "Executing"
        self._announce(announcements.execution(record, before, status, region))

    def _announce(self, event: ServiceEvent) -> None:
        if self.backend:
            self.backend.emit(event)
