"""A VPC as far as it is in the way: groups that name each other, interfaces that a service holds."""

from local_aws.framework import (
    ApiError,
    Codes,
    EmulatedKind,
    EmulatedResource,
    Params,
    Request,
    StandIn,
    operation,
    plant,
    select,
)


class Ec2(StandIn):
    """VPCs, security groups, interfaces: only what is in the way."""

    service = "ec2"
    codes = Codes(missing="InvalidGroup.NotFound", exists="InvalidGroup.Duplicate", busy="DependencyViolation",
                  invalid="InvalidParameterValue")  # fmt: skip
    kinds = (
        EmulatedKind("Vpc", ("VpcId",), arn="vpc/{VpcId}", items="Vpcs"),
        EmulatedKind("SecurityGroup", ("GroupId",), arn="security-group/{GroupId}", items="SecurityGroups"),
        EmulatedKind("NetworkInterface", ("NetworkInterfaceId",), arn="network-interface/{NetworkInterfaceId}",
             items="NetworkInterfaces"),
    )  # fmt: skip

    enabled = ("us-east-1", "ap-southeast-1")

    def hold(self, region: str, vpc: str, groups: list[str], seconds: float, description: str) -> EmulatedResource:
        """(6, 35) An interface that a service releases by itself, so many seconds after now."""
        record = plant(
            self, "NetworkInterface", (f"eni-{self.world.serial():08x}",), None, region,
            VpcId=vpc, Groups=[{"GroupId": group} for group in groups], Description=description,
            InterfaceType="interface",
        )  # fmt: skip
        record.gone_at = self.world.clock() + seconds
        return record

    @operation("DescribeRegions")
    def regions(self, call: Request) -> Params:
        """The regions that are enabled in the account."""
        return {"Regions": [{"RegionName": name} for name in self.enabled]}

    @operation("DescribeVpcs")
    def vpcs(self, call: Request) -> Params:
        """VPCs by id, or all if the request names none."""
        return self._with_tags(select(call, "Vpc", "VpcIds", "VpcId"), "Vpcs", "VpcId", "Tags", call)

    @operation("DescribeSecurityGroups")
    def groups(self, call: Request) -> Params:
        """Security groups by id, or all if the request names none."""
        return self._with_tags(
            select(call, "SecurityGroup", "GroupIds", "GroupId"), "SecurityGroups", "GroupId", "Tags", call
        )

    @operation("DescribeNetworkInterfaces")
    def interfaces(self, call: Request) -> Params:
        """All, or by id; in use until the service lets go."""
        found = select(call, "NetworkInterface", "NetworkInterfaceIds", "NetworkInterfaceId")
        for each in found["NetworkInterfaces"]:
            each["Status"] = "in-use"
        return found

    @operation("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
    def revoke(self, call: Request) -> Params:
        """All rules of the direction go at once."""
        group = call.store.need("SecurityGroup", (call.params["GroupId"],))
        group.members.pop("IpPermissions" if call.operation.endswith("Ingress") else "IpPermissionsEgress", None)
        return {"Return": True}

    @operation("DeleteSecurityGroup")
    def delete_group(self, call: Request) -> Params:
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
    def delete_interface(self, call: Request) -> None:
        """(35) One that a service holds is not the caller's."""
        call.store.need("NetworkInterface", (call.params["NetworkInterfaceId"],))
        raise ApiError("OperationNotPermitted", "You do not have permission to access the specified resource.")

    @operation("DeleteVpc")
    def delete_vpc(self, call: Request) -> None:
        """(5, 6) Empty of groups and interfaces."""
        vpc = call.store.need("Vpc", (call.params["VpcId"],))
        for kind in ("SecurityGroup", "NetworkInterface"):
            if any(each.get("VpcId") == vpc.key[0] for each in call.store.all(kind)):
                raise ApiError("DependencyViolation", f"The vpc '{vpc.key[0]}' has dependencies and cannot be deleted.")
        call.store.remove(vpc)

    def _with_tags(self, answer: Params, items: str, key: str, member: str, call: Request) -> Params:
        for entry in answer[items]:
            record = next(each for each in call.store.everything() if each.key[0] == entry[key])
            entry[member] = [{"Key": name, "Value": value} for name, value in record.tags.items()]
        return answer
