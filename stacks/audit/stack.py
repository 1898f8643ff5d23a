"""Audit: where logs and alarms go. Beside it, each on its own, what an account may refuse: budget, logs and trail."""

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from contract import Output, StackName
from stacks.audit.budget import BUDGETS, CLOUDWATCH, WorkshopBudget
from stacks.audit.invocation_logging import InvocationLogging
from stacks.audit.log_bucket import LogBucket
from stacks.audit.trail import AuditTrail
from stacks.common.alarm_topic import AlarmTopic
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import WorkshopConfig


class AuditStack(WorkshopStack):
    """What every other stack writes to or reports to; it comes first."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig, key: CustomerKey | None) -> None:
        """Create the stack.

        Args:
            config: the alert addresses.
        """
        super().__init__(scope, StackName.AUDIT, config=config, description="Log bucket and alarm topic")
        self.log_bucket = LogBucket(self, "LogBucket", workshop_id=config.workshop_id, audit=config.features.audit)
        self.alarm_topic = AlarmTopic(
            self,
            "AlarmTopic",
            display_name="Workshop alarms",
            emails=config.budget.alert_emails,
            publishers=(BUDGETS, CLOUDWATCH),
            key=key,
        )
        self.publish(Output.LOG_BUCKET_NAME, self.log_bucket.bucket_name, "Access, trail and invocation logs")
        self.publish(Output.ALARM_TOPIC_ARN, self.alarm_topic.topic_arn, "Budget alerts and alarms go here")


class BudgetStack(WorkshopStack):
    """On its own, because a member account may have no budgets before its management account has opened them."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig, alarm_topic: sns.ITopic) -> None:
        """Create the stack.

        Args:
            alarm_topic: hears of every alert.
        """
        super().__init__(scope, StackName.BUDGET, config=config, description="Monthly cost budget")
        budget = WorkshopBudget(
            self, "Budget", workshop_id=config.workshop_id, limit_usd=config.budget.limit_usd, topic=alarm_topic
        )
        self.publish(Output.BUDGET_NAME, budget.ref, "Monthly cost budget")


class InvocationLogStack(WorkshopStack):
    """On its own, because the setting belongs to the account, which may refuse it."""

    def __init__(
        self, scope: Construct, *, config: WorkshopConfig, log_bucket: s3.IBucket, key: CustomerKey | None
    ) -> None:
        """Create the stack.

        Args:
            log_bucket: receives every call; its policy already admits Bedrock.
        """
        super().__init__(scope, StackName.INVOCATION_LOG, config=config, description="Bedrock model invocation logging")
        logging = InvocationLogging(
            self, "InvocationLogging", workshop_id=config.workshop_id, log_bucket=log_bucket, key=key
        )
        self.publish(
            Output.INVOCATION_LOG_GROUP_NAME,
            logging.log_group.log_group_name,
            "Prompts and answers of every model call in this account and region",
        )


class TrailStack(WorkshopStack):
    """On its own, because an account holds only five trails a region and a refusal must not take the rest with it."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        log_bucket: s3.IBucket,
        watched_bucket: s3.IBucket,
        key: CustomerKey | None,
    ) -> None:
        """Create the stack.

        Args:
            watched_bucket: the knowledge bucket.
        """
        super().__init__(
            scope, StackName.TRAIL, config=config, description="CloudTrail with the documents' data events"
        )
        trail = AuditTrail(
            self, "Trail", workshop_id=config.workshop_id, log_bucket=log_bucket, watched_bucket=watched_bucket, key=key
        )
        self.publish(Output.TRAIL_ARN, trail.attr_arn, "Records management events and every access to a document")
