"""What a rule is, and how rules are applied to the templates of an app."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from stacks.checks.template import Assembly, Resource
from stacks.checks.values import elements, get
from stacks.regions import Region

HOLDERS = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
"""Types to which managed policies are attached."""


@dataclass(frozen=True)
class Settings:
    """What the rules must know besides the templates."""

    region: Region
    """Where the app is deployed, and what that region serves."""
    bedrock_agents: bool = False
    """True if the organiser says that the account may still create Bedrock agents."""
    boundaries: bool = False
    """True if every role must have a permissions boundary."""
    trusted_accounts: frozenset[str] = frozenset()
    """Account ids that policies may name besides the deploying account."""


@dataclass(frozen=True)
class Context:
    """The settings, and all templates: some mistakes show only across stacks."""

    settings: Settings
    assembly: Assembly

    @property
    def region(self) -> Region:
        return self.settings.region

    def target(self, resource: Resource, path: str) -> Resource | None:
        """The resource to which a property of `resource` refers, in this or another stack; None if not to one."""
        return self.assembly.target(resource.template, get(resource.properties, path))

    @cached_property
    def boundaries(self) -> frozenset[Resource]:
        """Managed policies that serve as permissions boundaries: ceilings, which grant nothing."""
        targets = (self.target(role, "PermissionsBoundary") for role in self.assembly.of_type("AWS::IAM::Role"))
        return frozenset(target for target in targets if target is not None)

    @cached_property
    def attached(self) -> frozenset[Resource]:
        """Managed policies that grant what they say to a role, user or group."""
        named = {
            target
            for holder in self.assembly.of_type(*HOLDERS)
            for arn in elements(get(holder.properties, "ManagedPolicyArns"))
            if (target := self.assembly.target(holder.template, arn)) is not None
        }
        naming = (
            policy
            for policy in self.assembly.of_type("AWS::IAM::ManagedPolicy")
            if any(elements(get(policy.properties, holders)) for holders in ("Roles", "Users", "Groups"))
        )
        return frozenset({*named, *naming})


@dataclass(frozen=True)
class Problem:
    """What a rule says about one resource."""

    message: str
    """What is wrong and what is allowed."""
    fix: str
    """What to change."""
    detail: str = ""
    """Sets apart several findings of one rule on one resource, so that each can be acknowledged on its own."""


Check = Callable[[Resource, Context], Iterable[Problem]]


@dataclass(frozen=True)
class Rule:
    """One thing that synthesis refuses."""

    id: str
    """In kebab case; `Workshop::<id>` acknowledges a finding."""
    title: str
    why: str
    """What happens in AWS otherwise, with the page that says so."""
    types: tuple[str, ...]
    """Resource types that `check` is asked about; empty means all."""
    check: Check


@dataclass(frozen=True)
class RuleFinding:
    """A rule that a resource breaks."""

    rule: Rule
    resource: Resource
    problem: Problem

    @property
    def id(self) -> str:
        """Id of the rule, with the detail in brackets if there is one."""
        return f"{self.rule.id}[{self.problem.detail}]" if self.problem.detail else self.rule.id

    def __str__(self) -> str:
        where = f"{self.resource.template.stack_name}/{self.resource.logical_id}"
        return f"{where}: {self.problem.message} {self.problem.fix} ({self.id})"


def apply_rules(rules: Sequence[Rule], context: Context) -> Iterator[RuleFinding]:
    """Findings of the rules, stack by stack."""
    for template in context.assembly.templates.values():
        for rule in rules:
            resources = template.of_type(*rule.types) if rule.types else template.resources.values()
            for resource in resources:
                for problem in rule.check(resource, context):
                    yield RuleFinding(rule, resource, problem)
