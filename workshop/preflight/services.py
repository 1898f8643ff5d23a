"""The account's other services: what they have room for, and which of their settings the workshop borrows."""

from botocore.exceptions import ClientError

from contract import StackName
from stacks.config import EndpointKind
from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.preflight.quota import INCREASE, Quota, enough, instance_quota
from workshop.report import Verdict

LISTED = "service-quotas:ListServiceQuotas"
NEEDED_CONCURRENCY = 2
"""`MaxConcurrency` of the serverless endpoint."""
LEAST_LAMBDA_CONCURRENCY, EXECUTIONS_PER_ATTENDEE = 100, 3
"""A question runs a tool or two while its answer is on the way; new accounts have ten for everything."""
ROLES_BESIDE_ATTENDEES, POLICIES = 25, 12
"""Upper bounds of what the stacks make; a test holds them to the templates."""
BUDGETS_REFUSE = ("linked account", "enable budgets", "payer account")
AGENTCORE_ROLE = "AWSServiceRoleForBedrockAgentCoreRuntimeIdentity"


def _budget(account: Account) -> Finding:
    """https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controlling-access.html."""
    try:
        account.client("budgets").describe_budgets(AccountId=account.caller()["Account"], MaxResults=1)
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        if not any(part in message.lower() for part in BUDGETS_REFUSE):
            raise
        return Finding(
            Verdict.FAIL,
            f"budgets are not switched on for this account: {message}",
            "Have the management (payer) account open Cost Explorer and allow IAM access to billing: it takes a day. "
            "Or leave the budget out: features.budget = false.",
        )
    return Finding(Verdict.PASS, f"{account.config.budget.limit_usd:g} USD a month, for the whole account")


def _endpoint_quota(account: Account) -> Finding:
    endpoint = account.config.endpoint
    if endpoint.kind is EndpointKind.REAL_TIME:
        use = f"{endpoint.instance_type} for endpoint usage"
        quota = instance_quota(endpoint.instance_type, "endpoint usage")
        return enough(account, quota, use, 1, "the workshop's endpoint")
    name = "Maximum total concurrency that can be allocated across all serverless endpoints"
    quota = Quota("sagemaker", name, "L-96300102")
    label = "concurrency of all serverless endpoints"
    return enough(account, quota, label, NEEDED_CONCURRENCY, "the workshop's endpoint")


def _lambda_concurrency(account: Account) -> Finding:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    free = limits.get("UnreservedConcurrentExecutions", limits["ConcurrentExecutions"])
    needed = max(LEAST_LAMBDA_CONCURRENCY, EXECUTIONS_PER_ATTENDEE * account.attendees)
    formula = f"{EXECUTIONS_PER_ATTENDEE} for each attendee, at least {LEAST_LAMBDA_CONCURRENCY}"
    said = f"{free:,} concurrent executions of Lambda are free, needs {needed:,} ({formula})"
    if free >= needed:
        return Finding(Verdict.PASS, said)
    return Finding(Verdict.FAIL, said, f"{INCREASE} Its name is Concurrent executions.")


def _iam(account: Account) -> Finding:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
    summary = account.client("iam").get_account_summary()["SummaryMap"]
    deployed, said, full = account.outputs(StackName.IDENTITY) is not None, [], False
    for what, at_most in (("Roles", ROLES_BESIDE_ATTENDEES + account.attendees), ("Policies", POLICIES)):
        there, limit, needed = summary[what], summary[f"{what}Quota"], 0 if deployed else at_most
        full |= there + needed > limit
        said.append(f"{there} of {limit} {what.lower()} there, up to {needed} to come")
    return Finding(Verdict.FAIL if full else Verdict.PASS, "; ".join(said), INCREASE if full else "")


def _invocation_logging(account: Account) -> Finding:
    """Whoever puts the setting of somebody else back has to pass its role."""
    setting = account.client("bedrock").get_model_invocation_logging_configuration()
    role = setting.get("loggingConfig", {}).get("cloudWatchConfig", {}).get("roleArn", "")
    if role and f"/workshop/{account.config.workshop_id}/" not in role:
        return Finding(
            Verdict.WARN,
            f"this account logs model calls as {role}; the workshop's stack and its schedule cannot put that back",
            "Remove the workshop as an administrator with `python -m workshop teardown`; or features.audit = false.",
        )
    return Finding(Verdict.PASS, "no setting whose role has to be passed on to put it back")


def _agentcore_role(account: Account) -> Finding:
    """The first harness of an account makes it: "Service-linked roles for AgentCore"."""
    iam = account.client("iam")
    try:
        iam.get_role(RoleName=AGENTCORE_ROLE)
    except iam.exceptions.NoSuchEntityException:
        return Finding(
            Verdict.WARN,
            f"{AGENTCORE_ROLE} is not there; the first harness makes it, with the rights of the CDK's execution role",
            "If that role may not iam:CreateServiceLinkedRole, make it once: aws iam create-service-linked-role "
            "--aws-service-name runtime-identity.bedrock-agentcore.amazonaws.com",
        )
    return Finding(Verdict.PASS, f"{AGENTCORE_ROLE} is there")


def _bedrock_agents(account: Account) -> Finding:
    """The only sign that an account used Bedrock Agents before they closed is an agent."""
    if account.client("bedrock-agent").list_agents(maxResults=1)["agentSummaries"]:
        return Finding(Verdict.PASS, "this account has used Bedrock Agents")
    return Finding(
        Verdict.WARN,
        "no agent here: Bedrock Agents are closed to accounts without prior use",
        "Unless the account used them before, remove bedrock-agents from agent.engines: agentcore works everywhere.",
    )


def _scheduled_teardown(account: Account) -> Finding:
    """Its time is still to come, and the account may run a build, which not every new one may."""
    time = account.config.teardown_time
    if time and time <= account.now:
        return Finding(Verdict.FAIL, f"its time has passed ({time:%Y-%m-%d %H:%M %Z})", "Correct workshop.end.")
    name = "Concurrently running builds for Linux/Small environment"
    finding = enough(account, Quota("codebuild", name, "L-9D07B6EF"), name, 1, "the removal")
    if finding.verdict is not Verdict.PASS:
        return finding
    return Finding(
        finding.verdict, f"{finding.detail}; new accounts may be refused all the same, which only a build shows"
    )


BUDGET = Question("budget", ("sts:GetCallerIdentity", "budgets:DescribeBudgets"), _budget)
ENDPOINT_QUOTA = Question("endpoint quota", (LISTED,), _endpoint_quota)
LAMBDA_CONCURRENCY = Question("lambda concurrency", ("lambda:GetAccountSettings",), _lambda_concurrency)
IAM_QUOTAS = Question("iam quotas", ("iam:GetAccountSummary", "cloudformation:DescribeStacks"), _iam)
INVOCATION_LOGGING = Question(
    "invocation logging", ("bedrock:GetModelInvocationLoggingConfiguration",), _invocation_logging
)
AGENTCORE_SERVICE_ROLE = Question("agentcore role", ("iam:GetRole",), _agentcore_role)
BEDROCK_AGENTS = Question("bedrock agents", ("bedrock-agent:ListAgents",), _bedrock_agents)
SCHEDULED_TEARDOWN = Question("scheduled teardown", (LISTED,), _scheduled_teardown)
