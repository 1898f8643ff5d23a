"""`python -m workshop preflight`: asks the account, before a deploy, what would refuse it. Changes nothing.

What each question is about: https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html,
https://docs.aws.amazon.com/general/latest/gr/sagemaker.html (quotas),
https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stacks.config import AgentEngine, EndpointKind, WorkshopConfig, load_config
from workshop.aws_session import is_vain, open_session
from workshop.report import Verdict, print_verdicts

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
MINIMUM_BOOTSTRAP = 6
MODEL_NOTICE = timedelta(days=60)
MAX_TRAILS = 5
SERVERLESS_CONCURRENCY_QUOTA = "L-96300102"
NEEDED_CONCURRENCY = 2
BUILD_QUOTA = "Concurrently running builds for Linux/Small environment"
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnrecognizedClientException"}


@dataclass(frozen=True)
class Finding:
    """The answer to one question."""

    verdict: Verdict
    detail: str


@dataclass(frozen=True)
class Account:
    """The account as this configuration will meet it, at the time `now`."""

    config: WorkshopConfig
    session: boto3.Session
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def client(self, service: str, region: str | None = None) -> Any:
        """A client in the workshop's region that gives up soon."""
        settings = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"})
        return self.session.client(
            service,  # type: ignore[call-overload]  # any service
            region_name=region or self.config.region,
            config=settings,
        )


Question = Callable[[Account], Finding]


def identity(account: Account) -> Finding:
    """Credentials are there, and they are not the root user's (Bedrock refuses those)."""
    caller = account.client("sts").get_caller_identity()
    if caller["Arn"].endswith(":root"):
        return Finding(Verdict.FAIL, "the root user; Bedrock refuses it: use a role of the account")
    return Finding(Verdict.PASS, caller["Arn"])


def region(account: Account) -> Finding:
    """The shell and the configuration mean the same region."""
    configured, ambient = account.config.region, account.session.region_name
    if ambient and ambient != configured:
        return Finding(
            Verdict.WARN, f"workshop.region is {configured}, the environment says {ambient}; the file counts"
        )
    return Finding(Verdict.PASS, f"{configured} ({account.config.region_data.city})")


def bootstrap(account: Account) -> Finding:
    """The CDK's own stack is there and new enough."""
    fix = f"run: npx cdk bootstrap aws://<account>/{account.config.region}"
    ssm = account.client("ssm")
    try:
        version = int(ssm.get_parameter(Name=BOOTSTRAP_PARAMETER)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return Finding(Verdict.FAIL, f"not bootstrapped; {fix}")
    if version < MINIMUM_BOOTSTRAP:
        return Finding(Verdict.FAIL, f"bootstrap version {version}, needs {MINIMUM_BOOTSTRAP}; {fix}")
    return Finding(Verdict.PASS, f"version {version}")


def chat_model(account: Account) -> Finding:
    """The profile exists and its model may be called."""
    model = account.config.chat_model
    if model.is_profile:
        account.client("bedrock").get_inference_profile(inferenceProfileIdentifier=model.id)
    return _model(account, model.id, model.foundation_model_id)


def embedding_model(account: Account) -> Finding:
    """The embedding model may be called."""
    return _model(account, account.config.embedding_model.id, account.config.embedding_model.id)


def _model(account: Account, name: str, foundation_model_id: str) -> Finding:
    bedrock = account.client("bedrock")
    lifecycle = bedrock.get_foundation_model(modelIdentifier=foundation_model_id)["modelDetails"]["modelLifecycle"]
    if lifecycle["status"] != "ACTIVE":
        return Finding(Verdict.FAIL, f"{name} is {lifecycle['status']}: closed to accounts that do not use it yet")
    availability = bedrock.get_foundation_model_availability(modelId=foundation_model_id)
    if availability["authorizationStatus"] != "AUTHORIZED":
        return Finding(Verdict.FAIL, f"{name}: this account is not authorised; ask AWS Support or the organization")
    agreement = availability["agreementAvailability"]["status"]
    if agreement != "AVAILABLE":
        return Finding(
            Verdict.FAIL, f"{name}: AWS Marketplace agreement {agreement}; call the model once as an administrator"
        )
    end = lifecycle.get("endOfLifeTime")
    if end and end < account.now + MODEL_NOTICE:
        return Finding(Verdict.WARN, f"{name} ends on {end:%Y-%m-%d}")
    return Finding(Verdict.PASS, name)


def guardrails(account: Account) -> Finding:
    """Guardrails can be used here; the profile and its destinations are data, no API lists them."""
    account.client("bedrock").list_guardrails(maxResults=1)
    profile = account.config.region_data.guardrail_profile
    return Finding(Verdict.PASS, f"{profile.id} may judge texts in {', '.join(profile.destination_regions)}")


def budgets(account: Account) -> Finding:
    """This identity may use budgets."""
    account_id = account.client("sts").get_caller_identity()["Account"]
    account.client("budgets").describe_budgets(AccountId=account_id, MaxResults=1)
    return Finding(Verdict.PASS, f"{account.config.budget.limit_usd:g} USD a month, for the whole account")


def endpoint_quota(account: Account) -> Finding:
    """The quota that the endpoint needs is not zero, as it is in many new accounts."""
    endpoint = account.config.endpoint
    if endpoint.kind is EndpointKind.REAL_TIME:
        return _quota(account, "sagemaker", "", f"{endpoint.instance_type} for endpoint usage", 1)
    name = "concurrency of serverless endpoints"
    return _quota(account, "sagemaker", SERVERLESS_CONCURRENCY_QUOTA, name, NEEDED_CONCURRENCY)


def _quota(account: Account, service: str, code: str, name: str, needed: int) -> Finding:
    """A quota by its code or its exact name."""
    pages = account.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode=service)
    quotas = (quota for page in pages for quota in page["Quotas"])
    value = next((quota["Value"] for quota in quotas if code == quota["QuotaCode"] or name == quota["QuotaName"]), None)
    if value is None:
        return Finding(Verdict.WARN, f"{service} quota not listed: {name}")
    if value < needed:
        return Finding(Verdict.FAIL, f"{service} quota {name} is {value:g}, needs {needed}: request an increase")
    return Finding(Verdict.PASS, f"{name}: {value:g}")


