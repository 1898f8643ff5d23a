"""What the evaluator decides about: who asks, for what, in which context, under which policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

Policy: TypeAlias = Mapping[str, Any]
"""A policy document: `{"Version": "2012-10-17", "Statement": [...]}`."""

ContextValue: TypeAlias = str | tuple[str, ...]
"""A single-valued key is a string, a multivalued one a tuple, even if it holds one value."""

EVERYBODY = "*"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks. Use the subclasses."""

    account: str | None = None
    organization: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    partition: str = "aws"

    @property
    def arns(self) -> tuple[str, ...]:
        """ARNs by which a Principal element can name this very caller, the most exact first."""
        return ()

    @property
    def context(self) -> dict[str, ContextValue]:
        """Keys of the request context that come from the caller ("AWS global condition context keys")."""
        return {}

    @property
    def account_arn(self) -> str:
        """ARN that stands for everybody in the caller's account."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    def _signed(self, arn: str, kind: str) -> dict[str, ContextValue]:
        context: dict[str, ContextValue] = {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": self.account or "",
            "aws:PrincipalType": kind,
            "aws:PrincipalIsAWSService": "false",
            "aws:ViaAWSService": "false",
        }
        if self.organization:
            context["aws:PrincipalOrgID"] = self.organization
        return context | {f"aws:PrincipalTag/{key}": value for key, value in self.tags.items()}


@dataclass(frozen=True, kw_only=True)
class Anonymous(Principal):
    """Nobody has signed the request: neither aws:PrincipalArn nor aws:PrincipalIsAWSService exists."""

    @property
    def context(self) -> dict[str, ContextValue]:
        """An anonymous request has these two keys with this value."""
        return {"aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous"}


@dataclass(frozen=True, kw_only=True)
class Root(Principal):
    """The root user of an account."""

    account: str

    @property
    def arns(self) -> tuple[str, ...]:
        """Root is named by the account's ARN."""
        return (self.account_arn,)

    @property
    def context(self) -> dict[str, ContextValue]:
        """aws:PrincipalArn of root is the account's root ARN."""
        return self._signed(self.account_arn, "Account")


@dataclass(frozen=True, kw_only=True)
class User(Principal):
    """An IAM user. `name` includes the path, such as `team/ana`."""

    account: str
    name: str

    @property
    def arns(self) -> tuple[str, ...]:
        """A user has one ARN."""
        return (f"arn:{self.partition}:iam::{self.account}:user/{self.name}",)

    @property
    def context(self) -> dict[str, ContextValue]:
        """Users have aws:username, roles have not."""
        return self._signed(self.arns[0], "User") | {"aws:username": self.name.rpartition("/")[2]}


@dataclass(frozen=True, kw_only=True)
class RoleSession(Principal):
    """A session of an IAM role. `role` includes the path, such as `workshop/ws-1/kb`.

    aws:PrincipalArn is the ARN of the role, path and all; the session's own ARN has no path ("IAM identifiers").
    """

    account: str
    role: str
    session: str = "session"

    @property
    def role_arn(self) -> str:
        """ARN of the role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role}"

    @property
    def arns(self) -> tuple[str, ...]:
        """The session, then its role."""
        name = self.role.rpartition("/")[2]
        return (f"arn:{self.partition}:sts::{self.account}:assumed-role/{name}/{self.session}", self.role_arn)

    @property
    def context(self) -> dict[str, ContextValue]:
        """Keys of an assumed role."""
        return self._signed(self.role_arn, "AssumedRole")


@dataclass(frozen=True, kw_only=True)
class Service(Principal):
    """An AWS service that calls with its own principal, such as `logging.s3.amazonaws.com`.

    Give aws:SourceAccount and aws:SourceArn in the request's context, where the service sends them.
    """

    name: str

    @property
    def context(self) -> dict[str, ContextValue]:
        """A service principal has neither ARN nor account."""
        return {
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": self.name,
            "aws:PrincipalType": "Service",
        }


@dataclass(frozen=True, kw_only=True)
class Request:
    """One API call. `context` overrides what comes from the caller."""

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    resource_account: str | None = None
    """Owner of the resource; None means the account of the caller."""

    @cached_property
    def keys(self) -> dict[str, ContextValue]:
        """The whole request context; names of keys are not case-sensitive ("Condition")."""
        merged = {**self.principal.context, **self.context}
        return {name.lower(): value for name, value in merged.items()}


class Decision(StrEnum):
    """Outcome of a request."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitly denied"
    IMPLICIT_DENY = "implicitly denied"


@dataclass(frozen=True, kw_only=True)
class Policies:
    """What applies to a request. An empty tuple of boundaries or session policies means that there is none."""

    identity: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] = ()
    session: tuple[Policy, ...] = ()
    resource: tuple[Policy, ...] = ()
