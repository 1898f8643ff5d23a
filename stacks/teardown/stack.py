"""Teardown: removes the workshop at its end, should nobody have done it before; only where the configuration asks."""

import aws_cdk as cdk
from constructs import Construct

from contract import Output, StackName, stack_name
from stacks.common.alarm_topic import AlarmTopic
from stacks.common.base import WorkshopStack
from stacks.config import WorkshopConfig
from stacks.identity.boundary_policy import BoundaryPolicy
from stacks.teardown.policy import TeardownScope, teardown_boundary
from stacks.teardown.runner import DEADLINE, TeardownRunner
from stacks.teardown.schedule import TeardownSchedule


class TeardownStack(WorkshopStack):
    """Needs no other stack and hands nothing on, because it goes when all others are gone; its boundary is its own."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig) -> None:
        """Create the stack.

        Args:
            config: when, and whether the account is the workshop's alone.

        Raises:
            ValueError: it does not say.
        """
        super().__init__(scope, StackName.TEARDOWN, config=config, description="Removes the workshop after its end")
        first, settings = config.teardown_time, config.teardown
        if first is None or settings is None:
            raise ValueError("The configuration has no [teardown].")
        workshop_id = config.workshop_id
        where = TeardownScope(
            partition=self.partition, region=self.region, account_id=cdk.Aws.ACCOUNT_ID, workshop_id=workshop_id
        )
        project_name = f"{workshop_id}-teardown"
        project_arn = where.arn("codebuild", f"project/{project_name}")
        topic = AlarmTopic(
            self,
            "Topic",
            display_name="Workshop teardown",
            emails=config.budget.alert_emails,
            publishers=(),
            key=None,
        )
        runner = TeardownRunner(
            self,
            "Runner",
            where=where,
            project_name=project_name,
            arguments=[
                *("--workshop", workshop_id, "--region", config.region),
                *("--attendees", str(len(config.attendee_names))),
                *("--own-stack", stack_name(workshop_id, StackName.TEARDOWN)),
                *("--deadline", DEADLINE),
                *(["--dedicated-account"] if settings.dedicated_account else []),
            ],
            topic=topic,
        )
        TeardownSchedule(
            self, "Schedule", workshop_id=workshop_id, first=first, project_name=project_name, project_arn=project_arn
        )
        boundary = BoundaryPolicy(
            self,
            "Boundary",
            workshop_id=workshop_id,
            description="The most that a role of the Teardown stack can ever do",
            document=teardown_boundary(where, project_arn),
        )
        boundary.bound(self)
        self.publish(Output.TEARDOWN_PROJECT_NAME, runner.project.ref, "Build project that removes the workshop")
        self.publish(Output.TEARDOWN_RECORD_BUCKET, runner.record.bucket_name, "The teardown's record between two runs")
