"""The way into the page of a rehearsed workshop."""

from typing import Any

from contract import Output, StackName, stack_name
from stacks.config import WorkshopConfig
from workshop.attendees.address import reachable, with_code
from workshop.attendees.codes import give


def way_in(session: Any, config: WorkshopConfig) -> str:
    """Address of the page with name and a new code of the first attendee; whoever opens it only has to press the
    button."""
    name = stack_name(config.workshop_id, StackName.WEB)
    (stack,) = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    cognito = session.client("cognito-idp")
    sign_in = give(cognito, outputs[Output.USER_POOL_ID], config.attendee_names[0], "attendee")
    return with_code(reachable(outputs[Output.WEB_ADDRESS], cognito.meta.endpoint_url), sign_in)
