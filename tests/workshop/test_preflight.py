"""Preflight asks what a deploy or a class would run into, and says what to do."""

import io
import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from contract import Output, StackName
from stacks.config import WorkshopConfig, load_config, parse_config
from stacks.regions import regions
from tests.cloud_assembly import PRESETS, ROOT
from tests.workshop.canned_aws import Answer, RefusalError, canned_session
from workshop import aws_session
from workshop.__main__ import main
from workshop.preflight import Account, Finding, Question, answer, command, questions
from workshop.preflight.model_quotas import quota_names
from workshop.report import Verdict

NOW = datetime(2026, 11, 27, tzinfo=UTC)
ACCOUNT = "111122223333"
AVAILABLE = {
    "modelId": "m",
    "agreementAvailability": {"status": "AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}
TYPES = ("ml.t3.medium", "ml.t3.large", "ml.m5.large", "ml.m5.xlarge")
JOBS = ("training job usage", "processing job usage", "transform job usage")
QUOTAS: dict[str, dict[str, tuple[str, float]]] = {
    "sagemaker": {
        "L-96300102": ("Maximum total concurrency that can be allocated across all serverless endpoints", 10),
        "L-B683BCB0": ("Total domains", 2),
        "L-AC46C40F": ("Maximum number of Studio user profiles allowed per account", 500),
        "L-8E5333B4": ("Maximum number of Studio spaces allowed per account", 500),
        "L-71FAF417": ("Studio JupyterLab Apps running on ml.t3.medium instances", 300),
        "L-614B09FD": ("ml.m5.large for endpoint usage", 1),
        **{f"L-{each}-{use}": (f"{each} for {use}", 20) for each in TYPES for use in JOBS},
    },
    "vpc": {"L-F678F1CE": ("VPCs per Region", 5)},
    "cloudtrail": {"L-1568E18E": ("Trails per region", 5)},
    "codebuild": {"L-9D07B6EF": ("Concurrently running builds for Linux/Small environment", 1)},
    "bedrock": {
        f"L-{scope}-{unit}-{name}": (f"{scope} model inference {unit} for {name}", 10**8)
        for name in quota_names().values()
        for scope in ("On-demand", "Cross-region", "Global cross-region")
        for unit in ("requests per minute", "tokens per minute", "tokens per day")
    },
}
"""Service → code → name and applied value of an account that has enough of everything."""


def listed(changed: dict[str, float] | None = None, service: str = "", gone: str = "") -> Answer:
    """Service Quotas, with other values by code, or without a service's quotas or one code."""

    def answer_it(given: dict[str, Any]) -> dict[str, Any]:
        found = {} if given["ServiceCode"] == service else QUOTAS[given["ServiceCode"]]
        return {
            "Quotas": [
                {"QuotaCode": code, "QuotaName": name, "Value": (changed or {}).get(code, value)}
                for code, (name, value) in found.items()
                if code != gone
            ]
        }

    return answer_it


def refuse(code: str, message: str = "no") -> Answer:
    def raise_it(given: dict[str, Any]) -> dict[str, Any]:
        raise RefusalError(code, message)

    return raise_it


def fixed(**reply: Any) -> Answer:
    return lambda given: reply


def model(**lifecycle: Any) -> Answer:
    return fixed(modelDetails={"modelArn": "arn", "modelId": "m", "modelLifecycle": {"status": "ACTIVE"} | lifecycle})


def plan(name: str) -> Answer:
    return fixed(accountId=ACCOUNT, accountPlanType=name, accountPlanStatus="ACTIVE")


def role(given: dict[str, Any]) -> dict[str, Any]:
    name = given["RoleName"]
    return {
        "Role": {
            "Path": "/",
            "RoleName": name,
            "RoleId": "AROA" + "X" * 16,
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "CreateDate": NOW,
        }
    }


def embedding(given: dict[str, Any]) -> dict[str, Any]:
    vector = [0.5] * json.loads(given["body"]).get("dimensions", 1024)
    reply = {"embeddings": [vector]} if given["modelId"].startswith("cohere") else {"embedding": vector}
    return {"body": io.BytesIO(json.dumps(reply).encode()), "contentType": "application/json"}


GOOD: dict[str, Answer] = {
    "sts.GetCallerIdentity": fixed(Account=ACCOUNT, Arn=f"arn:aws:iam::{ACCOUNT}:role/Admin"),
    "freetier.GetAccountPlanState": plan("PAID"),
    "ssm.GetParameter": fixed(Parameter={"Value": "28"}),
    "ssm.GetParametersByPath": fixed(Parameters=[]),
    "iam.GetRole": role,
    "iam.GetAccountSummary": fixed(SummaryMap={"Roles": 10, "RolesQuota": 1000, "Policies": 10, "PoliciesQuota": 1500}),
    "organizations.DescribeOrganization": fixed(Organization={"Id": "o-a1b2c3d4e5"}),
    "ec2.DescribeVpcEndpoints": lambda given: {
        "VpcEndpoints": [
            {"VpcEndpointId": name, "ServiceName": "com.amazonaws.ap-southeast-1.s3"}
            for name in given["Filters"][0]["Values"]
        ]
    },
    "ec2.DescribeVpcs": fixed(Vpcs=[{"VpcId": "vpc-default"}]),
    "cloudformation.DescribeStacks": refuse("ValidationError", "Stack with id x does not exist"),
    "bedrock.GetInferenceProfile": lambda given: {
        "inferenceProfileName": "n",
        "inferenceProfileArn": "arn",
        "models": [{}],
        "inferenceProfileId": given["inferenceProfileIdentifier"],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    },
    "bedrock.GetFoundationModel": model(),
    "bedrock.GetFoundationModelAvailability": fixed(**AVAILABLE),
    "bedrock.GetUseCaseForModelAccess": fixed(formData=b"{}"),
    "bedrock-runtime.Converse": fixed(
        output={"message": {"role": "assistant", "content": [{"text": "X"}]}},
        stopReason="max_tokens",
        usage={"inputTokens": 4, "outputTokens": 1, "totalTokens": 5},
        metrics={"latencyMs": 300},
    ),
    "bedrock-runtime.InvokeModel": embedding,
    "bedrock.ListGuardrails": fixed(guardrails=[]),
    "bedrock-agent.ListKnowledgeBases": fixed(knowledgeBaseSummaries=[]),
    "bedrock.GetModelInvocationLoggingConfiguration": fixed(),
    "bedrock-agent.ListAgents": fixed(
        agentSummaries=[{"agentId": "A" * 10, "agentName": "a", "agentStatus": "PREPARED", "updatedAt": NOW}]
    ),
    "budgets.DescribeBudgets": fixed(Budgets=[]),
    "lambda.GetAccountSettings": fixed(
        AccountLimit={"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}
    ),
    "service-quotas.ListServiceQuotas": listed(),
    "sagemaker.ListDomains": fixed(Domains=[]),
    "sagemaker.ListUserProfiles": fixed(UserProfiles=[]),
    "sagemaker.ListSpaces": fixed(Spaces=[]),
    "cloudtrail.DescribeTrails": fixed(trailList=[]),
}


def configuration(preset: str = "default", **changed: dict[str, Any]) -> WorkshopConfig:
    """A preset; a keyword changes keys of the section with that name."""
    given = tomllib.loads((ROOT / "presets" / f"{preset}.toml").read_text(encoding="utf-8"))
    return parse_config(given | {name: given.get(name, {}) | keys for name, keys in changed.items()})


def ask(name: str, changed: dict[str, Answer], config: WorkshopConfig | str = "default") -> Finding:
    config = configuration(config) if isinstance(config, str) else config
    return answer(dict(questions(config))[name], Account(config, canned_session(GOOD | changed), NOW))


EVERYTHING = configuration(
    "existing-agents",
    access={"admin_role_arns": [f"arn:aws:iam::{ACCOUNT}:role/WorkshopAdmin"]},
    knowledge={"organization_id": "o-a1b2c3d4e5", "vpc_endpoint_ids": ["vpce-0123456789abcdef0"]},
    models={"chat": "global.anthropic.claude-haiku-5-5"},
)
CONFIGURATIONS = {name: configuration(name) for name in PRESETS} | {"everything": EVERYTHING}


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_good_account_passes_everything(config: WorkshopConfig) -> None:
    account = Account(config, canned_session(GOOD), NOW)
    findings = {name: answer(question, account) for name, question in questions(config)}
    expected_region = Verdict.PASS if config.region == "ap-southeast-1" else Verdict.WARN
    assert findings.pop("region").verdict is expected_region
    assert {name: finding for name, finding in findings.items() if finding.verdict is not Verdict.PASS} == {}


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_question_makes_the_calls_that_it_names(config: WorkshopConfig) -> None:
    made: set[str] = set()

    def noted(name: str, reply: Answer) -> Answer:
        return lambda given: made.add(name.replace(".", ":")) or reply(given)  # type: ignore[func-returns-value]

    session = canned_session({name: noted(name, reply) for name, reply in GOOD.items()})
    for name, question in questions(config):
        made.clear()
        answer(question, Account(config, session, NOW))
        assert made <= set(question.asks), name


def test_every_named_call_exists() -> None:
    session = botocore.session.get_session()
    for question in everything_that_is_asked():
        for call in question.asks:
            service, operation = call.split(":")
            assert operation in session.get_service_model(service).operation_names, call


def everything_that_is_asked() -> list[Question]:
    found = {name: question for config in CONFIGURATIONS.values() for name, question in questions(config)}
    return list(found.values())


@pytest.mark.parametrize("question", everything_that_is_asked(), ids=lambda question: question.name)
def test_what_may_not_be_asked_is_a_warning(question: Question) -> None:
    denied = {name: refuse("AccessDeniedException", "User is not authorized to perform this") for name in GOOD}
    if not question.vital:
        denied["sts.GetCallerIdentity"] = GOOD["sts.GetCallerIdentity"]
    config = next(config for config in CONFIGURATIONS.values() if question.name in dict(questions(config)))
    finding = answer(question, Account(config, canned_session(denied), NOW))
    if not question.asks:
        return
    expected = Verdict.FAIL if question.vital else Verdict.WARN
    assert (finding.verdict, bool(finding.fix)) == (expected, True), finding


@pytest.mark.parametrize("question", everything_that_is_asked(), ids=lambda question: question.name)
def test_what_breaks_is_a_failure_with_something_to_do(question: Question) -> None:
    broken = {name: refuse("InternalServerException") for name in GOOD}
    config = next(config for config in CONFIGURATIONS.values() if question.name in dict(questions(config)))
    finding = answer(question, Account(config, canned_session(broken), NOW))
    if question.asks:
        assert (finding.verdict, bool(finding.fix)) == (Verdict.FAIL, True), finding


def no_role(given: dict[str, Any]) -> dict[str, Any]:
    raise RefusalError("NoSuchEntity", "no")


@pytest.mark.parametrize(
    ("name", "call", "reply", "verdict", "says"),
    [
        (
            "identity",
            "sts.GetCallerIdentity",
            fixed(Account=ACCOUNT, Arn=f"arn:aws:iam::{ACCOUNT}:root"),
            Verdict.FAIL,
            "root user",
        ),
        ("identity", "sts.GetCallerIdentity", refuse("AccessDenied"), Verdict.FAIL, "AccessDenied"),
        ("account plan", "freetier.GetAccountPlanState", plan("FREE"), Verdict.WARN, "Upgrade"),
        ("account plan", "freetier.GetAccountPlanState", refuse("ResourceNotFoundException"), Verdict.PASS, "no plan"),
        ("bootstrap", "ssm.GetParameter", refuse("ParameterNotFound"), Verdict.FAIL, "npx cdk bootstrap aws://1111"),
        ("bootstrap", "ssm.GetParameter", fixed(Parameter={"Value": "5"}), Verdict.FAIL, "needs 6"),
        ("bootstrap roles", "iam.GetRole", no_role, Verdict.FAIL, "cdk-hnb659fds-cfn-exec-role-111122223333-ap"),
        ("chat model", "bedrock.GetInferenceProfile", refuse("ResourceNotFoundException"), Verdict.FAIL, "NotFound"),
        ("chat model", "bedrock.GetFoundationModel", model(status="LEGACY"), Verdict.FAIL, "LEGACY"),
        (
            "chat model",
            "bedrock.GetFoundationModel",
            model(endOfLifeTime=datetime(2020, 1, 1, tzinfo=UTC)),
            Verdict.WARN,
            "2020-01-01",
        ),
        (
            "embedding model",
            "bedrock.GetFoundationModelAvailability",
            fixed(**AVAILABLE | {"agreementAvailability": {"status": "NOT_AVAILABLE"}}),
            Verdict.FAIL,
            "aws-marketplace:Subscribe",
        ),
        (
            "embedding model",
            "bedrock.GetFoundationModelAvailability",
            fixed(**AVAILABLE | {"agreementAvailability": {"status": "PENDING"}}),
            Verdict.WARN,
            "15 minutes",
        ),
        (
            "embedding model",
            "bedrock.GetFoundationModelAvailability",
            fixed(**AVAILABLE | {"authorizationStatus": "NOT_AUTHORIZED"}),
            Verdict.FAIL,
            "not authorised",
        ),
        (
            "embedding model",
            "bedrock.GetFoundationModelAvailability",
            fixed(**AVAILABLE | {"regionAvailability": "NOT_AVAILABLE"}),
            Verdict.FAIL,
            "not served",
        ),
        ("guardrails", "bedrock.ListGuardrails", refuse("AccessDeniedException"), Verdict.WARN, "ListGuardrails"),
        ("budget", "budgets.DescribeBudgets", refuse("AccessDeniedException"), Verdict.WARN, "DescribeBudgets"),
        (
            "budget",
            "budgets.DescribeBudgets",
            refuse("AccessDeniedException", "Account 1 is a linked account. To enable budgets for your account, …"),
            Verdict.FAIL,
            "payer",
        ),
        (
            "lambda concurrency",
            "lambda.GetAccountSettings",
            fixed(AccountLimit={"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}),
            Verdict.FAIL,
            "needs 100",
        ),
        (
            "iam quotas",
            "iam.GetAccountSummary",
            fixed(SummaryMap={"Roles": 990, "RolesQuota": 1000, "Policies": 1, "PoliciesQuota": 1500}),
            Verdict.FAIL,
            "990 of 1000 roles",
        ),
        (
            "invocation logging",
            "bedrock.GetModelInvocationLoggingConfiguration",
            fixed(
                loggingConfig={
                    "cloudWatchConfig": {"logGroupName": "g", "roleArn": "arn:aws:iam::111122223333:role/company"}
                }
            ),
            Verdict.WARN,
            "role/company",
        ),
        ("agentcore role", "iam.GetRole", no_role, Verdict.WARN, "iam:CreateServiceLinkedRole"),
    ],
)
def test_what_is_wrong_is_named(name: str, call: str, reply: Answer, verdict: Verdict, says: str) -> None:
    finding = ask(name, {call: reply})
    assert (finding.verdict, says in f"{finding.detail} {finding.fix}") == (verdict, True), finding


def test_bedrock_agents_without_prior_use_are_a_warning() -> None:
    assert ask("bedrock agents", {"bedrock-agent.ListAgents": fixed(agentSummaries=[])}, "existing-agents").verdict is (
        Verdict.WARN
    )


def test_a_scheduled_teardown_lies_ahead() -> None:
    config = configuration("scheduled-teardown")
    assert config.teardown_time
    account = Account(config, canned_session(GOOD), config.teardown_time)
    finding = answer(dict(questions(config))["scheduled teardown"], account)
    assert (finding.verdict, finding.detail) == (Verdict.FAIL, "its time has passed (2026-11-28 14:00 UTC+07:00)")


def test_only_what_the_configuration_has_is_asked(tmp_path: Path) -> None:
    text = (ROOT / "presets/default.toml").read_text(encoding="utf-8").replace("= true", "= false")
    path = tmp_path / "workshop.toml"
    path.write_text(text, encoding="utf-8")
    asked = {name for name, _ in questions(load_config(path))}
    left_out = {"endpoint quota", "vpcs", "studio domain", "studio apps", "training jobs", "trail"}
    left_out |= {"invocation logging", "bedrock agents", "scheduled teardown", "organization", "admin roles"}
    assert (asked & left_out, asked >= {"identity", "chat model call"}) == (set(), True)


def test_calls_that_cost_can_be_left_out() -> None:
    asked = {name for name, _ in questions(EVERYTHING, model_calls=False)}
    assert {name for name, _ in questions(EVERYTHING)} - asked == {"chat model call", "embedding model call"}


def test_every_model_of_every_region_has_a_name_in_service_quotas() -> None:
    chat = {each.foundation_model_id for region in regions().values() for each in region.chat_models}
    embeddings = {each.id for region in regions().values() for each in region.embedding_models}
    assert (chat | embeddings) ^ set(quota_names()) == set()


def test_what_is_deployed_already_is_not_counted_twice() -> None:
    full = fixed(trailList=[{}] * 5)
    deployed = fixed(
        Stacks=[{"StackName": f"x-{StackName.TRAIL}", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}]
    )
    assert ask("trail", {"cloudtrail.DescribeTrails": full}).verdict is Verdict.FAIL
    changed = {"cloudtrail.DescribeTrails": full, "cloudformation.DescribeStacks": deployed}
    assert ask("trail", changed).verdict is Verdict.PASS


def test_attendees_who_join_a_running_workshop_are_to_come() -> None:
    outputs = [{"OutputKey": Output.DOMAIN_ID, "OutputValue": "d-ours"}]
    stack = {"StackName": "s", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}
    profiles = [{"DomainId": "d-ours", "UserProfileName": f"att-{number:02}"} for number in range(20)]
    changed = {
        "cloudformation.DescribeStacks": fixed(Stacks=[stack]),
        "sagemaker.ListUserProfiles": fixed(UserProfiles=[*profiles, {"DomainId": "d-other"}]),
    }
    assert "21 of 500 Studio user profiles there, 10 to come" in ask("studio profiles", changed).detail


@pytest.fixture
def preflight(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`python -m workshop preflight` against an account that answers from the table."""

    def run_it(changed: dict[str, Answer], *arguments: str) -> int:
        session = canned_session(GOOD | changed)
        monkeypatch.setattr(command, "open_session", lambda region: session)
        return main(["preflight", "--config", str(ROOT / "presets/default.toml"), *arguments])

    return run_it


def test_one_table_with_the_calls_and_what_to_do(
    preflight: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight({"cloudtrail.DescribeTrails": fixed(trailList=[{}] * 5)}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("FAIL")] == [
        "FAIL  trail  cloudtrail:DescribeTrails, cloudformation:DescribeStacks, service-quotas:ListServiceQuotas  "
        "5 of 5 trails there, 1 to come  Ask for an increase in Service Quotas, days ahead. "
        "features.audit = false leaves the workshop's trail out."
    ]
    assert "less than 0.0001 USD" in "\n".join(lines)
    assert lines[-1].endswith("1 FAIL; nothing was deployed")


def test_json_on_standard_output_and_in_a_file(
    preflight: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight({}, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["failed"], shown["region"]) == (0, "ap-southeast-1")
    assert {"question", "asked", "verdict", "answer", "what_to_do"} == set(shown["questions"][0])
    path = tmp_path / "preflight.json"
    assert preflight({}, "--json", str(path)) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["questions"] == shown["questions"]
    assert "PASS  identity" in capsys.readouterr().out
    assert preflight({}, "--json", str(tmp_path / "none" / "x.json")) == 2


def test_nothing_more_is_asked_of_the_root_user(
    preflight: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight({"sts.GetCallerIdentity": fixed(Account=ACCOUNT, Arn=f"arn:aws:iam::{ACCOUNT}:root")}) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_credentials_that_expire_on_the_way_end_it_with_one_sentence(
    preflight: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight({"lambda.GetAccountSettings": refuse("ExpiredTokenException")}) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n"), "have expired" in said.err) == ("", 1, True)
    assert aws_session.SIGN_IN in said.err
