"""Decides a request the way AWS documents it: identity, boundary, session and resource policies together.

AWS pages: "Policy evaluation logic", "How AWS enforcement code logic evaluates requests to allow or deny access",
"Cross-account policy evaluation logic", "IAM JSON policy elements: Principal", "... NotPrincipal", "... Action",
"... Resource". Not modelled: organizations' policies, VPC endpoint policies, ACLs, federated principals, KMS grants and
S3's promise that root may always remove a bucket policy.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any, TypeAlias

from tests.iam.conditions import PolicyError, as_list, condition_holds
from tests.iam.matching import UnresolvedVariableError, like, resolve, resource_like
from tests.iam.model import (
    EVERYBODY,
    Anonymous,
    ContextValue,
    Decision,
    Policies,
    Policy,
    Principal,
    Request,
    RoleSession,
    Root,
    Service,
)

Statement: TypeAlias = Mapping[str, Any]
Keys: TypeAlias = Mapping[str, ContextValue]


class Named(Enum):
    """How a statement of a resource policy names the caller; it decides what else must allow the request."""

    NOT = auto()
    ACCOUNT = auto()
    """By account: the account's own policies must allow it as well."""
    ROLE = auto()
    """By role: a boundary and a session policy still limit it."""
    DIRECTLY = auto()
    """As user, session, service or everybody: nothing else is needed."""


def decide(request: Request, policies: Policies) -> Decision:
    """The outcome of one request."""
    keys = request.keys
    everything = (*policies.identity, *policies.boundary, *policies.session)
    if _any(request, keys, everything, "Deny") or any(_named(request, keys, policies.resource, "Deny")):
        return Decision.EXPLICIT_DENY
    named = set(_named(request, keys, policies.resource, "Allow"))
    return Decision.ALLOWED if _is_granted(request, keys, policies, named) else Decision.IMPLICIT_DENY


def allowed(request: Request, policies: Policies) -> bool:
    """True if the request succeeds."""
    return decide(request, policies) is Decision.ALLOWED


def applies(statement: Statement, request: Request, keys: Keys) -> bool:
    """True if Action, Resource and Condition match; who asks is not looked at."""
    try:
        return (
            _action_matches(statement, request.action)
            and _resource_matches(statement, request.resource, keys)
            and condition_holds(statement.get("Condition", {}), keys)
        )
    except UnresolvedVariableError:
        return False


def names(statement: Statement, principal: Principal) -> Named:
    """How the Principal or NotPrincipal element names the caller."""
    if "NotPrincipal" in statement:
        return Named.NOT if _is_exempt(statement["NotPrincipal"], principal) else Named.DIRECTLY
    if statement["Principal"] == EVERYBODY:
        return Named.DIRECTLY
    found = {_names(kind, entry, principal) for kind, entry in _entries(statement["Principal"])}
    return next((named for named in (Named.DIRECTLY, Named.ROLE, Named.ACCOUNT) if named in found), Named.NOT)


def _is_granted(request: Request, keys: Keys, policies: Policies, named: set[Named]) -> bool:
    """Whether enough policies allow what none denies."""
    if isinstance(request.principal, (Anonymous, Service)):
        return Named.DIRECTLY in named
    owner = request.resource_account or request.principal.account
    limits = [limit for limit in (policies.boundary, policies.session) if limit]
    unlimited = all(_any(request, keys, limit, "Allow") for limit in limits)
    by_identity = isinstance(request.principal, Root) or (unlimited and _any(request, keys, policies.identity, "Allow"))
    if owner != request.principal.account or _needs_resource_policy(request):
        by_identity = by_identity and bool(named)
    if owner != request.principal.account:
        return by_identity
    return by_identity or Named.DIRECTLY in named or (Named.ROLE in named and unlimited)


def _needs_resource_policy(request: Request) -> bool:
    """Key policies and trust policies: without them, not even the own account has access. `*` is no key: ListKeys."""
    action = request.action.lower()
    return (action.startswith("kms:") and request.resource != "*") or action == "sts:assumerole"


def _any(request: Request, keys: Keys, policies: Iterable[Policy], effect: str) -> bool:
    return any(applies(statement, request, keys) for statement in _statements(policies, effect))


def _named(request: Request, keys: Keys, policies: Iterable[Policy], effect: str) -> Iterator[Named]:
    for statement in _statements(policies, effect):
        named = names(statement, request.principal)
        if named is not Named.NOT and applies(statement, request, keys):
            yield named


def _statements(policies: Iterable[Policy], effect: str) -> Iterator[Statement]:
    for policy in policies:
        for statement in as_list(policy["Statement"]):
            if statement["Effect"] == effect:
                yield statement


def _action_matches(statement: Statement, action: str) -> bool:
    """Names of actions are not case-sensitive."""
    element = "NotAction" if "NotAction" in statement else "Action"
    found = any(like(pattern, action, ignore_case=True) for pattern in as_list(statement[element]))
    return found != (element == "NotAction")


def _resource_matches(statement: Statement, resource: str, keys: Keys) -> bool:
    """A trust policy has no Resource element: its resource is the role that it belongs to."""
    element = "NotResource" if "NotResource" in statement else "Resource"
    patterns = as_list(statement.get(element, "*"))
    found = any(resource_like(resolve(pattern, keys), resource) for pattern in patterns)
    return found != (element == "NotResource")


def _entries(principal: Any) -> Iterator[tuple[str, str]]:
    if principal == EVERYBODY:
        yield "AWS", EVERYBODY
        return
    for kind, entries in principal.items():
        for entry in as_list(entries):
            yield kind, entry


def _names(kind: str, entry: str, principal: Principal) -> Named:
    if kind == "Service":
        return Named.DIRECTLY if isinstance(principal, Service) and principal.name == entry else Named.NOT
    if kind != "AWS":
        raise PolicyError(f"principals of kind {kind} are not modelled")
    if entry == EVERYBODY:
        return Named.DIRECTLY
    if entry in principal.arns:
        is_role = isinstance(principal, RoleSession) and entry == principal.role_arn
        return Named.ROLE if is_role else Named.DIRECTLY
    if principal.account and entry in (principal.account, principal.account_arn):
        return Named.ACCOUNT
    return Named.NOT


def _is_exempt(not_principal: Any, principal: Principal) -> bool:
    """A caller escapes NotPrincipal only if all of its names are listed: the account, the role, the session."""
    entries = list(_entries(not_principal))
    if isinstance(principal, (Anonymous, Service)):
        return any(_names(kind, entry, principal) is not Named.NOT for kind, entry in entries)
    listed = {entry for _, entry in entries}
    has_account = bool(listed & {principal.account, principal.account_arn})
    return EVERYBODY in listed or (has_account and set(principal.arns) <= listed)
