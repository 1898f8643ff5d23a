"""What every stack of the workshop has in common: its name, its tags, its outputs."""

import aws_cdk as cdk
from constructs import Construct

from contract import WORKSHOP_TAG, Output, StackName, stack_name
from stacks.common.synthesizer import ReferenceSynthesizer
from stacks.config import WorkshopConfig


class WorkshopStack(cdk.Stack):
    """One row of the architecture, deployed and rolled back on its own."""

    def __init__(self, scope: Construct, name: StackName, *, config: WorkshopConfig, description: str) -> None:
        """Create the stack.

        Args:
            name: construct id.
            description: shown in the CloudFormation console.
        """
        super().__init__(
            scope,
            name.value,
            stack_name=stack_name(config.workshop_id, name),
            description=description,
            # The account is the deployer's: the same assembly deploys to any account.
            env=cdk.Environment(region=config.region),
            tags={WORKSHOP_TAG: config.workshop_id},
            synthesizer=ReferenceSynthesizer(),
        )
        cdk.Tags.of(self).add(WORKSHOP_TAG, config.workshop_id)
        self.workshop_id = config.workshop_id

    def publish(self, output: Output, value: str, description: str) -> None:
        """Make a value available to people and to the organiser's commands as a stack output."""
        cdk.CfnOutput(self, output.value, value=value, description=description)
