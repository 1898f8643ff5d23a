"""Is the account bootstrapped for the CDK, under the qualifier that the CDK will use?"""

from workshop.bootstrap import role_name, version_parameter
from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.report import Verdict

MINIMUM_VERSION = 6
"""`CDK_BOOTSTRAP_VERSION` that the default synthesizer asks for."""
ROLES = ("deploy-role", "file-publishing-role", "cfn-exec-role")
PREFIX = "/cdk-bootstrap/"


def _version(account: Account) -> Finding:
    fix = f"Run: npx cdk bootstrap aws://{account.caller()['Account']}/{account.config.region}"
    ssm = account.client("ssm")
    try:
        version = int(ssm.get_parameter(Name=version_parameter(account.qualifier))["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return _other_qualifier(account) or Finding(Verdict.FAIL, f"not bootstrapped as {account.qualifier}", fix)
    if version < MINIMUM_VERSION:
        return Finding(Verdict.FAIL, f"bootstrap version {version}, needs {MINIMUM_VERSION}", fix)
    return Finding(Verdict.PASS, f"{account.qualifier}, version {version}")


def _other_qualifier(account: Account) -> Finding | None:
    names = account.listed("ssm", "get_parameters_by_path", "Parameters", Path=PREFIX, Recursive=True)
    others = sorted({parameter["Name"].removeprefix(PREFIX).partition("/")[0] for parameter in names})
    if not others:
        return None
    return Finding(
        Verdict.FAIL,
        f"not bootstrapped as {account.qualifier}, but as {', '.join(others)}",
        f'Put "@aws-cdk/core:bootstrapQualifier": "{others[0]}" into the context of cdk.json, or give it with -c.',
    )


def _roles(account: Account) -> Finding:
    """`cdk deploy` assumes these by name; a bootstrap template of one's own may have called them otherwise."""
    iam, missing = account.client("iam"), []
    for kind in ROLES:
        name = role_name(kind, account.qualifier, account.caller()["Account"], account.config.region)
        try:
            iam.get_role(RoleName=name)
        except iam.exceptions.NoSuchEntityException:
            missing.append(name)
    if missing:
        return Finding(
            Verdict.FAIL,
            f"not there: {', '.join(missing)}",
            "Bootstrap again with the CDK's own template, which makes these roles under these names.",
        )
    return Finding(Verdict.PASS, f"{', '.join(ROLES)} of {account.qualifier}")


BOOTSTRAP = Question("bootstrap", ("sts:GetCallerIdentity", "ssm:GetParameter", "ssm:GetParametersByPath"), _version)
BOOTSTRAP_ROLES = Question("bootstrap roles", ("sts:GetCallerIdentity", "iam:GetRole"), _roles)
