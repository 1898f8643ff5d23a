"""The network that a SageMaker domain must be given, with nothing in it that costs."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.common.customer_key import CustomerKey
from stacks.common.log_group import ShortLog
from stacks.common.roles import ServiceRole


class StudioNetwork(ec2.Vpc):
    """Two isolated subnets and a flow log; Studio's own traffic goes through SageMaker's network.

    https://docs.aws.amazon.com/sagemaker/latest/dg/onboard-vpc.html
    """

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str, key: CustomerKey | None) -> None:
        """No NAT gateway, no endpoint, no instance."""
        super().__init__(
            scope,
            construct_id,
            ip_addresses=ec2.IpAddresses.cidr("10.80.0.0/24"),
            max_azs=2,
            nat_gateways=0,
            # Nothing is ever attached to the default security group; restricting it would take a function.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=26)
            ],
        )
        stack = cdk.Stack.of(self)
        log_group = ShortLog(self, "FlowLogs", key=key)
        role = ServiceRole(
            self,
            "FlowLogRole",
            workshop_id=workshop_id,
            service="vpc-flow-logs.amazonaws.com",
            description="VPC flow logs write to their log group",
            source_arn=stack.format_arn(service="ec2", resource="vpc-flow-log", resource_name="*"),
            statements={
                "Write": [
                    iam.PolicyStatement(
                        actions=["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                        resources=[log_group.log_group_arn],
                    )
                ]
            },
        )
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_type="VPC",
            resource_id=self.vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=log_group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
        )
