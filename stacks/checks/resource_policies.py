"""Rules for policies on resources: who from outside may come in, and on whose behalf a service acts."""

import re
from collections.abc import Iterator, Mapping

from stacks.checks.policies import RESOURCE_POLICIES, Principal, Statement, resource_statements, trust_statements
from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import ARN_PART, get, known, render

ROLE = "AWS::IAM::Role"
PERMISSION = "AWS::Lambda::Permission"
OWN_ACCOUNT = "${AWS::AccountId}"

SOURCE_KEYS = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceowner")
NARROWING_KEYS = (
    *SOURCE_KEYS,
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourcevpce",
    "kms:calleraccount",
)
KEY_USE = re.compile(r"kms:(encryptioncontext:.+|calleraccount)")
"""A key's policy may name the context instead: CloudWatch Logs sends one, and no source."""

WITHOUT_SOURCE = {
    "lambda.amazonaws.com": "Lambda assumes execution roles without aws:SourceArn or aws:SourceAccount: "
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
}
"""Services that send no source when they assume a role, with the page that describes their trust policy."""

_ACCOUNT = re.compile(rf"arn:{ARN_PART}:(?:iam|sts)::({ARN_PART}):.*|(\d{{12}})")


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
    return any(key in keys and "*" not in values for key, values in required.items())


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
        for account in map(_foreign_account, statement.principals):
            if statement.allows and account is not None and account not in context.settings.trusted_accounts:
                yield Problem(
                    f"The account {account} may {', '.join(statement.actions)}.",
                    "Name principals of the deploying account (AWS::AccountId) only.",
                    detail=account,
                )


def _foreign_account(principal: Principal) -> str | None:
    match = _ACCOUNT.fullmatch(principal.value)
    account = (match.group(1) or match.group(2)) if match else None
    return account if account and known(account) else None


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
        if any(KEY_USE.fullmatch(key) for key in statement.required):
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
