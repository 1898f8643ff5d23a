"""All rules, in the order in which the report lists them."""

from stacks.checks import (
    agentcore,
    agents,
    guardrail,
    knowledge_base,
    lambda_,
    lifecycle,
    models,
    opensearch,
    resource_policies,
    roles,
    sagemaker,
    services,
)

RULES = (
    *knowledge_base.RULES,
    *opensearch.RULES,
    *models.RULES,
    *guardrail.RULES,
    *agents.RULES,
    *agentcore.RULES,
    *sagemaker.RULES,
    *services.RULES,
    *lifecycle.RULES,
    *lambda_.RULES,
    *resource_policies.RULES,
    *roles.RULES,
)
"""Every rule that synthesis applies."""
