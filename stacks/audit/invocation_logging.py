"""Bedrock model invocation logging: an account-wide setting that is saved, changed and put back.

There is no CloudFormation type for it, so a small custom resource in `lambda_src/invocation_logging` does it:
https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.audit.names import INVOCATION_LOGS_PREFIX
from stacks.common.acknowledge import acknowledge
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import PythonFunction
from stacks.common.log_group import ShortLog
from stacks.common.roles import ServiceRole


class InvocationLogging(Construct):
    """Every prompt and answer goes to a short-lived log group and, also where it is large, to the log bucket."""

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, log_bucket: s3.IBucket, key: CustomerKey | None
    ) -> None:
        """Create the construct.

        Args:
            log_bucket: receives every call; its policy already admits Bedrock.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        self.log_group = ShortLog(self, "LogGroup", key=key)
        role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service="bedrock.amazonaws.com",
            description="Bedrock writes model invocation logs",
            source_arn=f"arn:{stack.partition}:bedrock:{stack.region}:{cdk.Aws.ACCOUNT_ID}:*",
            statements={
                "WriteLog": [
                    iam.PolicyStatement(
                        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                        resources=[
                            f"arn:{stack.partition}:logs:{stack.region}:{cdk.Aws.ACCOUNT_ID}:log-group:"
                            f"{self.log_group.log_group_name}:log-stream:aws/bedrock/modelinvocations"
                        ],
                    )
                ]
            },
        )
        parameter_name = f"/workshop/{workshop_id}/invocation-logging-before"
        function = PythonFunction(
            self,
            "Function",
            workshop_id=workshop_id,
            folder="invocation_logging",
            description="Saves, sets and restores the account's Bedrock invocation logging",
            timeout=cdk.Duration.minutes(3),
            environment={},
            key=key,
            statements=[
                iam.PolicyStatement(
                    actions=[
                        "bedrock:GetModelInvocationLoggingConfiguration",
                        "bedrock:PutModelInvocationLoggingConfiguration",
                        "bedrock:DeleteModelInvocationLoggingConfiguration",
                    ],
                    resources=["*"],  # the setting is the account's: no resource-level permissions
                ),
                iam.PolicyStatement(
                    actions=["ssm:GetParameter", "ssm:PutParameter", "ssm:DeleteParameter", "ssm:AddTagsToResource"],
                    resources=[stack.format_arn(service="ssm", resource=f"parameter{parameter_name}")],
                ),
                iam.PolicyStatement(
                    actions=["iam:PassRole"],
                    resources=[role.role_arn],
                    conditions={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
                ),
            ],
        )
        for finding in ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"):
            acknowledge(
                function.execution_role,
                finding,
                "An account setting: its actions do not support resource-level permissions",
            )
        setting = cdk.CustomResource(
            self,
            "Setting",
            resource_type="Custom::BedrockInvocationLogging",
            service_token=function.function_arn,
            service_timeout=cdk.Duration.minutes(4),
            properties={
                "LogGroupName": self.log_group.log_group_name,
                "RoleArn": role.role_arn,
                "BucketName": log_bucket.bucket_name,
                "KeyPrefix": INVOCATION_LOGS_PREFIX,
                "SavedConfigurationParameter": parameter_name,
                "WorkshopId": workshop_id,
            },
        )
        # Bedrock tries the bucket when the setting is made, so its policy must be there first.
        setting.node.add_dependency(log_bucket)
