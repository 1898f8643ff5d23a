"""A customer key as its users see it."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

USE = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True)
class CustomerKey:
    """The KMS key as the stacks that use it see it."""

    arn: str
    """Of the key, in this account and region."""

    def imported(self, scope: Construct, construct_id: str) -> kms.IKey:
        """The key for an L2, which cannot change the policy of an imported key: the key's own stack has it all."""
        return kms.Key.from_key_arn(scope, construct_id, self.arn)

    def use_through(self, *services: str) -> list[iam.PolicyStatement]:
        """Statement for a role that reads and writes encrypted data through these services, such as `s3`."""
        return [
            iam.PolicyStatement(
                actions=list(USE),
                resources=[self.arn],
                conditions={"StringEquals": {"kms:ViaService": service_hosts(services)}},
            )
        ]


def service_hosts(services: tuple[str, ...]) -> list[str]:
    """Values of `kms:ViaService`: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"""
    return [f"{service}.{cdk.Aws.REGION}.amazonaws.com" for service in services]
