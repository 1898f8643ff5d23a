"""Lambda functions from `lambda_src/`: one folder a function, the shared code beside it, Powertools as a layer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.common.acknowledge import acknowledge_all
from stacks.common.customer_key import CustomerKey
from stacks.common.log_group import ShortLog
from stacks.common.roles import FunctionRole

ROOT = Path(__file__).parents[2]

POWERTOOLS_LAYER_PARAMETER = "/aws/service/powertools/python/arm64/python3.14/3.37.0"
"""Public parameter with the ARN of the layer of the same version as in requirements.txt:
https://docs.aws.amazon.com/powertools/python/latest/getting-started/install"""

ACCEPTED = {
    "Serverless-LambdaTracing": "One downstream call each, correlated in the log; X-Ray would put a wildcard resource "
    "into every role",
    "Serverless-LambdaDLQ": "Called synchronously, by CloudFormation, or from a queue that has a dead-letter queue of "
    "its own",
}
"""Findings that are right as they are on every function, with the reason."""


def source_code(folder: str, more: Sequence[str] = ()) -> lambda_.Code:
    """The asset of one function: `lambda_src/common` and its own folder, importable as `lambda_src.<folder>`.

    Args:
        more: further folders of the project, at the same place in the asset.
    """
    kept = ["lambda_src/__init__.py", "lambda_src/common", f"lambda_src/{folder}", *more]
    parents = {path.partition("/")[0] for path in kept if "/" in path}
    return lambda_.Code.from_asset(
        str(ROOT),
        ignore_mode=cdk.IgnoreMode.GIT,
        exclude=[
            "/*",
            *(pattern for parent in sorted(parents) for pattern in (f"!/{parent}", f"/{parent}/*")),
            *(f"!/{path}" for path in kept),
            "__pycache__",
            "*.d.ts",
            ".*",
        ],
    )


class PythonFunction(lambda_.Function):
    """A function with its own role, its own short-lived log group and bounded time."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        folder: str,
        description: str,
        statements: Sequence[iam.PolicyStatement],
        environment: Mapping[str, str],
        timeout: cdk.Duration,
        key: CustomerKey | None,
        more_files: Sequence[str] = (),
        role_folder: str = "",
    ) -> None:
        """Create the function.

        Args:
            folder: its folder in `lambda_src/`; the handler is `lambda_src.<folder>.handler.handler`.
            more_files: further folders of the project that its asset holds.
            role_folder: see `FunctionRole`.
            statements: what the function may do besides writing its own log.
            timeout: upper bound of one invocation.
            key: encrypts log and environment; None leaves them to the services' own keys.
        """
        log_group = ShortLog(scope, f"{construct_id}Logs", key=key)
        write_log = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
        )
        role = FunctionRole(
            scope,
            f"{construct_id}Role",
            workshop_id=workshop_id,
            description=f"Execution role of the function {folder}",
            folder=role_folder,
            statements={
                "Log": [write_log],
                "Work": statements,
                "Environment": key.use_through("lambda") if key else [],
            },
        )
        stack = cdk.Stack.of(scope)
        super().__init__(
            scope,
            construct_id,
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            code=source_code(folder, more_files),
            handler=f"lambda_src.{folder}.handler.handler",
            layers=[_powertools_layer(stack)],
            role=role,
            log_group=log_group,
            environment={"POWERTOOLS_SERVICE_NAME": folder, **environment},
            environment_encryption=key.imported(scope, f"{construct_id}Key") if key else None,
            memory_size=256,
            timeout=timeout,
        )
        self.execution_role = role
        acknowledge_all(self, ACCEPTED)


def _powertools_layer(stack: cdk.Stack) -> lambda_.ILayerVersion:
    existing = stack.node.try_find_child("Powertools")
    if existing is not None:
        return existing  # type: ignore[return-value]  # jsii types the child as IConstruct
    arn = ssm.StringParameter.value_for_string_parameter(stack, POWERTOOLS_LAYER_PARAMETER)
    return lambda_.LayerVersion.from_layer_version_arn(stack, "Powertools", arn)
