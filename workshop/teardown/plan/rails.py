"""The safety rails: each says no before anything is changed, all of them at once, with the way out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from workshop.teardown.errors import RefusedError
from workshop.teardown.judge.ownership import WORKSHOP_ID, Standing
from workshop.teardown.judge.prove import Seen
from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.plan.plan import Plan

MAX_AGE = timedelta(minutes=30)
MAX_DRIFT = 0.2
MAX_SHARE = 0.3
_MIN_SHARED = 10
"""A share of fewer resources than this says nothing."""


@dataclass(frozen=True)
class CallerIdentity:
    """Whose credentials these are, as STS answers."""

    account: str
    arn: str
    local: bool = False
    """They only reach a local AWS."""


def check_workshop(workshop: str) -> None:
    """A complete id and nothing else: no pattern, no prefix."""
    if not WORKSHOP_ID.fullmatch(workshop):
        raise RefusedError(
            f"{workshop!r} is not a workshop id; one looks like ws-2026-11-28-ab12 and is in workshop.toml."
        )


def check_caller(caller: CallerIdentity, recorded: Place | None, place: Place) -> None:
    """The account and region that the workshop was first seen in, and nobody's root."""
    problems = []
    if caller.arn.endswith(":root") and not caller.local:
        problems.append("These are root credentials. Use a role; teardown never runs as root.")
    if recorded and recorded.account != caller.account:
        problems.append(
            f"These credentials belong to account {caller.account}, but the workshop was seen in {recorded.account}. "
            "Choose another profile (AWS_PROFILE)."
        )
    if recorded and recorded.region != place.region:
        problems.append(f"The workshop was seen in {recorded.region}, not in {place.region}. Correct workshop.toml.")
    if problems:
        raise RefusedError(*problems)


def check_execution(plan: Plan, place: Place, typed_account: str, now: datetime) -> None:
    """The plan is of this place, fresh, and the account was typed."""
    problems = []
    if (plan.account, plan.region, plan.workshop) != (place.account, place.region, place.workshop):
        problems.append(
            f"The plan is of {plan.workshop} in account {plan.account}, {plan.region}; this is {place.workshop} in "
            f"account {place.account}, {place.region}."
        )
    if typed_account != place.account:
        problems.append(f"Type the account to confirm: --confirm-account {place.account}")
    age = now - plan.made
    if age > MAX_AGE or age < -MAX_AGE:
        problems.append(
            f"The plan is {_minutes(age)} minutes old; at most {_minutes(MAX_AGE)} are allowed. Plan again."
        )
    if problems:
        raise RefusedError(*problems)


def check_size(plan: Plan, attendees: int, typed_count: int | None, dedicated: bool = False) -> None:
    """More than this is unusual, so the number has to be typed too.

    `dedicated` says that nothing but the workshop lives in the account, so that its share of a kind means nothing.
    """
    problems = [*_too_many(plan, attendees), *(() if dedicated else _too_large_a_share(plan))]
    if problems and typed_count != len(plan.entries):
        raise RefusedError(*problems, f"If that is right, say so: --confirm-resources {len(plan.entries)}")


def _too_many(plan: Plan, attendees: int) -> Iterable[str]:
    most = 40 * attendees + 200
    if len(plan.entries) > most:
        yield f"The plan holds {len(plan.entries)} resources; for {attendees} attendees more than {most} are unusual."


def _too_large_a_share(plan: Plan) -> Iterable[str]:
    counts: dict[str, int] = {}
    for entry in plan.entries:
        counts[entry.kind] = counts.get(entry.kind, 0) + 1
    for kind, ours in counts.items():
        everything = ours + plan.foreign.get(kind, 0)
        if _is_shared(kind) and everything >= _MIN_SHARED and ours > MAX_SHARE * everything:
            yield f"{ours} of all {everything} resources of the kind {kind} in this account would go."


def _is_shared(kind: str) -> bool:
    """Children and named leftovers are looked for only where they are the workshop's, so they have no share."""
    return not (KINDS[kind].find.parent or KINDS[kind].claim or "PathPrefix" in KINDS[kind].find.params)


def check_drift(plan: Plan, inventory: Inventory) -> None:
    """What has appeared since the plan must be little."""
    planned = plan.keys()
    new = [seen for seen in inventory.of(Standing.OURS) if seen.item.key not in planned and not _belongs(seen, planned)]
    if len(new) > MAX_DRIFT * max(len(plan.entries), 1):
        names = ", ".join(sorted(seen.item.key for seen in new)[:5])
        raise RefusedError(
            f"{len(new)} resources are new since the plan of {len(plan.entries)} ({names}, …). Plan again and read it."
        )


def unplanned(seen: Seen, planned: frozenset[str]) -> str:
    """Why a resource may not go; empty if it is planned, or found later with a proof that nobody has by accident."""
    if seen.item.key in planned or seen.verdict.channel in ("tag", "parent", "domain", "claim"):
        return ""
    return f"not in the plan, and its {seen.verdict.channel} alone is no proof; plan again and execute that"


def kept_keys(wanted: Iterable[str], plan: Plan) -> frozenset[str]:
    """Keys of what `--keep` names; RefusedError with each name that means nothing in the plan, or several things."""
    found, problems = set(), []
    for name in wanted:
        entries = plan.named(name)
        if len(entries) == 1:
            found.add(entries[0].key)
        elif entries:
            arns = ", ".join(entry.arn for entry in entries)
            problems.append(f"--keep {name} means {len(entries)} resources; name one by its ARN: {arns}")
        else:
            kind, _, rest = name.partition(":")
            near = get_close_matches(rest, [entry.label for entry in plan.entries if entry.kind == kind], 3)
            hint = f"; did you mean {', '.join(f'{kind}:{each}' for each in near)}?" if near else "."
            problems.append(f"--keep {name} is not in the plan{hint} Names are KIND:ID as in its first two columns.")
    if problems:
        raise RefusedError(*problems)
    return frozenset(found)


def _belongs(seen: Seen, planned: frozenset[str]) -> bool:
    parent = seen.item.parent
    return parent is not None and parent.key in planned


def _minutes(age: timedelta) -> int:
    return round(age.total_seconds() / 60)
