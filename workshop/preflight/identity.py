"""Who asks, from where, in which account; and whether those whom the configuration lets in can ever come."""

from botocore.exceptions import ClientError

from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.report import Verdict

BILLING_REGION = "us-east-1"
S3_ENDPOINT_SUFFIX = ".s3"


def _identity(account: Account) -> Finding:
    """Bedrock refuses the root user: https://docs.aws.amazon.com/bedrock/latest/userguide/security-iam.html."""
    caller = account.caller()
    if caller["Arn"].endswith(":root"):
        return Finding(Verdict.FAIL, "the root user; Bedrock refuses it", "Use a role of the account.")
    return Finding(Verdict.PASS, caller["Arn"])


def _region(account: Account) -> Finding:
    configured, ambient = account.config.region, account.session.region_name
    if ambient and ambient != configured:
        return Finding(
            Verdict.WARN,
            f"workshop.region is {configured}, the environment says {ambient}; the file counts",
            "Set AWS_REGION to the region of the file, so that other tools look there, too.",
        )
    return Finding(Verdict.PASS, f"{configured} ({account.config.region_data.city})")


def _plan(account: Account) -> Finding:
    """An account on the free plan may use fewer services, and is closed when its credits are used up."""
    try:
        state = account.client("freetier", BILLING_REGION).get_account_plan_state()
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":  # accounts that are older than the plans
            return Finding(Verdict.PASS, "no plan: an account like any other")
        raise
    if state["accountPlanType"] == "FREE":
        return Finding(
            Verdict.WARN,
            "the free plan: AWS restricts services and quotas, and closes the account when the credits are used up",
            "Upgrade to the paid plan before the workshop.",
        )
    return Finding(Verdict.PASS, "the paid plan")


def _organization(account: Account) -> Finding:
    """The documents bucket would refuse everybody if the account were in another organization."""
    wanted = account.config.knowledge.organization_id
    fix = "Correct knowledge.organization_id, or remove it: nobody could read the documents."
    try:
        found = account.client("organizations").describe_organization()["Organization"]["Id"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "AWSOrganizationsNotInUseException":
            raise
        return Finding(Verdict.FAIL, f"this account is in no organization, the configuration says {wanted}", fix)
    if found != wanted:
        return Finding(Verdict.FAIL, f"this account is in {found}, the configuration says {wanted}", fix)
    return Finding(Verdict.PASS, f"{found}")


def _admin_roles(account: Account) -> Finding:
    """A role that is not there exactly as it is written matches no caller, and AWS does not say so."""
    problems = [problem for arn in account.config.access.admin_role_arns if (problem := _never_matches(account, arn))]
    if problems:
        return Finding(Verdict.FAIL, "; ".join(problems), "Correct access.admin_role_arns: these let nobody in.")
    return Finding(Verdict.PASS, f"{len(account.config.access.admin_role_arns)} roles exist as they are written")


def _never_matches(account: Account, arn: str) -> str | None:
    own = account.caller()
    _, partition, _, _, account_id, _ = arn.split(":", 5)
    if account_id != own["Account"]:
        return f"{arn} is of account {account_id}, this is {own['Account']}"
    if partition != own["Arn"].split(":")[1]:
        return f"{arn} is of the partition {partition}"
    iam = account.client("iam")
    try:
        found = str(iam.get_role(RoleName=arn.rsplit("/", 1)[1])["Role"]["Arn"])
    except iam.exceptions.NoSuchEntityException:
        return f"{arn} does not exist"
    return None if found == arn else f"{arn} is really {found}"


def _vpc_endpoints(account: Account) -> Finding:
    """People may read the documents through these endpoints only, so one that is not there locks them out."""
    wanted = account.config.knowledge.vpc_endpoint_ids
    filters = [{"Name": "vpc-endpoint-id", "Values": list(wanted)}]
    found = {
        endpoint["VpcEndpointId"]: str(endpoint["ServiceName"])
        for endpoint in account.listed("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
    }
    others = [f"{name} is for {service}" for name, service in found.items() if not service.endswith(S3_ENDPOINT_SUFFIX)]
    if others:
        return Finding(
            Verdict.FAIL, "; ".join(others), "Correct knowledge.vpc_endpoint_ids: only those of S3 can match."
        )
    if missing := [name for name in wanted if name not in found]:
        return Finding(
            Verdict.WARN,
            f"not in this account and region: {', '.join(missing)}",
            "Correct knowledge.vpc_endpoint_ids, unless these are in another account of yours.",
        )
    return Finding(Verdict.PASS, f"{len(wanted)} endpoints of S3")


IDENTITY = Question("identity", ("sts:GetCallerIdentity",), _identity, vital=True)
REGION = Question("region", (), _region)
PLAN = Question("account plan", ("freetier:GetAccountPlanState",), _plan)
ORGANIZATION = Question("organization", ("organizations:DescribeOrganization",), _organization)
ADMIN_ROLES = Question("admin roles", ("iam:GetRole", "sts:GetCallerIdentity"), _admin_roles)
VPC_ENDPOINTS = Question("vpc endpoints", ("ec2:DescribeVpcEndpoints",), _vpc_endpoints)
