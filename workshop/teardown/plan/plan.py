"""What an execution may delete: written down, hashed, read by a person before anything happens."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from workshop.teardown.aws import Aws
from workshop.teardown.errors import RefusedError
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds.placeholders import Place, fill, view
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.observe.stacks import Stacks, stack_of
from workshop.teardown.plan.cost import price

SCHEMA = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Frozen):
    """One resource that the plan would remove."""

    kind: str
    id: str
    label: str = ""
    """What people call it, and `--keep` accepts: an app's with its space, a version's with its group."""
    arn: str
    region: str
    attendee: str
    created: datetime | None
    status: str
    proof: str
    cost: str
    usd_per_hour: float | None
    """None if it is billed and the price is not known."""
    stack: str
    kept: str
    ask: dict[str, Any]
    """Parameters that find it again by name."""

    @property
    def key(self) -> str:
        """Identity within one account, like `Item.key`."""
        return f"{self.kind} {self.arn}"


class Plan(_Frozen):
    """All that is the workshop's in one account and region at one time, and what could not be told."""

    schema_version: int = SCHEMA
    made: datetime
    account: str
    region: str
    workshop: str
    entries: tuple[Entry, ...]
    unknown: dict[str, str]
    unscanned: dict[str, str]
    foreign: dict[str, int]
    digest: str = ""

    def hashed(self) -> "Plan":
        """The same plan with its own hash."""
        return self.model_copy(update={"digest": self.expected_digest()})

    def expected_digest(self) -> str:
        """Hash of everything that decides what may be deleted."""
        essence = [
            [self.schema_version, self.made.isoformat(), self.account, self.region, self.workshop],
            sorted([entry.kind, entry.id, entry.arn, entry.proof] for entry in self.entries),
        ]
        return hashlib.sha256(json.dumps(essence).encode()).hexdigest()

    def named(self, name: str) -> list[Entry]:
        """Planned resources that `name` may mean: `kind:label`, `kind:ARN` or an ARN."""
        return [
            entry
            for entry in self.entries
            if name in (f"{entry.kind}:{entry.label}", f"{entry.kind}:{entry.arn}", entry.arn)
        ]

    def keys(self) -> frozenset[str]:
        """Identities of the planned resources."""
        return frozenset(entry.key for entry in self.entries)

    def burning(self) -> tuple[float, int]:
        """(USD per hour that is known, number of resources with an unknown price)."""
        rates = [entry.usd_per_hour for entry in self.entries]
        return sum(rate for rate in rates if rate is not None), rates.count(None)


def make(aws: Aws, place: Place, inventory: Inventory, stacks: Stacks, ask_prices: bool = False) -> Plan:
    """The plan that follows from what has been observed."""
    entries = [_entry(seen, aws, place, stacks, ask_prices) for seen in inventory.of(Standing.OURS)]
    foreign: dict[str, int] = {}
    for seen in inventory.of(Standing.FOREIGN):
        foreign[seen.item.kind.name] = foreign.get(seen.item.kind.name, 0) + 1
    return Plan(
        made=datetime.fromtimestamp(aws.clock.now(), UTC),
        account=place.account,
        region=place.region,
        workshop=place.workshop,
        entries=tuple(sorted(entries, key=lambda entry: (entry.kind, entry.arn))),
        unknown={seen.item.key: seen.verdict.proof for seen in inventory.of(Standing.UNKNOWN)},
        unscanned={**inventory.unscanned, **stacks.unreadable},
        foreign=foreign,
    ).hashed()


def load(path: Path) -> Plan:
    """A plan from a file; RefusedError if it cannot be read or is not what was written."""
    again = "Make a new one: python -m workshop teardown plan"
    try:
        plan = Plan.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RefusedError(f"There is no plan at {path} ({error.strerror}). {again}") from error
    except ValidationError as error:
        raise RefusedError(f"{path} is not a plan of this version. {again}") from error
    if plan.digest != plan.expected_digest():
        raise RefusedError(f"{path} has been changed since it was made. {again}")
    return plan


def save(plan: Plan, path: Path) -> None:
    """Write the plan to a file, whose folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plan.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _entry(seen: Seen, aws: Aws, place: Place, stacks: Stacks, ask_prices: bool) -> Entry:
    item = seen.item
    describe = item.kind.describe
    return Entry(
        kind=item.kind.name,
        id=item.id,
        label=item.label,
        arn=item.arn,
        region=item.region,
        attendee=seen.attendee,
        created=item.created,
        status=item.status,
        proof=seen.verdict.proof,
        cost=item.kind.cost,
        usd_per_hour=price(item, place, aws if ask_prices else None),
        stack=stack_of(stacks.holder(item)),
        kept=seen.protected,
        ask=fill(describe.call.params, view(item, place)) if describe else {},
    )
