"""The whole architecture on one page: which stacks exist, and what each hands to the next."""

import aws_cdk as cdk

from stacks.agent.stack import AgentCoreStack, BedrockAgentStack
from stacks.audit.stack import AuditStack, TrailStack
from stacks.config import AgentEngine, WorkshopConfig
from stacks.inference.stack import InferenceStack
from stacks.knowledge.stack import KnowledgeStack
from stacks.safety.stack import SafetyStack
from stacks.studio.stack import StudioStack
from stacks.tools.stack import ToolsStack


def build_workshop(app: cdk.App, config: WorkshopConfig) -> None:
    """Each service that an account may refuse is a stack of its own, so that a refusal takes nothing else with it."""
    audit = AuditStack(app, config=config)
    safety = SafetyStack(app, config=config)
    knowledge = KnowledgeStack(app, config=config, log_bucket=audit.log_bucket, alarm_topic=audit.alarm_topic)
    inference = InferenceStack(app, config=config) if config.features.inference else None
    tools = ToolsStack(
        app,
        config=config,
        knowledge_base=knowledge.knowledge_base,
        endpoint_name=inference.endpoint_name if inference else None,
    )
    if AgentEngine.AGENTCORE in config.agent.engines:
        AgentCoreStack(app, config=config, guardrail=safety.guardrail, tools=[*tools.tools, tools.search])
    if AgentEngine.BEDROCK_AGENTS in config.agent.engines:
        BedrockAgentStack(
            app,
            config=config,
            guardrail=safety.guardrail,
            knowledge_base=knowledge.knowledge_base,
            tools=tools.tools,
        )
    if config.features.studio:
        StudioStack(app, config=config, guardrail=safety.guardrail, log_bucket=audit.log_bucket)
    if config.features.audit:
        TrailStack(app, config=config, log_bucket=audit.log_bucket, watched_bucket=knowledge.bucket)
