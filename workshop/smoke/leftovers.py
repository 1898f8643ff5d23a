"""What is deployed although the configuration no longer has it: a deploy leaves such a stack alone, and it costs."""

import json

from contract import StackName, stack_name
from stacks.config import is_wanted
from workshop.cost.assembly import declared
from workshop.cost.estimate import Amount, assume, estimate
from workshop.cost.prices import price_table
from workshop.cost.show import IDLE_DECIMALS, usd
from workshop.smoke.check import Check, NotYetError
from workshop.smoke.deployed import NOT_DEPLOYED, Deployed


def checks() -> list[Check]:
    """The check of stacks that a changed configuration has left behind."""
    return [Check("every deployed stack is in the configuration", (), _all_wanted)]


def _all_wanted(deployed: Deployed) -> str:
    found = [stack for stack, each in deployed.stacks.items() if each.status != NOT_DEPLOYED]
    left = [stack for stack in found if not is_wanted(deployed.config, stack)]
    if left:
        raise NotYetError("; ".join(_told(deployed, stack) for stack in left))
    return f"{len(found)} stacks"


def _told(deployed: Deployed, stack: StackName) -> str:
    name = stack_name(deployed.config.workshop_id, stack)
    cost = usd(_idle_hour(deployed, stack, name), IDLE_DECIMALS)
    return (
        f"{name} is no longer in the configuration, and costs {cost} USD an hour while nobody uses it; to remove it "
        f"with all that it holds: aws cloudformation delete-stack --stack-name {name} --region {deployed.config.region}"
    )


def _idle_hour(deployed: Deployed, stack: StackName, name: str) -> Amount:
    body = deployed.client("cloudformation").get_template(StackName=name)["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    config = deployed.config
    return estimate(name, config, assume(config), declared(stack, template), price_table()).total.idle_hour
