"""The agent on AgentCore: a harness that thinks, a gateway with the tools, a memory of the conversation.

L1 constructs: the L2s write role policies as resources of their own, which the service may read too early.
https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness.html
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_bedrockagentcore as agentcore
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.agent.instruction import instruction
from stacks.agent.schemas import tool_schema
from stacks.agent.statements import apply_guardrail
from stacks.common.acknowledge import acknowledge, nag_text
from stacks.common.bedrock_models import invoke_chat_model
from stacks.common.roles import ServiceRole
from stacks.regions import ChatModel
from stacks.safety.deployed import DeployedGuardrail
from stacks.tools.deployed import DeployedTools

SERVICE = "bedrock-agentcore.amazonaws.com"
MEMORY_DAYS = 7
MAX_ITERATIONS = 10
MAX_TOKENS = 2000
SESSION_SECONDS = 120


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


class AgentHarness(Construct):
    """The agent loop: model, instruction, guardrail, tools and memory."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        model: ChatModel,
        guardrail: DeployedGuardrail,
        gateway: agentcore.CfnGateway,
        memory: agentcore.CfnMemory,
    ) -> None:
        """The role refuses every model call that does not name the guardrail, in both directions."""
        super().__init__(scope, construct_id)
        role = self._role(workshop_id, model, guardrail, gateway, memory)
        harness = agentcore.CfnHarness
        self.resource = harness(
            self,
            "Harness",
            harness_name=underscored(workshop_id),
            execution_role_arn=role.role_arn,
            model=harness.HarnessModelConfigurationProperty(
                bedrock_model_config=harness.HarnessBedrockModelConfigProperty(
                    model_id=model.id,
                    api_format="converse_stream",
                    max_tokens=MAX_TOKENS,
                    temperature=0.2,
                    # Passed to Converse unchanged; without it the role refuses the call.
                    additional_params={
                        "guardrailConfig": {
                            "guardrailIdentifier": guardrail.guardrail_id,
                            "guardrailVersion": guardrail.version,
                        }
                    },
                )
            ),
            system_prompt=[harness.HarnessSystemContentBlockProperty(text=instruction(guardrail.canary))],
            tools=[
                harness.HarnessToolProperty(
                    type="agentcore_gateway",
                    name="workshop",
                    config=harness.HarnessToolConfigurationProperty(
                        agent_core_gateway=harness.HarnessAgentCoreGatewayConfigProperty(
                            gateway_arn=gateway.attr_gateway_arn,
                            outbound_auth=harness.HarnessGatewayOutboundAuthProperty(aws_iam={}),
                        )
                    ),
                )
            ],
            memory=harness.HarnessMemoryConfigurationProperty(
                agent_core_memory_configuration=harness.HarnessAgentCoreMemoryConfigurationProperty(
                    arn=memory.attr_memory_arn, messages_count=20
                )
            ),
            max_iterations=MAX_ITERATIONS,
            timeout_seconds=SESSION_SECONDS,
            environment_variables={"GUARDRAIL_POLICY": guardrail.digest},
        )
        self.resource.node.add_dependency(role)

    def _role(
        self,
        workshop_id: str,
        model: ChatModel,
        guardrail: DeployedGuardrail,
        gateway: agentcore.CfnGateway,
        memory: agentcore.CfnMemory,
    ) -> ServiceRole:
        stack = cdk.Stack.of(self)
        log_group = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name="/aws/bedrock-agentcore/runtimes/*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service=SERVICE,
            description="The agent calls its model, its tools and its memory",
            source_arn=f"arn:{stack.partition}:bedrock-agentcore:{stack.region}:{cdk.Aws.ACCOUNT_ID}:*",
            statements={
                "Model": [
                    *invoke_chat_model(model, guardrail=guardrail.versioned_arn),
                    *apply_guardrail(guardrail),
                ],
                "Tools": [
                    iam.PolicyStatement(
                        actions=["bedrock-agentcore:InvokeGateway"], resources=[gateway.attr_gateway_arn]
                    )
                ],
                "Memory": [
                    iam.PolicyStatement(
                        actions=[
                            "bedrock-agentcore:CreateEvent",
                            "bedrock-agentcore:GetEvent",
                            "bedrock-agentcore:GetMemory",
                            "bedrock-agentcore:ListEvents",
                        ],
                        resources=[memory.attr_memory_arn],
                    )
                ],
                # The service names the log group after a runtime that it makes for the harness:
                # https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
                "Log": [
                    iam.PolicyStatement(
                        actions=[
                            "logs:CreateLogGroup",
                            "logs:CreateLogStream",
                            "logs:DescribeLogStreams",
                            "logs:PutLogEvents",
                        ],
                        resources=[log_group],
                    )
                ],
            },
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::{nag_text(stack, log_group)}]",
            "The service names the log group after a runtime that it makes for the harness",
        )
        return role


def underscored(workshop_id: str) -> str:
    """The workshop id as AgentCore's harness and memory want it: letters, digits and underscores."""
    return workshop_id.replace("-", "_")
