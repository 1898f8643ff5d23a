"""Time that must pass between two resources: AWS accepts some changes before they are so everywhere."""

import aws_cdk as cdk
from constructs import Construct

from stacks.common.customer_key import CustomerKey
from stacks.common.functions import PythonFunction


class Waits(Construct):
    """One function, and a custom resource for each wait."""

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str, key: CustomerKey | None) -> None:
        """Create the function.

        Args:
            key: encrypts the function's log and environment.
        """
        super().__init__(scope, construct_id)
        self._function = PythonFunction(
            self,
            "Function",
            workshop_id=workshop_id,
            folder="wait",
            description="Waits until what AWS has accepted is so everywhere",
            timeout=cdk.Duration.minutes(3),
            environment={},
            statements=[],
            key=key,
        )

    def after(self, resource: cdk.CfnResource, *, seconds: int, value: str) -> cdk.CustomResource:
        """A resource that is there `seconds` after `resource`, and again after `value` has changed."""
        wait = cdk.CustomResource(
            self,
            f"After{resource.node.id}",
            resource_type="Custom::Wait",
            service_token=self._function.function_arn,
            service_timeout=cdk.Duration.minutes(4),
            properties={"Seconds": seconds, "For": value},
        )
        wait.node.add_dependency(resource)
        return wait
