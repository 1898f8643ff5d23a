"""What the workshop may cost, and who hears of it when something is wrong."""

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_sns as sns
from constructs import Construct

from contract import WORKSHOP_TAG

BUDGETS = "budgets.amazonaws.com"
CLOUDWATCH = "cloudwatch.amazonaws.com"


class WorkshopBudget(budgets.CfnBudget):
    """A monthly cost budget of the whole account with alerts at 50, 80 and 100 % of the real cost and at a forecast
    of 100 %.

    It has no name of its own: its notifications cannot be updated, and a replacement must not meet its predecessor.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, limit_usd: float, topic: sns.ITopic
    ) -> None:
        """Create the construct.

        Args:
            limit_usd: US dollars a month.
            topic: hears of every alert.
        """
        alerts = [("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
        super().__init__(
            scope,
            construct_id,
            budget=self.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=self.SpendProperty(amount=limit_usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                self.NotificationWithSubscribersProperty(
                    notification=self.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[self.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)],
                )
                for kind, percent in alerts
            ],
            # Not reached by the tags of the stack.
            resource_tags=[self.ResourceTagProperty(key=WORKSHOP_TAG, value=workshop_id)],
        )
