"""Network, identity, keys, logs, functions and stacks: what everything else stands on, with what holds it up."""

from datetime import UTC, datetime
from typing import Any

from workshop.local.standin import ApiError, Call, Codes, Kind, Life, Params, Record, StandIn, Tagging, operation
from workshop.local.standin.crud import find, listing

from .teardown_kit import plant, select, truncated


class Ec2(StandIn):
    """VPCs, security groups, interfaces: only what is in the way."""

    service = "ec2"
    codes = Codes(missing="InvalidGroup.NotFound", exists="InvalidGroup.Duplicate", busy="DependencyViolation",
                  invalid="InvalidParameterValue")  # fmt: skip
    kinds = (
        Kind("Vpc", ("VpcId",), arn="vpc/{VpcId}", items="Vpcs"),
        Kind("SecurityGroup", ("GroupId",), arn="security-group/{GroupId}", items="SecurityGroups"),
        Kind("NetworkInterface", ("NetworkInterfaceId",), arn="network-interface/{NetworkInterfaceId}",
             items="NetworkInterfaces"),
    )  # fmt: skip

    enabled = ("us-east-1", "ap-southeast-1")

    def hold(self, region: str, vpc: str, groups: list[str], seconds: float, description: str) -> Record:
        """(6, 35) An interface that a service releases by itself, so many seconds after now."""
        record = plant(
            self, "NetworkInterface", (f"eni-{self.world.serial():08x}",), None, region,
            VpcId=vpc, Groups=[{"GroupId": group} for group in groups], Description=description,
            InterfaceType="interface",
        )  # fmt: skip
        record.gone_at = self.world.clock() + seconds
        return record

    @operation("DescribeRegions")
    def regions(self, call: Call) -> Params:
        """Those that are enabled."""
        return {"Regions": [{"RegionName": name} for name in self.enabled]}

    @operation("DescribeVpcs")
    def vpcs(self, call: Call) -> Params:
        """All, or by id."""
        return self._with_tags(select(call, "Vpc", "VpcIds", "VpcId"), "Vpcs", "VpcId", "Tags", call)

    @operation("DescribeSecurityGroups")
    def groups(self, call: Call) -> Params:
        """All, or by id."""
        return self._with_tags(
            select(call, "SecurityGroup", "GroupIds", "GroupId"), "SecurityGroups", "GroupId", "Tags", call
        )

    @operation("DescribeNetworkInterfaces")
    def interfaces(self, call: Call) -> Params:
        """All, or by id; in use until the service lets go."""
        found = select(call, "NetworkInterface", "NetworkInterfaceIds", "NetworkInterfaceId")
        for each in found["NetworkInterfaces"]:
            each["Status"] = "in-use"
        return found

    @operation("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
    def revoke(self, call: Call) -> Params:
        """All rules of that direction."""
        group = call.store.need("SecurityGroup", (call.params["GroupId"],))
        group.members.pop("IpPermissions" if call.operation.endswith("Ingress") else "IpPermissionsEgress", None)
        return {"Return": True}

    @operation("DeleteSecurityGroup")
    def delete_group(self, call: Call) -> Params:
        """(5) DependencyViolation while an interface is in it or another group names it."""
        group = call.store.need("SecurityGroup", (call.params["GroupId"],))
        others = [each for each in call.store.all("SecurityGroup") if each is not group]
        named = any(group.key[0] in repr(each.get("IpPermissions", [])) for each in others)
        used = any(group.key[0] in repr(each.get("Groups", [])) for each in call.store.all("NetworkInterface"))
        if named or used:
            raise ApiError("DependencyViolation", f"resource {group.key[0]} has a dependent object")
        call.store.remove(group)
        return {}

    @operation("DeleteNetworkInterface")
    def delete_interface(self, call: Call) -> None:
        """(35) One that a service holds is not the caller's."""
        call.store.need("NetworkInterface", (call.params["NetworkInterfaceId"],))
        raise ApiError("OperationNotPermitted", "You do not have permission to access the specified resource.")

    @operation("DeleteVpc")
    def delete_vpc(self, call: Call) -> None:
        """(5, 6) Empty of groups and interfaces."""
        vpc = call.store.need("Vpc", (call.params["VpcId"],))
        for kind in ("SecurityGroup", "NetworkInterface"):
            if any(each.get("VpcId") == vpc.key[0] for each in call.store.all(kind)):
                raise ApiError("DependencyViolation", f"The vpc '{vpc.key[0]}' has dependencies and cannot be deleted.")
        call.store.remove(vpc)

    def _with_tags(self, answer: Params, items: str, key: str, member: str, call: Call) -> Params:
        for entry in answer[items]:
            record = next(each for each in call.store.everything() if each.key[0] == entry[key])
            entry[member] = [{"Key": name, "Value": value} for name, value in record.tags.items()]
        return answer


class Iam(StandIn):
    """Roles and customer managed policies; one place for all regions."""

    service = "iam"
    codes = Codes(missing="NoSuchEntity", exists="EntityAlreadyExists", busy="DeleteConflict", invalid="InvalidInput")
    kinds = (
        Kind("Role", ("RoleName",), get="GetRole", arn="role/{RoleName}", arn_member="Arn"),
        Kind("Policy", ("PolicyName",), arn="policy/{PolicyName}", arn_member="Arn"),
    )

    def role(self, name: str, path: str = "/", tags: dict[str, str] | None = None, **members: Any) -> Record:
        """A role with `Attached` policy ARNs and `Inline` policy names."""
        arn = f"arn:aws:iam::{self.world.account}:role{path}{name}"
        record = plant(self, "Role", (name,), tags, Path=path, RoleId="AROA" + "X" * 16, **members)
        record.arn = arn
        return record

    @operation("ListRoles")
    def roles(self, call: Call) -> Params:
        """Below a path."""
        prefix = call.params.get("PathPrefix", "/")
        found = [each for each in call.store.all("Role") if each["Path"].startswith(prefix)]
        return truncated(call, found, "IsTruncated")

    @operation("ListRoleTags")
    def role_tags(self, call: Call) -> Params:
        """Tags of one role."""
        tags = find(self.kind_of["Role"], call).tags
        return {"Tags": [{"Key": name, "Value": value} for name, value in tags.items()], "IsTruncated": False}

    @operation("ListAttachedRolePolicies")
    def attached(self, call: Call) -> Params:
        """Managed policies of a role."""
        arns = find(self.kind_of["Role"], call).get("Attached", [])
        return {"AttachedPolicies": [{"PolicyArn": arn, "PolicyName": arn.split("/")[-1]} for arn in arns]}

    @operation("ListRolePolicies")
    def inline(self, call: Call) -> Params:
        """Inline policies of a role."""
        return {"PolicyNames": list(find(self.kind_of["Role"], call).get("Inline", []))}

    @operation("ListInstanceProfilesForRole")
    def profiles(self, call: Call) -> Params:
        """None."""
        find(self.kind_of["Role"], call)
        return {"InstanceProfiles": []}

    @operation("DetachRolePolicy")
    def detach(self, call: Call) -> None:
        """One managed policy less."""
        self._take(call, "Attached", call.params["PolicyArn"])

    @operation("DeleteRolePolicy")
    def delete_inline(self, call: Call) -> None:
        """One inline policy less."""
        self._take(call, "Inline", call.params["PolicyName"])

    def _take(self, call: Call, member: str, name: str) -> None:
        held = find(self.kind_of["Role"], call).get(member, [])
        if name not in held:
            raise ApiError("NoSuchEntity", f"Policy {name} was not found.")
        held.remove(name)

    @operation("DeleteRole")
    def delete_role(self, call: Call) -> None:
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
        Kind("Key", ("KeyId",), create="CreateKey", arn="key/{KeyId}", arn_member="KeyArn"),
        Kind("Alias", ("AliasName",), delete="DeleteAlias", arn="{AliasName}", arn_member="AliasArn"),
    )

    @operation("ListKeys")
    def keys(self, call: Call) -> Params:
        """All, those that wait for their end too."""
        return truncated(call, call.store.all("Key"), "Truncated")

    @operation("ListAliases")
    def aliases(self, call: Call) -> Params:
        """All, or of one key."""
        key = call.params.get("KeyId")
        found = [each for each in call.store.all("Alias") if key in (None, each.get("TargetKeyId"))]
        return truncated(call, found, "Truncated")

    @operation("DescribeKey")
    def describe(self, call: Call) -> Params:
        """With its state."""
        key = call.store.need("Key", (call.params["KeyId"],))
        return {"KeyMetadata": {"KeyId": key.key[0], "Arn": key.arn, "KeyState": key.get("KeyState", "Enabled")}}

    @operation("ListResourceTags")
    def tags(self, call: Call) -> Params:
        """Tags of one key."""
        key = call.store.need("Key", (call.params["KeyId"],))
        return {"Tags": [{"TagKey": name, "TagValue": value} for name, value in key.tags.items()], "Truncated": False}

    @operation("ScheduleKeyDeletion")
    def schedule(self, call: Call) -> Params:
        """Not before seven days."""
        key = call.store.need("Key", (call.params["KeyId"],))
        if key.get("KeyState") == "PendingDeletion":
            raise ApiError("KMSInvalidStateException", "The key is pending deletion.")
        key.members["KeyState"] = "PendingDeletion"
        return {"KeyId": key.arn, "KeyState": "PendingDeletion"}


