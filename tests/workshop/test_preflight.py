"""Preflight says what would refuse a deploy, and how bad that is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stacks.config import load_config
from tests.workshop.canned_aws import Answer, RefusalError, canned_session
from workshop.preflight import Account, Finding, answer, questions, scheduled_teardown
from workshop.report import Verdict

ROOT = Path(__file__).parents[2]
AVAILABLE = {
    "modelId": "m",
    "agreementAvailability": {"status": "AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}


def model(**lifecycle: Any) -> dict[str, Any]:
    return {"modelDetails": {"modelArn": "arn", "modelId": "m", "modelLifecycle": {"status": "ACTIVE"} | lifecycle}}


def quota(code: str, name: str, value: float) -> dict[str, Any]:
    return {"Quotas": [{"QuotaCode": code, "QuotaName": name, "Value": value}]}


def refuse(code: str) -> Answer:
    def raise_it(given: dict[str, Any]) -> dict[str, Any]:
        raise RefusalError(code, "no")

    return raise_it


NOW = datetime(2026, 11, 27, tzinfo=UTC)
BUILDS = "Concurrently running builds for Linux/Small environment"

GOOD: dict[str, Answer] = {
    "sts.GetCallerIdentity": lambda given: {"Account": "111122223333", "Arn": "arn:aws:iam::111122223333:role/Admin"},
    "ssm.GetParameter": lambda given: {"Parameter": {"Value": "28"}},
    "bedrock.GetInferenceProfile": lambda given: {
        "inferenceProfileName": "n",
        "inferenceProfileArn": "arn",
        "models": [{}],
        "inferenceProfileId": given["inferenceProfileIdentifier"],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    },
    "bedrock.GetFoundationModel": lambda given: model(),
    "bedrock.GetFoundationModelAvailability": lambda given: AVAILABLE,
    "bedrock.ListGuardrails": lambda given: {"guardrails": []},
    "budgets.DescribeBudgets": lambda given: {"Budgets": []},
    "service-quotas.ListServiceQuotas": lambda given: quota("L-96300102", "serverless", 10),
    "sagemaker.ListDomains": lambda given: {"Domains": []},
    "cloudtrail.DescribeTrails": lambda given: {"trailList": []},
    "bedrock.GetModelInvocationLoggingConfiguration": lambda given: {},
    "bedrock-agent.ListAgents": lambda given: {"agentSummaries": []},
}


def ask(name: str, changed: dict[str, Answer], preset: str = "default") -> Finding:
    config = load_config(ROOT / f"presets/{preset}.toml")
    return answer(dict(questions(config))[name], Account(config, canned_session(GOOD | changed), NOW))


@pytest.mark.parametrize("preset", ["default", "us-east-1", "customer-key"])
def test_a_good_account_passes_everything(preset: str) -> None:
    config = load_config(ROOT / f"presets/{preset}.toml")
    account = Account(config, canned_session(GOOD))
    verdicts = {name: answer(question, account).verdict for name, question in questions(config)}
    expected_region = Verdict.PASS if config.region == "ap-southeast-1" else Verdict.WARN
    assert verdicts.pop("region") is expected_region
    assert set(verdicts.values()) == {Verdict.PASS}


@pytest.mark.parametrize(
    ("name", "call", "reply", "verdict", "says"),
    [
        (
            "identity",
            "sts.GetCallerIdentity",
            lambda given: {"Account": "1", "Arn": "arn:aws:iam::111122223333:root"},
            Verdict.FAIL,
            "root user",
        ),
        ("identity", "sts.GetCallerIdentity", refuse("AccessDenied"), Verdict.FAIL, "AccessDenied"),
        ("bootstrap", "ssm.GetParameter", refuse("ParameterNotFound"), Verdict.FAIL, "cdk bootstrap"),
        ("bootstrap", "ssm.GetParameter", lambda given: {"Parameter": {"Value": "5"}}, Verdict.FAIL, "needs 6"),
        ("chat model", "bedrock.GetInferenceProfile", refuse("ResourceNotFoundException"), Verdict.FAIL, "NotFound"),
        ("chat model", "bedrock.GetFoundationModel", lambda given: model(status="LEGACY"), Verdict.FAIL, "LEGACY"),
        (
            "chat model",
            "bedrock.GetFoundationModel",
            lambda given: model(endOfLifeTime=datetime(2020, 1, 1, tzinfo=UTC)),
            Verdict.WARN,
            "2020-01-01",
        ),
        (
            "embedding model",
            "bedrock.GetFoundationModelAvailability",
            lambda given: AVAILABLE | {"agreementAvailability": {"status": "NOT_AVAILABLE"}},
            Verdict.FAIL,
            "Marketplace",
        ),
        (
            "embedding model",
            "bedrock.GetFoundationModelAvailability",
            lambda given: AVAILABLE | {"authorizationStatus": "NOT_AUTHORIZED"},
            Verdict.FAIL,
            "not authorised",
        ),
        ("guardrails", "bedrock.ListGuardrails", refuse("AccessDeniedException"), Verdict.WARN, "ListGuardrails"),
        ("guardrails", "bedrock.ListGuardrails", refuse("InternalServerException"), Verdict.FAIL, "Internal"),
        ("budget", "budgets.DescribeBudgets", refuse("AccessDeniedException"), Verdict.WARN, "DescribeBudgets"),
        (
            "endpoint quota",
            "service-quotas.ListServiceQuotas",
            lambda given: quota("L-96300102", "x", 0),
            Verdict.FAIL,
            "request an increase",
        ),
        (
            "endpoint quota",
            "service-quotas.ListServiceQuotas",
            lambda given: {"Quotas": []},
            Verdict.WARN,
            "not listed",
        ),
        ("studio domain", "sagemaker.ListDomains", lambda given: {"Domains": [{}]}, Verdict.WARN, "1 SageMaker"),
        ("trail", "cloudtrail.DescribeTrails", lambda given: {"trailList": [{}] * 5}, Verdict.FAIL, "5 of 5"),
        (
            "invocation logging",
            "bedrock.GetModelInvocationLoggingConfiguration",
            lambda given: {
                "loggingConfig": {
                    "cloudWatchConfig": {"logGroupName": "g", "roleArn": "arn:aws:iam::111122223333:role/company"}
                }
            },
            Verdict.WARN,
            "role/company",
        ),
    ],
)
def test_what_is_wrong_is_named(name: str, call: str, reply: Answer, verdict: Verdict, says: str) -> None:
    finding = ask(name, {call: reply})
    assert (finding.verdict, says in finding.detail) == (verdict, True), finding


def test_a_real_time_endpoint_needs_the_quota_of_its_instance_type() -> None:
    listed: dict[str, Answer] = {
        "service-quotas.ListServiceQuotas": lambda given: quota("L-1", "ml.m5.large for endpoint usage", 1)
    }
    assert ask("endpoint quota", {}, "real-time").verdict is Verdict.WARN
    assert ask("endpoint quota", listed, "real-time").verdict is Verdict.PASS


def test_bedrock_agents_without_prior_use_are_a_warning() -> None:
    assert ask("bedrock agents", {}, "existing-agents").verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("builds", "verdict", "says"),
    [(1, Verdict.PASS, "Linux/Small"), (0, Verdict.FAIL, "codebuild quota"), (None, Verdict.WARN, "not listed")],
)
def test_a_scheduled_teardown_needs_a_build(builds: float | None, verdict: Verdict, says: str) -> None:
    answered = {"Quotas": []} if builds is None else quota("L-1", BUILDS, builds)
    finding = ask(
        "scheduled teardown", {"service-quotas.ListServiceQuotas": lambda given: answered}, "scheduled-teardown"
    )
    assert (finding.verdict, says in finding.detail) == (verdict, True), finding


def test_a_scheduled_teardown_lies_ahead() -> None:
    config = load_config(ROOT / "presets/scheduled-teardown.toml")
    assert config.teardown_time
    finding = scheduled_teardown(Account(config, canned_session(GOOD), config.teardown_time))
    assert (finding.verdict, finding.detail) == (
        Verdict.FAIL,
        "its time has passed (2026-11-28 14:00 UTC+07:00); correct workshop.end",
    )


def test_only_what_the_configuration_has_is_asked(tmp_path: Path) -> None:
    text = (ROOT / "presets/default.toml").read_text(encoding="utf-8").replace("= true", "= false")
    path = tmp_path / "workshop.toml"
    path.write_text(text, encoding="utf-8")
    config = load_config(path)
    names = {name for name, _ in questions(config)}
    assert not names & {"endpoint quota", "studio domain", "trail", "invocation logging", "bedrock agents"}
    assert "scheduled teardown" not in names
    assert "identity" in names
