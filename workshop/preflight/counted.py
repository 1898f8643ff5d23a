"""Resources of which an account may have only so many: those that are there, those to come, and the quota."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract import Output, StackName
from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.preflight.quota import INCREASE, Quota, not_listed
from workshop.report import Verdict


@dataclass(frozen=True)
class Counted:
    """One kind of resource that AWS counts."""

    what: str
    """Plural, as the table shows it."""
    service: str
    operation: str
    """boto3's name of the listing."""
    items: str
    quota: Quota
    stack: StackName
    """Stack that makes them. Once it is deployed, the workshop's own are among those that are there."""
    for_each_attendee: bool = False
    """Whether they are in the workshop's domain, one for each attendee; else there is one."""
    default: int | None = None
    """AWS's default, for a quota that Service Quotas may not list."""
    fix: str = ""
    """What to do besides asking for an increase."""

    def ask(self, account: Account) -> Finding:
        """Whether those to come still fit."""
        there = account.listed(self.service, self.operation, self.items)
        found, needed = len(there), self._needed(account, there)
        value = self.quota.applied(account)
        limit = self.default if value is None else int(value)
        if limit is None:
            missing = not_listed(self.quota, self.what)
            return Finding(missing.verdict, f"{missing.detail}; {found} there, {needed} to come", missing.fix)
        said = f"{found} of {limit} {self.what} there, {needed} to come"
        if found + needed > limit:
            return Finding(Verdict.FAIL, said, f"{INCREASE} {self.fix}".rstrip())
        return Finding(Verdict.PASS, said)

    def _needed(self, account: Account, there: Sequence[Mapping[str, Any]]) -> int:
        """How many are to come; those of a deployed workshop are there."""
        wanted = account.attendees if self.for_each_attendee else 1
        outputs = account.outputs(self.stack)
        if outputs is None:
            return wanted
        domain = outputs.get(Output.DOMAIN_ID)
        return max(0, wanted - sum(each.get("DomainId") == domain for each in there)) if self.for_each_attendee else 0

    def question(self, name: str) -> Question:
        """The question that a table shows under this name."""
        operation = "".join(part.title() for part in self.operation.split("_"))
        asks = (f"{self.service}:{operation}", "cloudformation:DescribeStacks", "service-quotas:ListServiceQuotas")
        return Question(name, asks, self.ask)


VPCS = Counted(
    what="VPCs",
    service="ec2",
    operation="describe_vpcs",
    items="Vpcs",
    quota=Quota("vpc", "VPCs per Region", "L-F678F1CE"),
    stack=StackName.STUDIO,
    default=5,
    fix="Or remove a VPC that nobody uses; features.studio = false needs none.",
).question("vpcs")
DOMAINS = Counted(
    what="SageMaker domains",
    service="sagemaker",
    operation="list_domains",
    items="Domains",
    quota=Quota("sagemaker", "Total domains", "L-B683BCB0"),
    stack=StackName.STUDIO,
    fix="Or remove a domain that nobody uses.",
).question("studio domain")
PROFILES = Counted(
    what="Studio user profiles",
    service="sagemaker",
    operation="list_user_profiles",
    items="UserProfiles",
    quota=Quota("sagemaker", "Maximum number of Studio user profiles allowed per account", "L-AC46C40F"),
    stack=StackName.STUDIO,
    for_each_attendee=True,
).question("studio profiles")
SPACES = Counted(
    what="Studio spaces",
    service="sagemaker",
    operation="list_spaces",
    items="Spaces",
    quota=Quota("sagemaker", "Maximum number of Studio spaces allowed per account", "L-8E5333B4"),
    stack=StackName.STUDIO,
    for_each_attendee=True,
).question("studio spaces")
TRAILS = Counted(
    what="trails",
    service="cloudtrail",
    operation="describe_trails",
    items="trailList",
    quota=Quota("cloudtrail", "Trails per region", "L-1568E18E"),
    stack=StackName.TRAIL,
    default=5,
    fix="features.audit = false leaves the workshop's trail out.",
).question("trail")
GUARDRAILS = Counted(
    what="guardrails",
    service="bedrock",
    operation="list_guardrails",
    items="guardrails",
    quota=Quota("bedrock", r"(\(Guardrails\) )?Guardrails per account", "L-0E5A840C"),
    stack=StackName.SAFETY,
    default=100,
).question("guardrail quota")
KNOWLEDGE_BASES = Counted(
    what="knowledge bases",
    service="bedrock-agent",
    operation="list_knowledge_bases",
    items="knowledgeBaseSummaries",
    quota=Quota("bedrock", r"(\(Knowledge Bases\) )?Knowledge bases per account", "L-60DA3E0D"),
    stack=StackName.KNOWLEDGE,
    default=100,
).question("knowledge base quota")