class Logs(StandIn):
    """Groups and streams; a late line brings a deleted group back (41)."""

    service = "logs"
    codes = Codes(exists="ResourceAlreadyExistsException", busy="OperationAbortedException",
                  invalid="InvalidParameterException")  # fmt: skip
    kinds = (
        Kind("LogGroup", ("logGroupName",), create="CreateLogGroup", list="DescribeLogGroups", delete="DeleteLogGroup",
             arn="log-group:{logGroupName}", arn_member="logGroupArn", filters={"logGroupNamePrefix": "prefix"}),
        Kind("LogStream", ("logGroupName", "logStreamName"), list="DescribeLogStreams", delete="DeleteLogStream",
             arn="log-group:{logGroupName}:log-stream:{logStreamName}", arn_member="arn"),
    )  # fmt: skip
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)

    def write_late(self, region: str, group: str) -> None:
        """(41) A service flushes its logs after the resource is gone: the group exists, whatever was before."""
        if self.store(region).get("LogGroup", (group,)) is None:
            plant(self, "LogGroup", (group,), None, region)

    @operation("ListTagsForResource")
    def tags_of(self, call: Call) -> Params:
        """None is left out: the model's map has at least one entry."""
        record = call.store.by_arn(call.params["resourceArn"])
        if record is None:
            raise ApiError(self.codes.missing, "The specified resource does not exist.")
        return {"tags": dict(record.tags)} if record.tags else {}

    @operation("DescribeLogGroups")
    def groups(self, call: Call) -> Params:
        """Whose names begin so."""
        return self._begin(call, "LogGroup", call.store.all("LogGroup"), "logGroupNamePrefix")

    @operation("DescribeLogStreams")
    def streams(self, call: Call) -> Params:
        """Of one group, whose names begin so."""
        call.store.need("LogGroup", (call.params["logGroupName"],))
        of = [each for each in call.store.all("LogStream") if each.key[0] == call.params["logGroupName"]]
        return self._begin(call, "LogStream", of, "logStreamNamePrefix")

    def _begin(self, call: Call, kind: str, records: list[Record], asked: str) -> Params:
        prefix = call.params.get(asked, "")
        found = [each for each in records if each.key[-1].startswith(prefix)]
        return listing(call, self.model.operation_model(call.operation), found, "")


