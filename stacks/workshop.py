"""The whole architecture on one page: which stacks exist, and what each hands to the next."""

import aws_cdk as cdk

from stacks.agent.stack import AgentCoreStack, BedrockAgentStack
from stacks.audit.stack import AuditStack, BudgetStack, InvocationLogStack, TrailStack
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import AgentEngine, EncryptionMode, WorkshopConfig
from stacks.data.stack import DataStack
from stacks.encryption.stack import EncryptionStack
from stacks.identity.stack import IdentityStack
from stacks.inference.stack import InferenceStack
from stacks.knowledge.stack import KnowledgeStack
from stacks.safety.stack import SafetyStack
from stacks.studio.stack import SharedWithAttendees, StudioStack
from stacks.teardown.stack import TeardownStack
from stacks.tools.stack import ToolsStack
from stacks.web.stack import WebStack


def build_workshop(app: cdk.App, config: WorkshopConfig) -> None:
    """Each service that an account may refuse is a stack of its own, so that a refusal takes nothing else with it."""
    identity = IdentityStack(app, config=config)
    encryption = EncryptionStack(app, config=config) if config.encryption.mode is EncryptionMode.CUSTOMER_KEY else None
    key = encryption.customer_key if encryption else None

    audit = AuditStack(app, config=config, key=key)
    safety = SafetyStack(app, config=config, key=key)
    knowledge = KnowledgeStack(app, config=config, log_bucket=audit.log_bucket, alarm_topic=audit.alarm_topic, key=key)
    inference = InferenceStack(app, config=config, key=key) if config.features.inference else None
    tools = ToolsStack(
        app,
        config=config,
        knowledge_base=knowledge.knowledge_base,
        endpoint_name=inference.endpoint_name if inference else None,
        key=key,
    )
    _agents(app, config, safety=safety, knowledge=knowledge, tools=tools, key=key)
    if config.features.ml:
        DataStack(app, config=config, log_bucket=audit.log_bucket, key=key)
    if config.features.studio:
        shared = SharedWithAttendees(
            guardrail=safety.guardrail,
            knowledge_base=knowledge.knowledge_base,
            endpoint_arn=inference.endpoint_arn if inference else None,
        )
        StudioStack(app, config=config, shared=shared, log_bucket=audit.log_bucket, key=key)
    if config.features.budget:
        BudgetStack(app, config=config, alarm_topic=audit.alarm_topic)
    if config.features.audit:
        InvocationLogStack(app, config=config, log_bucket=audit.log_bucket, key=key)
        TrailStack(app, config=config, log_bucket=audit.log_bucket, watched_bucket=knowledge.bucket, key=key)
    for stack in app.node.children:
        if isinstance(stack, WorkshopStack) and stack is not identity:
            stack.add_stack_dependency(identity)  # it refuses what cannot change, before anything else changes
    if config.teardown:
        TeardownStack(app, config=config)  # needs no other stack, because it goes when all others are gone
    identity.boundary.bound(app)


def _agents(
    app: cdk.App,
    config: WorkshopConfig,
    *,
    safety: SafetyStack,
    knowledge: KnowledgeStack,
    tools: ToolsStack,
    key: CustomerKey | None,
) -> None:
    """One set of tools for each engine, and the page on which people talk to it."""
    if AgentEngine.AGENTCORE in config.agent.engines:
        agentcore = AgentCoreStack(app, config=config, guardrail=safety.guardrail, tools=[*tools.tools, tools.search])
        if config.features.web:
            WebStack(app, config=config, agent=agentcore.agent, desk_table=tools.desk_table, key=key)
    if AgentEngine.BEDROCK_AGENTS in config.agent.engines:
        BedrockAgentStack(
            app,
            config=config,
            guardrail=safety.guardrail,
            knowledge_base=knowledge.knowledge_base,
            tools=tools.tools,
        )
