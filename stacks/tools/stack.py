"""Tools: one function a tool group, and the desk's table."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from constructs import Construct

from contract import Output, StackName
from lambda_src.common.tool import ToolGroup
from lambda_src.groups import DOCUMENT_SEARCH, LANGUAGE, PREDICT, WORKSHOP_DESK
from stacks.common.acknowledge import acknowledge
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import PythonFunction
from stacks.config import WorkshopConfig
from stacks.tools.deployed import DeployedTools
from stacks.tools.desk_table import DeskTable

TIMEOUT = cdk.Duration.seconds(20)
COLD_ENDPOINT, COLD_STORE = cdk.Duration.seconds(70), cdk.Duration.seconds(120)
"""A serverless endpoint, and a vector store that has scaled to zero, first have to start."""


class ToolsStack(WorkshopStack):
    """The functions that both agent engines call. `tools` are for every engine, `search` only for AgentCore."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        knowledge_base: bedrock.CfnKnowledgeBase,
        endpoint_name: str | None,
        key: CustomerKey | None,
    ) -> None:
        """Create the stack.

        Args:
            endpoint_name: of the SageMaker endpoint; None leaves the predict tool out.
        """
        super().__init__(scope, StackName.TOOLS, config=config, description="Lambda functions behind the agent's tools")
        self._key = key
        self.desk_table = table = DeskTable(self, "DeskTable", key=key)
        self.tools = [
            self._deploy(
                WORKSHOP_DESK,
                environment={"DESK_TABLE_NAME": table.table_name},
                statements=[
                    iam.PolicyStatement(
                        actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"], resources=[table.table_arn]
                    ),
                    *(key.use_through("dynamodb") if key else []),
                ],
            ),
            self._language(config.region),
        ]
        if endpoint_name is not None:
            endpoint_arn = self.format_arn(service="sagemaker", resource="endpoint", resource_name=endpoint_name)
            self.tools.append(
                self._deploy(
                    PREDICT,
                    timeout=COLD_ENDPOINT,
                    environment={"ENDPOINT_NAME": endpoint_name},
                    statements=[iam.PolicyStatement(actions=["sagemaker:InvokeEndpoint"], resources=[endpoint_arn])],
                )
            )
        self.search = self._deploy(
            DOCUMENT_SEARCH,
            timeout=COLD_STORE,
            environment={"KNOWLEDGE_BASE_ID": knowledge_base.attr_knowledge_base_id},
            statements=[
                iam.PolicyStatement(actions=["bedrock:Retrieve"], resources=[knowledge_base.attr_knowledge_base_arn])
            ],
        )
        self.publish(Output.DESK_TABLE_NAME, table.table_name, "Requests for a lab helper")

    def _deploy(
        self,
        group: ToolGroup,
        *,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        timeout: cdk.Duration = TIMEOUT,
    ) -> DeployedTools:
        function = PythonFunction(
            self,
            group.name.title().replace("_", ""),
            workshop_id=self.workshop_id,
            folder=group.name,
            description=group.description,
            timeout=timeout,
            environment=environment,
            statements=statements,
            key=self._key,
        )
        return DeployedTools(group=group, function=function)

    def _language(self, region: str) -> DeployedTools:
        """Translate detects the source language through Comprehend:
        https://docs.aws.amazon.com/translate/latest/dg/auto-detect.html"""
        deployed = self._deploy(
            LANGUAGE,
            environment={},
            statements=[
                iam.PolicyStatement(
                    actions=["translate:TranslateText", "comprehend:DetectDominantLanguage"],
                    resources=["*"],
                    conditions={"StringEquals": {"aws:RequestedRegion": region}},
                )
            ],
        )
        for finding in ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"):
            acknowledge(
                deployed.function.execution_role,
                finding,
                "Neither action knows a resource; both are bound to the region",
            )
        return deployed