class Lambda(StandIn):
    """Functions."""

    service = "lambda"
    codes = Codes(exists="ResourceConflictException", busy="ResourceConflictException",
                  invalid="InvalidParameterValueException")  # fmt: skip
    kinds = (
        Kind("Function", ("FunctionName",), list="ListFunctions", get="GetFunctionConfiguration",
             arn="function:{FunctionName}", arn_member="FunctionArn"),
    )  # fmt: skip
    tagging = (Tagging("TagResource", "UntagResource", "ListTags", "Resource"),)
    logs: Logs | None = None

    @operation("DeleteFunction")
    def delete_function(self, call: Call) -> Params:
        """(41) Its log group comes back with the last lines."""
        record = find(self.kind_of["Function"], call)
        call.store.remove(record)
        if self.logs:
            self.logs.write_late(call.region, f"/aws/lambda/{record.key[0]}")
        return {}


class CloudFormation(StandIn):
    """Stacks that delete what they hold, fail on what is in the way (52), and can be asked again."""

    service = "cloudformation"
    codes = Codes(
        missing="ValidationError", exists="AlreadyExistsException", busy="ValidationError", invalid="ValidationError"
    )
    kinds = (Kind("Stack", ("StackName",)),)
    _life = Life("CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS")

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.neighbours: dict[str, StandIn] = {}

    def stack(self, name: str, tags: dict[str, str], resources: list[Params], region: str = "") -> Record:
        """A stack. A resource has LogicalResourceId, PhysicalResourceId, ResourceType, and `delete`: service,
        operation, parameters; one without `delete` goes with the stack."""
        region = region or self.world.region
        identity = f"arn:aws:cloudformation:{region}:{self.world.account}:stack/{name}/{self.world.new_id(12).lower()}"
        return plant(
            self, "Stack", (name,), tags, region, StackId=identity, resources=resources, status="CREATE_COMPLETE"
        )

    @operation("DescribeStacks")
    def stacks(self, call: Call) -> Params:
        """All, or one by name or id."""
        self._settle(call)
        wanted = call.params.get("StackName")
        found = [each for each in call.store.all("Stack") if wanted in (None, each.key[0], each["StackId"])]
        if wanted and not found:
            raise ApiError("ValidationError", f"Stack with id {wanted} does not exist")
        answer = listing(call, self.model.operation_model(call.operation), found)
        for entry, record in zip(answer["Stacks"], found, strict=False):
            entry["StackStatus"] = record["status"]
        return answer

    @operation("ListStackResources")
    def resources(self, call: Call) -> Params:
        """What a stack holds."""
        stack = self._stack(call)
        now = datetime.fromtimestamp(self.world.clock(), UTC)
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": each["LogicalResourceId"],
                    "PhysicalResourceId": each["PhysicalResourceId"],
                    "ResourceType": each["ResourceType"],
                    "ResourceStatus": each.get("status", "CREATE_COMPLETE"),
                    "LastUpdatedTimestamp": now,
                }
                for each in stack["resources"]
            ]
        }

    @operation("DeleteStack")
    def delete_stack(self, call: Call) -> None:
        """Begins; how it ends shows after the delay `delete`."""
        stack = self._stack(call)
        stack.members |= {"status": "DELETE_IN_PROGRESS"}
        stack.ready_at = self.world.clock() + call.store.delay(stack.kind, "delete")

    def _settle(self, call: Call) -> None:
        for stack in call.store.all("Stack"):
            if stack["status"] == "DELETE_IN_PROGRESS" and self.world.clock() >= stack.ready_at:
                self._finish(call, stack)

    def _finish(self, call: Call, stack: Record) -> None:
        """In no particular order, as without DependsOn."""
        for each in stack["resources"]:
            each["status"] = "DELETE_COMPLETE" if self._gone(call, each) else "DELETE_FAILED"
        if any(each["status"] == "DELETE_FAILED" for each in stack["resources"]):
            stack.members["status"] = "DELETE_FAILED"
        else:
            # The delay has passed already.
            stack.gone_at = self.world.clock()

    def _gone(self, call: Call, resource: Params) -> bool:
        if "delete" not in resource or resource.get("status") == "DELETE_COMPLETE":
            return True
        service, name, params = resource["delete"]
        owner = self.neighbours[service]
        missing = {owner.codes.missing, "ResourceNotFound", "ResourceNotFoundException", "ValidationException"}
        try:
            # Straight to the operation: faults that a test injects are for the caller, not for CloudFormation.
            owner._run(Call(service, name, dict(params), call.region, owner), owner.model.operation_model(name))
        except ApiError as error:
            return error.code in missing and "could not be found" in error.message
        return True

    def _stack(self, call: Call) -> Record:
        wanted = call.params["StackName"]
        for stack in call.store.all("Stack"):
            if wanted in (stack.key[0], stack["StackId"]):
                return stack
        raise ApiError("ValidationError", f"Stack with id {wanted} does not exist")