def domains(account: Account) -> Finding:
    """Studio domains that are already there: the quota of a region is small."""
    found = account.client("sagemaker").list_domains()["Domains"]
    if found:
        return Finding(Verdict.WARN, f"{len(found)} SageMaker domains already in this region; mind the quota")
    return Finding(Verdict.PASS, "no SageMaker domain in this region yet")


def trails(account: Account) -> Finding:
    """A region holds five trails and no more."""
    found = len(account.client("cloudtrail").describe_trails()["trailList"])
    verdict = Verdict.FAIL if found >= MAX_TRAILS else Verdict.PASS
    return Finding(verdict, f"{found} of {MAX_TRAILS} trails; features.audit = false leaves ours out")


def invocation_logging(account: Account) -> Finding:
    """The log of model calls is a setting of the account; whoever puts another one back has to pass its role."""
    answer = account.client("bedrock").get_model_invocation_logging_configuration()
    role = answer.get("loggingConfig", {}).get("cloudWatchConfig", {}).get("roleArn", "")
    if role and f"/workshop/{account.config.workshop_id}/" not in role:
        return Finding(
            Verdict.WARN,
            f"this account logs model calls as {role}. Remove the workshop as an administrator, with `python -m "
            "workshop teardown`: its stack and its schedule cannot put that back; or set features.audit = false",
        )
    return Finding(Verdict.PASS, "no setting whose role has to be passed on to put it back")


def bedrock_agents(account: Account) -> Finding:
    """The only sign that an account used Bedrock Agents before they closed is an agent."""
    if account.client("bedrock-agent").list_agents(maxResults=1)["agentSummaries"]:
        return Finding(Verdict.PASS, "this account has used Bedrock Agents")
    return Finding(Verdict.WARN, "no agent here: closed to accounts without prior use; agentcore works everywhere")


def scheduled_teardown(account: Account) -> Finding:
    """Its time is still to come, and the account may run a build, which not every new one may."""
    time = account.config.teardown_time
    if time and time <= account.now:
        return Finding(Verdict.FAIL, f"its time has passed ({time:%Y-%m-%d %H:%M %Z}); correct workshop.end")
    return _quota(account, "codebuild", "", BUILD_QUOTA, 1)


def questions(config: WorkshopConfig) -> Iterator[tuple[str, Question]]:
    """What to ask for this configuration, in order; the first one decides whether the rest makes sense."""
    yield from (("identity", identity), ("region", region), ("bootstrap", bootstrap))
    yield from (("chat model", chat_model), ("embedding model", embedding_model))
    yield from (("guardrails", guardrails), ("budget", budgets))
    if config.features.inference:
        yield "endpoint quota", endpoint_quota
    if config.features.studio:
        yield "studio domain", domains
    if config.features.audit:
        yield from (("trail", trails), ("invocation logging", invocation_logging))
    if AgentEngine.BEDROCK_AGENTS in config.agent.engines:
        yield "bedrock agents", bedrock_agents
    if config.teardown:
        yield "scheduled teardown", scheduled_teardown


def answer(question: Question, account: Account) -> Finding:
    """Ask; what AWS refuses to say is a warning, anything else that goes wrong is a failure.

    Raises what makes every further question vain: credentials that have expired, or no way to AWS at all.
    """
    try:
        return question(account)
    except ClientError as error:
        if is_vain(error):
            raise
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        verdict = Verdict.WARN if code in DENIED and question is not identity else Verdict.FAIL
        return Finding(verdict, f"{error.operation_name}: {code}: {message}")
    except BotoCoreError as error:
        if question is identity:
            raise
        return Finding(Verdict.FAIL, str(error))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--config`: the configuration to judge."""
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """1 if anything failed; credentials that do not work end it at once."""
    config = load_config(args.config)
    account = Account(config, open_session(config.region))
    findings: list[tuple[str, Finding]] = []
    for name, question in questions(config):
        findings.append((name, answer(question, account)))
        if question is identity and findings[-1][1].verdict is Verdict.FAIL:
            break
    print_verdicts("Preflight", ("question", "answer"), ((f.verdict, (name, f.detail)) for name, f in findings))
    return int(any(finding.verdict is Verdict.FAIL for _, finding in findings))
