"""What the agent on AgentCore works with: a gateway with the tools, and a memory of the conversation.

L1 constructs: the L2s write role policies as resources of their own, which the service may read too early.
https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway.html
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_bedrockagentcore as agentcore
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambda_src.common.identity import TICKET_HEADER
from stacks.agent.schemas import tool_schema
from stacks.common.roles import ServiceRole
from stacks.tools.deployed import DeployedTools

SERVICE = "bedrock-agentcore.amazonaws.com"
MEMORY_DAYS = 7


class ToolGateway(Construct):
    """An MCP endpoint, signed with IAM, whose targets are the tool functions."""

    def __init__(
        self, scope: Construct, construct_id: str, *, workshop_id: str, tools: Sequence[DeployedTools]
    ) -> None:
        """Create the construct.

        Args:
            tools: one target each; they are called `<target>___<tool>`.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service=SERVICE,
            description="The gateway calls the tool functions",
            source_arn=stack.format_arn(service="bedrock-agentcore", resource="gateway", resource_name="*"),
            statements={
                "CallTools": [
                    iam.PolicyStatement(
                        actions=["lambda:InvokeFunction"], resources=[tool.function.function_arn for tool in tools]
                    )
                ]
            },
        )
        self.resource = agentcore.CfnGateway(
            self,
            "Gateway",
            # The service asks for a name; one workshop has one gateway.
            name=workshop_id,
            description="Tools of the workshop's agent",
            authorizer_type="AWS_IAM",
            protocol_type="MCP",
            role_arn=role.role_arn,
        )
        self.resource.node.add_dependency(role)
        for tool in tools:
            self._target(tool)

    def _target(self, tool: DeployedTools) -> None:
        target = agentcore.CfnGatewayTarget
        target(
            self,
            tool.group.name.title().replace("_", ""),
            name=tool.group.target_name,
            description=tool.group.description,
            gateway_identifier=self.resource.attr_gateway_identifier,
            metadata_configuration=target.MetadataConfigurationProperty(allowed_request_headers=[TICKET_HEADER]),
            credential_provider_configurations=[
                target.CredentialProviderConfigurationProperty(credential_provider_type="GATEWAY_IAM_ROLE")
            ],
            target_configuration=target.TargetConfigurationProperty(
                mcp=target.McpTargetConfigurationProperty(
                    lambda_=target.McpLambdaTargetConfigurationProperty(
                        lambda_arn=tool.function.function_arn, tool_schema=tool_schema(tool.group)
                    )
                )
            ),
        )


class ConversationMemory(agentcore.CfnMemory):
    """What was said, kept for a few days; no long-term strategy, so nothing is inferred about people."""

    def __init__(self, scope: Construct, construct_id: str, *, workshop_id: str) -> None:
        """The service asks for a name without hyphens."""
        super().__init__(
            scope,
            construct_id,
            name=underscored(workshop_id),
            description="Conversations with the workshop's agent",
            event_expiry_duration=MEMORY_DAYS,
        )


def underscored(workshop_id: str) -> str:
    """The workshop id as AgentCore's harness and memory want it: letters, digits and underscores."""
    return workshop_id.replace("-", "_")
