"""The model registry: groups, numbered versions, model cards.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

import json

from local_aws.framework import ApiError, Codes, EmulatedResource, Life, Params, Request, named

CONFLICT = Codes(missing="ResourceNotFound", exists="ConflictException", busy="ConflictException")
APPROVAL = ("Approved", "Rejected", "PendingManualApproval")


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


def named_by_arn(_: Request, record: EmulatedResource) -> None:
    """The last part of the key is the ARN."""
    record.arn = record.key[-1]


def _card(_: Request, members: Params) -> Params:
    """Each change makes a version; the content is JSON."""
    try:
        json.loads(members["Content"])
    except ValueError as error:
        raise ApiError("ValidationException", f"The content of the model card is not JSON: {error}") from error
    return {"ModelCardVersion": int(members.get("ModelCardVersion", 0)) + 1}


def _life(member: str) -> Life:
    return Life("Pending", "Completed", "Deleting", member=member)


KINDS = (
    named("ModelPackageGroup", made_up=True, codes=CONFLICT, life=_life("ModelPackageGroupStatus")),
    named(
        "ModelPackage",
        "ModelPackageGroupName",
        "ModelPackageArn",
        made_up=True,
        update="UpdateModelPackage",
        arn="",
        arn_member="",
        params={"ModelPackageName": "ModelPackageArn"},
        parents=("ModelPackageGroup",),
        codes=CONFLICT,
        life=_life("ModelPackageStatus"),
        prepare=_version,
        after_create=named_by_arn,
    ),
    named("ModelCard", made_up=True, update="UpdateModelCard", codes=CONFLICT, prepare=_card),
)
