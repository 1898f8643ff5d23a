"""The agent, once for each engine that the configuration asks for."""

from collections.abc import Sequence

from aws_cdk import aws_bedrock as bedrock
from constructs import Construct

from contract import Output, StackName
from stacks.agent.agentcore import ConversationMemory, ToolGateway
from stacks.agent.bedrock_agent import ActionGroupAgent
from stacks.agent.deployed import Agent
from stacks.agent.harness import AgentHarness
from stacks.common.base import WorkshopStack
from stacks.config import WorkshopConfig
from stacks.safety.deployed import DeployedGuardrail
from stacks.tools.deployed import DeployedTools


class AgentCoreStack(WorkshopStack):
    """Harness, gateway and memory; the documents are a tool here."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        guardrail: DeployedGuardrail,
        tools: Sequence[DeployedTools],
    ) -> None:
        """Create the stack.

        Args:
            tools: all of them, the document search included.
        """
        super().__init__(scope, StackName.AGENTCORE, config=config, description="Agent on Bedrock AgentCore")
        gateway = ToolGateway(self, "Gateway", workshop_id=config.workshop_id, tools=tools)
        memory = ConversationMemory(self, "Memory", workshop_id=config.workshop_id)
        harness = AgentHarness(
            self,
            "Harness",
            workshop_id=config.workshop_id,
            model=config.chat_model,
            guardrail=guardrail,
            gateway=gateway.resource,
            memory=memory,
        )
        self.agent = Agent(harness_arn=harness.resource.attr_arn, gateway_url=gateway.resource.attr_gateway_url)
        self.publish(Output.HARNESS_ARN, harness.resource.attr_arn, "Invoke this to talk to the agent")
        self.publish(
            Output.GATEWAY_URL, gateway.resource.attr_gateway_url, "MCP endpoint of the tools, signed with IAM"
        )
        self.publish(Output.MEMORY_ID, memory.attr_memory_id, "Memory of the conversations")


class BedrockAgentStack(WorkshopStack):
    """Agent with action groups, knowledge base and alias."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        guardrail: DeployedGuardrail,
        knowledge_base: bedrock.CfnKnowledgeBase,
        tools: Sequence[DeployedTools],
    ) -> None:
        """Create the stack.

        Args:
            tools: without the document search, because the knowledge base is connected to the agent itself.
        """
        super().__init__(scope, StackName.BEDROCK_AGENT, config=config, description="Agent on Bedrock Agents")
        agent = ActionGroupAgent(
            self,
            "Agent",
            workshop_id=config.workshop_id,
            model=config.chat_model,
            guardrail=guardrail,
            knowledge_base=knowledge_base,
            tools=tools,
        )
        self.publish(Output.AGENT_ID, agent.agent.attr_agent_id, "The agent")
        self.publish(Output.AGENT_ALIAS_ID, agent.alias.attr_agent_alias_id, "Invoke this alias to talk to the agent")
