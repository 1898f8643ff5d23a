"""Service roles: confused-deputy conditions on the trust, policies inline, a path that names the workshop."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct


def role_path(workshop_id: str) -> str:
    """Path of the workshop's roles; the trailing slash keeps `ws-1` apart from `ws-10`."""
    return f"/workshop/{workshop_id}/"


class ServiceRole(iam.Role):
    """A role that one AWS service assumes on behalf of this account only.

    Policies are inline so that they exist before the service reads them while it creates a resource:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        service: str,
        description: str,
        statements: Mapping[str, Sequence[iam.PolicyStatement]],
        source_arn: str | None = None,
    ) -> None:
        """Create the role.

        Args:
            workshop_id: decides the role's path.
            service: principal such as `bedrock.amazonaws.com`.
            description: ASCII; who uses the role and for what.
            statements: inline policies by name.
            source_arn: ARN pattern of the resources on whose behalf the service may act; None where the service
                sends no `aws:SourceArn` when it assumes a role.
        """
        conditions: dict[str, dict[str, str]] = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        if source_arn is not None:
            conditions["ArnLike"] = {"aws:SourceArn": source_arn}
        super().__init__(
            scope,
            construct_id,
            path=role_path(workshop_id),
            description=description,
            assumed_by=iam.ServicePrincipal(service, conditions=conditions),
            inline_policies={
                name: iam.PolicyDocument(statements=list(policy)) for name, policy in statements.items() if policy
            },
        )


class FunctionRole(iam.Role):
    """Execution role of one Lambda function.

    Lambda sends neither `aws:SourceArn` nor `aws:SourceAccount` when it assumes an execution role, so the trust has
    no such condition: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        description: str,
        statements: Mapping[str, Sequence[iam.PolicyStatement]],
        folder: str = "",
    ) -> None:
        """Create the role; for the other arguments see `ServiceRole`.

        Args:
            folder: below the workshop's path, with a slash at its end, for a role that policies tell from all others.
        """
        super().__init__(
            scope,
            construct_id,
            path=role_path(workshop_id) + folder,
            description=description,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                name: iam.PolicyDocument(statements=list(policy)) for name, policy in statements.items() if policy
            },
        )


def cloudformation_role_arn(stack: cdk.Stack) -> str:
    """ARN of the role with which CloudFormation deploys the stack, as `cdk bootstrap` made it in the account.

    An account may be bootstrapped with a qualifier of its own (`-c @aws-cdk/core:bootstrapQualifier=…`), so the stack's
    synthesizer is asked: https://docs.aws.amazon.com/cdk/v2/guide/customize-synth.html

    Raises:
        TypeError: the stack is deployed without such a role, so that nobody knows who must be let in.
    """
    synthesizer = stack.synthesizer
    if not isinstance(synthesizer, cdk.DefaultStackSynthesizer):
        raise TypeError(f"{stack.node.path}: {type(synthesizer).__name__} names no role of CloudFormation.")
    arn = synthesizer.cloud_formation_execution_role_arn
    return arn.replace("${AWS::Partition}", cdk.Aws.PARTITION).replace("${AWS::AccountId}", cdk.Aws.ACCOUNT_ID)
