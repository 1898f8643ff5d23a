"""What is left in a VPC after the services went. Interfaces that AWS still holds are waited for, never detached."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Cost, Describe, Inline, Kind, Linked, Lister, Managed, call

_EC2 = "arn:aws:ec2:{region}:{account}"

KINDS = (
    Kind(
        # SageMaker makes two per domain, each of which names the other in its rules.
        name="nfs-sg", service="ec2", find=Lister("describe_security_groups", "SecurityGroups"), id="GroupId",
        arn=_EC2 + ":security-group/{GroupId}", proofs=(Inline("Tags"), Managed()), skip=("default",),
        describe=Describe(call("describe_security_groups", GroupIds=["{id}"]), "SecurityGroups"),
        prepare=hooks.revoke_rules, uses=("revoke_security_group_ingress", "revoke_security_group_egress"),
        delete=call("delete_security_group", GroupId="{id}"), cfn="AWS::EC2::SecurityGroup",
        after=("sm-domain", "efs-mount-target", "eni", "vpc-endpoint", "lambda-function"),
    ),
    Kind(
        # Only what a service has let go ("available"): an attached one is the service's to release.
        name="eni", service="ec2", find=Lister("describe_network_interfaces", "NetworkInterfaces"),
        id="NetworkInterfaceId", arn=_EC2 + ":network-interface/{NetworkInterfaceId}", status="Status",
        held=("in-use", "attaching", "detaching", "associated"), proofs=(Inline("TagSet"), Linked("vpc", "VpcId")),
        describe=Describe(call("describe_network_interfaces", NetworkInterfaceIds=["{id}"]), "NetworkInterfaces"),
        delete=call("delete_network_interface", NetworkInterfaceId="{id}"), cfn="AWS::EC2::NetworkInterface",
        after=("sm-domain", "sm-endpoint", "efs-mount-target", "lambda-function", "ac-runtime", "vpc-endpoint",
               "nat-gateway", "aoss-vpc-endpoint"),
    ),
    Kind(
        name="vpc-endpoint", service="ec2", find=Lister("describe_vpc_endpoints", "VpcEndpoints"), id="VpcEndpointId",
        arn=_EC2 + ":vpc-endpoint/{VpcEndpointId}", created="CreationTimestamp", status="State",
        proofs=(Inline("Tags"),), cost=Cost.HOURLY, price="interface endpoint", cfn="AWS::EC2::VPCEndpoint",
        describe=Describe(call("describe_vpc_endpoints", VpcEndpointIds=["{id}"]), "VpcEndpoints"),
        delete=call("delete_vpc_endpoints", VpcEndpointIds=["{id}"]), after=("sm-*", "ac-runtime"),
    ),
    Kind(
        name="nat-gateway", service="ec2", find=Lister("describe_nat_gateways", "NatGateways"), id="NatGatewayId",
        arn=_EC2 + ":natgateway/{NatGatewayId}", created="CreateTime", status="State", proofs=(Inline("Tags"),),
        describe=Describe(call("describe_nat_gateways", NatGatewayIds=["{id}"]), "NatGateways"), cost=Cost.HOURLY,
        delete=call("delete_nat_gateway", NatGatewayId="{id}"), price="NAT gateway", cfn="AWS::EC2::NatGateway",
        after=("sm-app", "sm-endpoint", "sm-notebook-instance"),
    ),
    Kind(
        # Known for its interfaces' sake; a VPC is deleted by its stack.
        name="vpc", service="ec2", find=Lister("describe_vpcs", "Vpcs"), id="VpcId", arn=_EC2 + ":vpc/{VpcId}",
        proofs=(Inline("Tags"),), describe=Describe(call("describe_vpcs", VpcIds=["{id}"]), "Vpcs"),
        delete=call("delete_vpc", VpcId="{id}"), after=("nfs-sg", "eni", "vpc-endpoint", "nat-gateway", "cfn-stack"),
        cfn="AWS::EC2::VPC",
    ),
)
