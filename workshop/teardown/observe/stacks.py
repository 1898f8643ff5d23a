"""What CloudFormation holds: such a resource is left to its stack, until the stack says that it could not delete it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.judge.prove import Seen, names
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.kind import Claim, Item
from workshop.teardown.record.journal import Journal

STACK = "cfn-stack"
_BY_TYPE = {
    kind.cfn: tuple(one.name for one in KINDS.values() if one.cfn == kind.cfn) for kind in KINDS.values() if kind.cfn
}
# The stack has given it up (failed), or says that it is gone or kept (deleted, skipped).
_LET_GO = ("DELETE_FAILED", "DELETE_COMPLETE", "DELETE_SKIPPED")
_NAME = re.compile(r":stack/([^/]+)/")
_IN_A_VPC = frozenset({"eni", "nfs-sg", "vpc-endpoint", "nat-gateway", "efs", "efs-mount-target", "efs-access-point"})


def stack_of(arn: str) -> str:
    """Name of a stack by its ARN; empty for anything else."""
    found = _NAME.search(arn)
    return found[1] if found else ""


@dataclass(frozen=True)
class Held:
    """One resource that a stack holds."""

    logical: str
    physical: str
    kinds: tuple[str, ...]
    """Those that its CloudFormation type may be of; none if teardown knows none."""
    status: str


@dataclass
class Stacks:
    """The workshop's stacks and what each holds; read again whenever a stack's status has changed."""

    aws: Aws
    journal: Journal
    own: str = ""
    """Name of the stack that this very teardown runs in, if it runs in one: it goes last, and by itself."""
    resources: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    _status: dict[str, str] = field(default_factory=dict)

    def refresh(self, stacks: Iterable[Seen]) -> bool:
        """Read what changed; gives whether new claims came of it. `stacks` are all the workshop's stacks that exist."""
        known = len(self.journal.claims)
        living = {seen.item.arn: seen.item for seen in stacks}
        for arn in set(self.resources) - set(living):
            del self.resources[arn]
        for arn, item in living.items():
            if self._status.get(arn) != item.status or arn in self.unreadable:
                self._read(item)
        return len(self.journal.claims) > known

    def holder(self, item: Item) -> str:
        """ARN of the stack that will delete the item; empty if none will."""
        wanted = set(names(item))
        for arn, resources in self.resources.items():
            for held in resources:
                if (
                    item.kind.name in (held.kinds or (item.kind.name,))
                    and held.physical in wanted
                    and held.status not in _LET_GO
                ):
                    return arn
        return ""

    def is_own(self, item: Item) -> bool:
        """Whether the item is the stack that this teardown runs in, or is held by it."""
        if not self.own:
            return False
        return stack_of(item.arn if item.kind.name == STACK else self.holder(item)) == self.own

    @property
    def blind(self) -> bool:
        """Whether it is not known what the own stack holds, so that anything might be the branch this sits on."""
        return bool(self.own) and self.own not in map(stack_of, self.resources)

    def failed(self, stack: Item) -> list[Held]:
        """What the stack could not delete."""
        return [held for held in self.resources.get(stack.arn, ()) if held.status == "DELETE_FAILED"]

    def concerns(self, stack: Item, item: Item) -> bool:
        """Whether the item can be in the way of the stack: things in a VPC bother only the stack that has the VPC."""
        if item.kind.name not in _IN_A_VPC:
            return True
        vpc = item.data.get("VpcId")
        held = self.resources.get(stack.arn, ())
        if vpc is None:
            return any({"vpc", "sm-domain"} & set(each.kinds) for each in held)
        return any(each.physical == vpc for each in held)

    def _read(self, item: Item) -> None:
        try:
            entries = self.aws.pages(
                "cloudformation",
                "list_stack_resources",
                "StackResourceSummaries",
                item.region,
                None,
                StackName=item.arn,
            )
        except CallError as error:
            if error.trouble is not Trouble.GONE:
                self.unreadable[item.arn] = f"list_stack_resources: {error.code}"
            return
        self.unreadable.pop(item.arn, None)
        self._status[item.arn] = item.status
        self.resources[item.arn] = tuple(
            Held(
                entry["LogicalResourceId"],
                entry.get("PhysicalResourceId", ""),
                _BY_TYPE.get(entry["ResourceType"], ()),
                entry["ResourceStatus"],
            )
            for entry in entries
        )
        owner = f"stack {item.id}"
        self.journal.claim(
            Claim(kind, held.physical, owner, item.created)
            for held in self.resources[item.arn]
            for kind in held.kinds
            if held.physical and kind != STACK
        )
