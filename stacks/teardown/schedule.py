"""When the workshop removes itself.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from datetime import UTC, datetime, timedelta

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.common.roles import ServiceRole

EVERY = "rate(4 hours)"
TRIES_FOR = timedelta(hours=24)


class TeardownSchedule(Construct):
    """Starts the build, and again every four hours for a day: the one that finds nothing left takes this along."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        first: datetime,
        project_name: str,
        project_arn: str,
    ) -> None:
        """Create the schedule; `first` is when it begins."""
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        group = scheduler.CfnScheduleGroup(self, "Group")
        role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service="scheduler.amazonaws.com",
            description="Starts the removal of the workshop",
            source_arn=group.attr_arn,
            statements={"Start": [iam.PolicyStatement(actions=["codebuild:StartBuild"], resources=[project_arn])]},
        )
        scheduler.CfnSchedule(
            self,
            "Schedule",
            description="Removes the workshop, should nobody have done it before",
            group_name=group.ref,
            schedule_expression=EVERY,
            start_date=_moment(first),
            end_date=_moment(first + TRIES_FOR),
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=f"arn:{stack.partition}:scheduler:::aws-sdk:codebuild:startBuild",
                role_arn=role.role_arn,
                input=stack.to_json_string({"ProjectName": project_name}),
            ),
        )


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
