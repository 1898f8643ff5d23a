"""Identity: the boundary of every role that is not an attendee's, and the settings that cannot change."""

import aws_cdk as cdk
from constructs import Construct

from contract import StackName
from stacks.common.base import WorkshopStack
from stacks.config import WorkshopConfig
from stacks.identity.boundary_policy import BoundaryPolicy
from stacks.identity.fixed_settings import FixedSettings
from stacks.identity.platform_boundary import PlatformScope, platform_boundary


class IdentityStack(WorkshopStack):
    """First of all stacks: no role exists before the boundary that holds it."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig) -> None:
        """Create the stack.

        Args:
            config: the workshop's id and region bind the boundary.
        """
        super().__init__(scope, StackName.IDENTITY, config=config, description="Permissions boundary of the platform")
        here = PlatformScope(
            partition=self.partition,
            region=self.region,
            account_id=cdk.Aws.ACCOUNT_ID,
            workshop_id=config.workshop_id,
        )
        FixedSettings(
            self,
            "FixedSettings",
            settings={
                # The keys of the Studio domain and of the vectors can only be given at creation.
                "encryption.mode": config.encryption.mode,
                # Numbers and addresses name different people, so everybody would lose profile and files.
                "attendees": "roster" if config.attendees.roster else "count",
            },
        )
        self.boundary = BoundaryPolicy(
            self,
            "PlatformBoundary",
            workshop_id=config.workshop_id,
            description="The most that a role of the platform can ever do",
            document=platform_boundary(here),
        )
