"""Identity: the boundary of every role that is not an attendee's."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from contract import StackName
from stacks.base import WorkshopStack
from stacks.checks.nag import acknowledge_wildcards
from stacks.config import WorkshopConfig
from stacks.identity.platform_boundary import PlatformScope, platform_boundary
from stacks.roles import role_path


class IdentityStack(WorkshopStack):
    """First of all stacks: no role exists before the boundary that holds it."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig) -> None:
        """Args: config: the workshop's id and region bind the boundary."""
        super().__init__(scope, StackName.IDENTITY, config=config, description="Permissions boundary of the platform")
        here = PlatformScope(
            partition=self.partition,
            region=self.region,
            account_id=cdk.Aws.ACCOUNT_ID,
            workshop_id=config.workshop_id,
        )
        document = platform_boundary(here)
        boundary = iam.CfnManagedPolicy(
            self,
            "PlatformBoundary",
            path=role_path(config.workshop_id),
            description="The most that a role of the platform can ever do",
            policy_document=document,
        )
        ceiling = "A boundary is a ceiling: it grants nothing, and each role's own policy names what it may do"
        acknowledge_wildcards(boundary, document, {each["Sid"]: ceiling for each in document["Statement"]})
        self._boundary = iam.ManagedPolicy.from_managed_policy_arn(self, "Boundary", boundary.attr_policy_arn)

    def bound(self, scope: Construct) -> None:
        """Give every role below `scope` the boundary, CDK's helper roles included."""
        iam.PermissionsBoundary.of(scope).apply(self._boundary)
