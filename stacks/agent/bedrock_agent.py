"""The agent on Bedrock Agents, for accounts that used the service before it closed to new customers.

https://docs.aws.amazon.com/bedrock/latest/userguide/agents-classic-maintenance-mode.html
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.agent.instruction import instruction
from stacks.agent.schemas import function_schema
from stacks.agent.statements import apply_guardrail
from stacks.common.bedrock_models import chat_model_arn, invoke_chat_model
from stacks.common.roles import ServiceRole
from stacks.common.synthesizer import digest_of
from stacks.regions import ChatModel
from stacks.safety.deployed import DeployedGuardrail
from stacks.tools.deployed import DeployedTools

IDLE_SESSION_SECONDS = 900


class ActionGroupAgent(Construct):
    """Role, agent with action groups and knowledge base, and an alias that moves with the agent."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        model: ChatModel,
        guardrail: DeployedGuardrail,
        knowledge_base: bedrock.CfnKnowledgeBase,
        tools: Sequence[DeployedTools],
    ) -> None:
        """Create the construct.

        Args:
            tools: one action group each.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service="bedrock.amazonaws.com",
            description="The agent calls its model and searches the knowledge base",
            source_arn=stack.format_arn(service="bedrock", resource="agent", resource_name="*"),
            statements={
                # No condition on the guardrail: the agent's own planning calls carry none.
                "Model": [*invoke_chat_model(model), *apply_guardrail(guardrail)],
                "Search": [
                    iam.PolicyStatement(
                        actions=["bedrock:Retrieve"], resources=[knowledge_base.attr_knowledge_base_arn]
                    )
                ],
            },
        )
        agent = bedrock.CfnAgent
        self.agent = agent(
            self,
            "Agent",
            agent_name=workshop_id,
            description=f"Assistant of the workshop, guardrail {digest_of('GuardrailConfiguration')}",
            agent_resource_role_arn=role.role_arn,
            customer_encryption_key_arn=guardrail.key.arn if guardrail.key else None,
            foundation_model=chat_model_arn(model),
            instruction=instruction(guardrail.canary),
            idle_session_ttl_in_seconds=IDLE_SESSION_SECONDS,
            # Without it the alias would point at a draft that was never prepared.
            auto_prepare=True,
            skip_resource_in_use_check_on_delete=True,
            guardrail_configuration=agent.GuardrailConfigurationProperty(
                guardrail_identifier=guardrail.guardrail_id, guardrail_version=guardrail.version
            ),
            knowledge_bases=[
                agent.AgentKnowledgeBaseProperty(
                    knowledge_base_id=knowledge_base.attr_knowledge_base_id,
                    description="Documents about the workshop and its subjects, Vietnamese and English",
                    knowledge_base_state="ENABLED",
                )
            ],
            action_groups=[
                agent.AgentActionGroupProperty(
                    action_group_name=tool.group.name,
                    description=tool.group.description,
                    action_group_state="ENABLED",
                    action_group_executor=agent.ActionGroupExecutorProperty(lambda_=tool.function.function_arn),
                    function_schema=function_schema(tool.group),
                )
                for tool in tools
            ],
        )
        self.agent.node.add_dependency(role)
        for tool in tools:
            self._let_in(tool)
        self.alias = bedrock.CfnAgentAlias(
            self,
            "Live",
            agent_id=self.agent.attr_agent_id,
            agent_alias_name="live",
            # Without a routing of its own the alias makes a new version whenever it is updated.
            description=f"Agent {digest_of('AgentId')}",
        )

    def _let_in(self, tool: DeployedTools) -> None:
        """On this side, or the function's stack would depend on the agent's and the agent's on the function's."""
        lambda_.CfnPermission(
            self,
            f"Invoke{tool.group.name.title().replace('_', '')}",
            action="lambda:InvokeFunction",
            function_name=tool.function.function_arn,
            principal="bedrock.amazonaws.com",
            source_account=cdk.Aws.ACCOUNT_ID,
            source_arn=self.agent.attr_agent_arn,
        )
