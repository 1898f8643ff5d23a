"""Does an alarm reach anybody? SNS sends nothing to an address that has not confirmed.

https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html: an address has three days to confirm, then its
subscription is gone and no deploy brings it back.
"""

from collections.abc import Iterator

from contract import Output, StackName, stack_name
from workshop.smoke.check import Check, NotYetError
from workshop.smoke.deployed import Deployed

TOPIC = (StackName.AUDIT, Output.ALARM_TOPIC_ARN)


def checks() -> list[Check]:
    """The check of the subscriptions to the alarm topic."""
    return [Check("alarms reach every address", (TOPIC,), _addresses)]


def _addresses(deployed: Deployed) -> str:
    wanted = deployed.config.budget.alert_emails
    problems = [problem for topic in _topics(deployed) for problem in _unheard(deployed, topic, wanted)]
    if problems:
        raise NotYetError("; ".join(problems))
    return f"{len(wanted)} addresses have confirmed"


def _topics(deployed: Deployed) -> Iterator[str]:
    yield deployed.output(*TOPIC)
    if deployed.config.teardown is None:
        return
    name = stack_name(deployed.config.workshop_id, StackName.TEARDOWN)
    for page in deployed.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::SNS::Topic":
                yield resource["PhysicalResourceId"]


def _unheard(deployed: Deployed, topic: str, wanted: tuple[str, ...]) -> Iterator[str]:
    pages = deployed.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arns = {each["Endpoint"]: str(each["SubscriptionArn"]) for page in pages for each in page["Subscriptions"]}
    name = topic.rpartition(":")[2]
    if waiting := [address for address in wanted if address in arns and not arns[address].startswith("arn:")]:
        yield f"{name} waits for {', '.join(waiting)} to follow the link in AWS's e-mail, for three days"
    if gone := [address for address in wanted if address not in arns]:
        yield (
            f"{name} no longer knows {', '.join(gone)}: aws sns subscribe --topic-arn {topic} --protocol email "
            "--notification-endpoint <address>"
        )
