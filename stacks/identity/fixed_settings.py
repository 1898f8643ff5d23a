"""Settings that a deployed workshop keeps: a change is refused before anything else is changed."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct


class FixedSettings(Construct):
    """A parameter for each setting, and a rule that compares it with what the configuration says now.

    The CDK command line sends the value of the first deployment again (`UsePreviousValue`), and CloudFormation checks
    rules before it makes a change set:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Mapping[str, str]) -> None:
        """Create the construct.

        Args:
            settings: value of each key of the configuration, such as `encryption.mode`.
        """
        super().__init__(scope, construct_id)
        assertions = [self._assertion(key, value) for key, value in settings.items()]
        cdk.CfnRule(self, "Unchanged", assertions=assertions)

    def _assertion(self, key: str, value: str) -> cdk.CfnRuleAssertion:
        first = cdk.CfnParameter(
            self,
            key.replace(".", ""),
            default=value,
            description=f"What {key} was when the workshop was deployed; leave it alone",
        )
        return cdk.CfnRuleAssertion(
            assert_=cdk.Fn.condition_equals(first.value_as_string, value),
            assert_description=(
                f"{key} cannot change on a deployed workshop: change it back from {value}, or remove the workshop "
                "(python -m workshop teardown) and deploy it with a new id"
            ),
        )
