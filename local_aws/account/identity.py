"""Roles that must be stripped, and keys that can only be scheduled."""

from typing import Any

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedKind,
    EmulatedResource,
    Params,
    Request,
    StandIn,
    find,
    operation,
    plant,
    truncated,
)


class Iam(StandIn):
    """Roles and customer managed policies; one place for all regions."""

    service = "iam"
    codes = Codes(missing="NoSuchEntity", exists="EntityAlreadyExists", busy="DeleteConflict", invalid="InvalidInput")
    kinds = (
        EmulatedKind("Role", ("RoleName",), get="GetRole", arn="role/{RoleName}", arn_member="Arn"),
        EmulatedKind("Policy", ("PolicyName",), arn="policy/{PolicyName}", arn_member="Arn"),
    )

    def role(self, name: str, path: str = "/", tags: dict[str, str] | None = None, **members: Any) -> EmulatedResource:
        """A role with `Attached` policy ARNs and `Inline` policy names."""
        arn = f"arn:aws:iam::{self.world.account}:role{path}{name}"
        record = plant(self, "Role", (name,), tags, Path=path, RoleId="AROA" + "X" * 16, **members)
        record.arn = arn
        return record

    @operation("ListRoles")
    def roles(self, call: Request) -> Params:
        """Roles below the path that the request names."""
        prefix = call.params.get("PathPrefix", "/")
        found = [each for each in call.store.all("Role") if each["Path"].startswith(prefix)]
        return truncated(call, found, "IsTruncated")

    @operation("ListRoleTags")
    def role_tags(self, call: Request) -> Params:
        tags = find(self.kind_of["Role"], call).tags
        return {"Tags": [{"Key": name, "Value": value} for name, value in tags.items()], "IsTruncated": False}

    @operation("ListAttachedRolePolicies")
    def attached(self, call: Request) -> Params:
        arns = find(self.kind_of["Role"], call).get("Attached", [])
        return {"AttachedPolicies": [{"PolicyArn": arn, "PolicyName": arn.split("/")[-1]} for arn in arns]}

    @operation("ListRolePolicies")
    def inline(self, call: Request) -> Params:
        return {"PolicyNames": list(find(self.kind_of["Role"], call).get("Inline", []))}

    @operation("ListInstanceProfilesForRole")
    def profiles(self, call: Request) -> Params:
        """No role of the account is in an instance profile."""
        find(self.kind_of["Role"], call)
        return {"InstanceProfiles": []}

    @operation("DetachRolePolicy")
    def detach(self, call: Request) -> None:
        self._take(call, "Attached", call.params["PolicyArn"])

    @operation("DeleteRolePolicy")
    def delete_inline(self, call: Request) -> None:
        self._take(call, "Inline", call.params["PolicyName"])

    def _take(self, call: Request, member: str, name: str) -> None:
        held = find(self.kind_of["Role"], call).get(member, [])
        if name not in held:
            raise ApiError("NoSuchEntity", f"Policy {name} was not found.")
        held.remove(name)

    @operation("DeleteRole")
    def delete_role(self, call: Request) -> None:
        """(50) DeleteConflict while it has policies."""
        role = find(self.kind_of["Role"], call)
        if role.get("Attached") or role.get("Inline"):
            raise ApiError("DeleteConflict", "Cannot delete entity, must detach all policies first.")
        call.store.remove(role)


class Kms(StandIn):
    """Keys that can only be scheduled for deletion (46), and their aliases."""

    service = "kms"
    codes = Codes(missing="NotFoundException", exists="AlreadyExistsException", busy="KMSInvalidStateException")
    kinds = (
        EmulatedKind(
            "Key",
            ("KeyId",),
            create="CreateKey",
            arn="key/{KeyId}",
            arn_member="KeyArn",
            outputs={"Arn": "KeyArn"},
            id_prefix="",
            made_up=True,
        ),
        EmulatedKind("Alias", ("AliasName",), delete="DeleteAlias", arn="{AliasName}", arn_member="AliasArn"),
    )

    @operation("ListKeys")
    def keys(self, call: Request) -> Params:
        """All, those that wait for their end too."""
        return truncated(call, call.store.all("Key"), "Truncated")

    @operation("ListAliases")
    def aliases(self, call: Request) -> Params:
        """Aliases of one key, or all if the request names none."""
        key = call.params.get("KeyId")
        found = [each for each in call.store.all("Alias") if key in (None, each.get("TargetKeyId"))]
        return truncated(call, found, "Truncated")

    @operation("DescribeKey")
    def describe(self, call: Request) -> Params:
        """The key with its state, such as PendingDeletion."""
        key = call.store.need("Key", (call.params["KeyId"],))
        return {"KeyMetadata": {"KeyId": key.key[0], "Arn": key.arn, "KeyState": key.get("KeyState", "Enabled")}}

    @operation("ListResourceTags")
    def tags(self, call: Request) -> Params:
        key = call.store.need("Key", (call.params["KeyId"],))
        return {"Tags": [{"TagKey": name, "TagValue": value} for name, value in key.tags.items()], "Truncated": False}

    @operation("ScheduleKeyDeletion")
    def schedule(self, call: Request) -> Params:
        """KMS refuses a waiting time of less than seven days."""
        key = call.store.need("Key", (call.params["KeyId"],))
        if key.get("KeyState") == "PendingDeletion":
            raise ApiError("KMSInvalidStateException", "The key is pending deletion.")
        key.members["KeyState"] = "PendingDeletion"
        return {"KeyId": key.arn, "KeyState": "PendingDeletion"}
