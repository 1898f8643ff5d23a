"""The SNS topic to which alarms are sent."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.common.acknowledge import acknowledge
from stacks.common.customer_key import CustomerKey


class AlarmTopic(sns.Topic):
    """Where alarms go; every subscriber confirms by e-mail first."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        display_name: str,
        emails: Sequence[str],
        publishers: Sequence[str],
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            emails: addresses that are asked to subscribe.
            publishers: services that may publish.
        """
        super().__init__(
            scope,
            construct_id,
            display_name=display_name,
            enforce_ssl=True,
            master_key=key.imported(scope, f"{construct_id}Key") if key else None,
        )
        for service in publishers:
            self.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=f"Publish{service.split('.')[0].title()}",
                    principals=[iam.ServicePrincipal(service)],
                    actions=["sns:Publish"],
                    resources=[self.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
                )
            )
        for email in emails:
            subscription = self.add_subscription(subscriptions.EmailSubscription(email))
            acknowledge(
                subscription,
                "Serverless-SNSRedrivePolicy",
                "Nobody would read the dead letters of an e-mail: the alarm and the budget keep their state anyway",
            )
