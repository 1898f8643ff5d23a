"""Rule against services that AWS has closed: everything else still accepts their resource types."""

from collections.abc import Iterator

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource

AGENT_TYPES = ("AWS::Bedrock::Agent", "AWS::Bedrock::AgentAlias")
CLOSED = {
    "AWS::CloudTrail::EventDataStore": "CloudTrail Lake takes no new customers since 2026-05-31; use a trail",
    "AWS::Cloud9::": "Cloud9 takes no new customers; use Studio's Code Editor",
    "AWS::Evidently::": "CloudWatch Evidently has ended; use AppConfig feature flags",
    "AWS::Forecast::": "Forecast takes no new customers since 2024; use SageMaker Canvas",
    "AWS::FraudDetector::": "Fraud Detector takes no new customers; use SageMaker",
    "AWS::Kendra::": "Kendra takes no new customers since 2026-07-30; use a Bedrock knowledge base",
    "AWS::KendraRanking::": "Kendra takes no new customers since 2026-07-30; use a Bedrock knowledge base",
    "AWS::LookoutEquipment::": "Lookout for Equipment has ended on 2026-10-07; use SageMaker",
    "AWS::LookoutMetrics::": "Lookout for Metrics has ended; use CloudWatch anomaly detection",
    "AWS::LookoutVision::": "Lookout for Vision has ended; use SageMaker",
    "AWS::QBusiness::": "Q Business is not offered in Singapore; use the workshop's agent",
    "AWS::Rekognition::StreamProcessor": "Rekognition streaming video takes no new customers since 2026-04-30",
    "AWS::SageMaker::HumanTaskUi": "Augmented AI is in maintenance since July 2026; use Step Functions callbacks",
}
"""Beginning of a resource type → why not, and what instead."""


def check_closed(resource: Resource, context: Context) -> Iterator[Problem]:
    """No type of a closed service; Bedrock agents where the configuration asks for them."""
    for prefix, reason in CLOSED.items():
        if resource.type.startswith(prefix):
            yield Problem(f"{resource.type} cannot be created in a new account: {reason}.", "Remove it.")
    if resource.type in AGENT_TYPES and not context.settings.bedrock_agents:
        yield Problem(
            f"{resource.type} cannot be created in an account that had no Bedrock agents before 2026-07-30.",
            "Use the engine agentcore, or list bedrock-agents in agent.engines if the account has had agents.",
        )


RULES = (
    Rule(
        "closed-service",
        "No resource of a service that AWS has closed",
        "The deployment fails with AccessDenied after minutes, and no permission or quota helps: "
        "https://docs.aws.amazon.com/bedrock/latest/userguide/agents-classic-maintenance-mode.html and "
        "https://docs.aws.amazon.com/general/latest/gr/service-lifecycle.html",
        (),
        check_closed,
    ),
)
