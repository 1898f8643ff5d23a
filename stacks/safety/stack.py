"""Safety: the guardrail that every model call of the workshop goes through."""

from constructs import Construct

from contract import Output, StackName
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import WorkshopConfig
from stacks.safety.guardrail import WorkshopGuardrail
from stacks.safety.policy import load_policy


class SafetyStack(WorkshopStack):
    """One guardrail with one numbered version."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig, key: CustomerKey | None) -> None:
        """Create the stack.

        Args:
            config: its region decides the guardrail profile.
        """
        super().__init__(scope, StackName.SAFETY, config=config, description="Guardrail and its numbered version")
        guardrail = WorkshopGuardrail(
            self,
            "Guardrail",
            workshop_id=config.workshop_id,
            policy=load_policy(),
            profile=config.region_data.guardrail_profile,
            key=key,
        )
        self.guardrail = guardrail.deployed
        self.publish(Output.GUARDRAIL_ID, self.guardrail.guardrail_id, "Guardrail of every model call")
        self.publish(Output.GUARDRAIL_VERSION, self.guardrail.version, "Its numbered version in use")
