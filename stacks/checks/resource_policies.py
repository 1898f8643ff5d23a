"""Rules for policies on resources: who from outside may come in, and on whose behalf a service acts."""

import re
from collections.abc import Iterator, Mapping

from stacks.checks.policies import RESOURCE_POLICIES, Principal, Statement, resource_statements, trust_statements
from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import ARN_PART, get, render

ROLE = "AWS::IAM::Role"
PERMISSION = "AWS::Lambda::Permission"
OWN_ACCOUNT = "${AWS::AccountId}"

SOURCE_KEYS = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceowner")
ORGANIZATION_KEYS = ("aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid")
ACCOUNT_KEYS = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "kms:calleraccount",
)
"""What says from which account a request comes."""
NARROWING_KEYS = (*ACCOUNT_KEYS, *ORGANIZATION_KEYS, "aws:sourcevpce")
KEY_USE = re.compile(r"kms:(encryptioncontext:.+|calleraccount)")
"""A key's policy may name the context instead: CloudWatch Logs sends one, and no source."""

WITHOUT_SOURCE = {
    "lambda.amazonaws.com": "Lambda assumes execution roles without aws:SourceArn or aws:SourceAccount: "
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
}
"""Services that send no source when they assume a role, with the page that describes their trust policy."""

_ARN = re.compile(rf"arn:{ARN_PART}:{ARN_PART}:{ARN_PART}:(?P<account>{ARN_PART}):(?P<resource>.*)")


def _statements(resource: Resource) -> Iterator[Statement]:
    if resource.type == ROLE:
        yield from trust_statements(resource)
    elif resource.type == PERMISSION:
        yield _permission(resource)
    else:
        yield from resource_statements(resource)


def _permission(resource: Resource) -> Statement:
    principal = render(get(resource.properties, "Principal"))
    named = {
        "aws:sourceaccount": get(resource.properties, "SourceAccount"),
        "aws:sourcearn": get(resource.properties, "SourceArn"),
        "aws:principalorgid": get(resource.properties, "PrincipalOrgID"),
    }
    return Statement(
        allows=True,
        actions=(render(get(resource.properties, "Action")),),
        resources=(),
        principals=(Principal("Service" if principal.endswith(".amazonaws.com") else "AWS", principal),),
        inverted=(),
        required={key: (render(value),) for key, value in named.items() if value is not None},
    )


def _narrowed(required: Mapping[str, tuple[str, ...]], keys: tuple[str, ...]) -> bool:
    """A condition counts if it is false for a stranger, whichever of its values is compared."""
    return any(key in keys and all(map(_excludes_strangers, values)) for key, values in required.items())


def _excludes_strangers(value: str) -> bool:
    """True if a value names an account, an organization, an endpoint or a bucket; a pattern matches others, too."""
    arn = _ARN.fullmatch(value)
    if arn is None:
        return not value.startswith("arn:") and not _is_pattern(value.partition("/")[0])
    # A bucket's ARN has no account, and its name is one in the world.
    return not _is_pattern(arn["account"] or arn["resource"].partition("/")[0])


def _is_pattern(text: str) -> bool:
    return bool(re.search(r"[*?]", re.sub(r"\$\{[^}]*\}", "", text)))


def check_public(resource: Resource, context: Context) -> Iterator[Problem]:
    """No statement allows everybody something."""
    for statement in _statements(resource):
        everyone = any(principal.is_everyone for principal in statement.principals)
        if statement.allows and everyone and not _narrowed(statement.required, NARROWING_KEYS):
            yield Problem(
                f"Everybody may {', '.join(statement.actions)}.",
                "Name the principals, or require aws:PrincipalAccount, aws:PrincipalOrgID or a source.",
            )


def check_cross_account(resource: Resource, context: Context) -> Iterator[Problem]:
    """No statement allows another account something."""
    for statement in _statements(resource):
        if not statement.allows:
            continue
        for account in sorted(set(_accounts_let_in(statement)) - context.settings.trusted_accounts):
            yield Problem(
                f"The account {account} may {', '.join(statement.actions)}.",
                "Name principals of the deploying account (AWS::AccountId) only.",
                detail=account,
            )
        for organization in _organizations_let_in(statement):
            yield Problem(
                f"Every account of the organization {organization} may {', '.join(statement.actions)}.",
                "Require aws:PrincipalAccount or aws:SourceAccount to be AWS::AccountId as well.",
                detail=organization,
            )


def _accounts_let_in(statement: Statement) -> Iterator[str]:
    """Account ids that are written out: as principals, or in the condition that narrows everybody or a service."""
    values = [principal.value for principal in statement.principals]
    if any(principal.is_everyone or principal.kind == "Service" for principal in statement.principals):
        values += [value for key in ACCOUNT_KEYS for value in statement.required.get(key, ())]
    for value in values:
        arn = _ARN.fullmatch(value)
        account = arn["account"] if arn else value
        if re.fullmatch(r"\d{12}", account):
            yield account


def _organizations_let_in(statement: Statement) -> Iterator[str]:
    everyone = any(principal.is_everyone or principal.kind == "Service" for principal in statement.principals)
    if everyone and not _narrowed(statement.required, ACCOUNT_KEYS):
        yield from (value for key in ORGANIZATION_KEYS for value in statement.required.get(key, ()))


def check_not_principal(resource: Resource, context: Context) -> Iterator[Problem]:
    """NotPrincipal never means what it looks like."""
    for statement in _statements(resource):
        if "NotPrincipal" in statement.inverted:
            yield Problem(
                "A statement uses NotPrincipal, which allows strangers in an Allow and locks out sessions and services "
                "in a Deny.",
                "Use Principal * with a condition on aws:PrincipalArn.",
            )


def check_source(resource: Resource, context: Context) -> Iterator[Problem]:
    """A service acts for this account only."""
    for statement in _statements(resource):
        if not statement.allows or _narrowed(statement.required, SOURCE_KEYS):
            continue
        if _narrowed(statement.required, tuple(filter(KEY_USE.fullmatch, statement.required))):
            continue
        for principal in statement.principals:
            if principal.kind == "Service" and not (resource.type == ROLE and principal.value in WITHOUT_SOURCE):
                yield Problem(
                    f"{principal.value} may act here on behalf of any AWS account.",
                    "Require aws:SourceAccount or aws:SourceArn (SourceAccount or SourceArn of a Lambda permission).",
                    detail=principal.value,
                )


POLICY_TYPES = (*RESOURCE_POLICIES, PERMISSION, ROLE)
_CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"

RULES = (
    Rule(
        "public-access",
        "No policy lets everybody in",
        "Anybody in the world can read what the agent tells everybody, or write it: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
        POLICY_TYPES,
        check_public,
    ),
    Rule(
        "cross-account-access",
        "No policy lets another account in",
        "Access outlives the workshop and is invisible from this account: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html",
        POLICY_TYPES,
        check_cross_account,
    ),
    Rule(
        "not-principal",
        "No policy uses NotPrincipal",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
        POLICY_TYPES,
        check_not_principal,
    ),
    Rule(
        "service-source",
        "A service acts on behalf of this account only",
        f"Any customer of that service can make it use the role or the resource: {_CONFUSED_DEPUTY}",
        POLICY_TYPES,
        check_source,
    ),
)
