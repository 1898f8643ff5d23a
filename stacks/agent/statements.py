"""IAM statements that both agent engines need."""

from aws_cdk import aws_iam as iam

from stacks.safety.deployed import DeployedGuardrail


def apply_guardrail(guardrail: DeployedGuardrail) -> list[iam.PolicyStatement]:
    """The guardrail, and its cross-region profile wherever it may route:
    https://docs.aws.amazon.com/bedrock/latest/userguide/guardrail-profiles-permissions.html"""
    return [
        iam.PolicyStatement(actions=["bedrock:ApplyGuardrail"], resources=[guardrail.arn, *guardrail.profile_arns]),
        *(guardrail.key.use_through("bedrock") if guardrail.key else []),
    ]
