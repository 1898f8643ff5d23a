"""Which questions a configuration raises, in the order in which they are asked."""

from collections.abc import Iterator

from stacks.config import AgentEngine, WorkshopConfig
from workshop.preflight import counted, identity, model_calls, model_quotas, models, services, studio
from workshop.preflight.bootstrap import BOOTSTRAP, BOOTSTRAP_ROLES
from workshop.preflight.question import Question


def questions(config: WorkshopConfig, *, model_calls: bool = True) -> Iterator[tuple[str, Question]]:
    """Names and questions; without `model_calls` none that costs anything."""
    for question in _questions(config, model_calls):
        yield question.name, question


def _questions(config: WorkshopConfig, with_calls: bool) -> Iterator[Question]:
    yield from (identity.IDENTITY, identity.REGION, identity.PLAN, BOOTSTRAP, BOOTSTRAP_ROLES)
    yield from _access(config)
    yield from _models(config, with_calls)
    yield from (models.GUARDRAILS, counted.GUARDRAILS, counted.KNOWLEDGE_BASES)
    if config.features.budget:
        yield services.BUDGET
    yield from (services.LAMBDA_CONCURRENCY, services.IAM_QUOTAS)
    if config.features.inference:
        yield services.ENDPOINT_QUOTA
    if config.features.studio:
        yield from (counted.VPCS, counted.DOMAINS, counted.PROFILES, counted.SPACES)
        yield from (studio.APPS, studio.TRAINING, studio.PROCESSING, studio.TRANSFORM)
    if config.features.audit:
        yield from (counted.TRAILS, services.INVOCATION_LOGGING)
    if AgentEngine.AGENTCORE in config.agent.engines:
        yield services.AGENTCORE_SERVICE_ROLE
    if AgentEngine.BEDROCK_AGENTS in config.agent.engines:
        yield services.BEDROCK_AGENTS
    if config.teardown:
        yield services.SCHEDULED_TEARDOWN


def _access(config: WorkshopConfig) -> Iterator[Question]:
    if config.knowledge.organization_id:
        yield identity.ORGANIZATION
    if config.access.admin_role_arns:
        yield identity.ADMIN_ROLES
    if config.knowledge.vpc_endpoint_ids:
        yield identity.VPC_ENDPOINTS


def _models(config: WorkshopConfig, with_calls: bool) -> Iterator[Question]:
    if config.chat_model.foundation_model_id.startswith("anthropic."):
        yield models.USE_CASE
    yield from (models.CHAT_MODEL, model_quotas.CHAT_QUOTAS)
    if with_calls:
        yield model_calls.CHAT_CALL
    yield from (models.EMBEDDING_MODEL, model_quotas.EMBEDDING_QUOTAS)
    if with_calls:
        yield model_calls.EMBEDDING_CALL
