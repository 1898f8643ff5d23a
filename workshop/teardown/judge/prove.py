"""Gathers the evidence on a resource and has it judged; before a deletion again, from nothing but fresh answers."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from contract import ATTENDEE_TAG
from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.judge.ownership import Evidence, OwnershipVerdict, Standing, Unreadable, judge
from workshop.teardown.judge.protect import protection
from workshop.teardown.kinds.kind import DOMAIN_ARN, Child, Claim, Inline, Item, Linked, Managed, Named, Pathed, Tagged
from workshop.teardown.kinds.placeholders import Place, fill, get, view
from workshop.teardown.record.journal import Journal

Tags = Mapping[str, str] | Unreadable
_GONE = OwnershipVerdict(Standing.FOREIGN, "gone")
_REPLACED = OwnershipVerdict(Standing.FOREIGN, "replaced by another of the same name")


@dataclass(frozen=True)
class Seen:
    """A resource and what was found out about it."""

    item: Item
    verdict: OwnershipVerdict
    protected: str = ""
    """Why it must stay; empty if it may go."""
    attendee: str = ""
    """Whose work it is; empty if nobody's."""


class Prover:
    """Tells whose resources are. `find` gives what is known of the resources of a kind.

    Tags are read once for each (ARN, creation time); unreadable ones are asked for again every time.
    """

    def __init__(self, aws: Aws, place: Place, journal: Journal, find: Callable[[str], Iterable[Seen]]) -> None:
        self._aws = aws
        self._place = place
        self._journal = journal
        self._find = find
        self._tags: dict[tuple[str, datetime | None], Tags] = {}
        self._lock = threading.Lock()

    def see(self, item: Item) -> Seen:
        """The item with its verdict; cheap when its tags are already known."""
        return self._judged(item, fresh=False)

    def again(self, item: Item) -> OwnershipVerdict:
        """The verdict from answers given now. A resource that is gone or has been replaced is not ours any more."""
        try:
            current = self._reread(item)
        except CallError as error:
            if error.trouble is Trouble.GONE:
                return _GONE
            return OwnershipVerdict(Standing.UNKNOWN, f"could not be read again: {error.code}")
        if current is None:
            return _REPLACED
        seen = self._judged(current, fresh=True)
        if seen.protected:
            return OwnershipVerdict(Standing.FOREIGN, f"protected: {seen.protected}")
        return seen.verdict

    def _judged(self, item: Item, fresh: bool) -> Seen:
        evidence = self._evidence(item, fresh)
        verdict = judge(self._place.workshop, evidence)
        tags = evidence.tags if isinstance(evidence.tags, Mapping) else {}
        return Seen(item, verdict, protection(item, tags), tags.get(ATTENDEE_TAG) or self._attendee(item))

    def _attendee(self, item: Item) -> str:
        """Whose work it is, if its own tags do not say: its user's, its space's, or its parent's."""
        space = item.data.get("SpaceName")
        spaces = self._find("sm-space") if space and item.kind.name == "sm-app" else ()
        owners = (seen.attendee for seen in spaces if seen.item.id == space and _siblings(seen.item, item))
        return (
            _user(item) or next(owners, "") or (item.parent and self._judged(item.parent, fresh=False).attendee) or ""
        )

    def _evidence(self, item: Item, fresh: bool) -> Evidence:
        evidence = Evidence(claim=self._claim(item), created=item.created)
        for proof in item.kind.proofs:
            match proof:
                case Tagged():
                    evidence = replace(evidence, tags=self._read_tags(item, proof, fresh))
                case Inline(path=path):
                    evidence = replace(evidence, tags=plain_tags(get(item.data, path)))
                case Child() if item.parent:
                    owner = self._judged(item.parent, fresh).verdict
                    evidence = replace(evidence, owner=owner, owner_name=_name(item.parent))
                case Linked():
                    target = self._linked(item, proof)
                    if target:
                        owner = self._judged(target, fresh).verdict
                        evidence = replace(evidence, owner=owner, owner_name=_name(target))
                case Pathed(member=member):
                    evidence = replace(evidence, path=item.data.get(member))
                case Named():
                    evidence = replace(evidence, name=_own_name(item))
                case Managed():
                    evidence = replace(evidence, domains=self._domains())
        return evidence

    def _read_tags(self, item: Item, proof: Tagged, fresh: bool) -> Tags:
        key = (item.key, item.created)
        if not fresh and key in self._tags:
            return self._tags[key]
        params = fill(proof.call.params, view(item, self._place))
        try:
            service = proof.service or item.kind.service
            found = self._aws.pages(service, proof.call.operation, "", item.region, item.kind, **params)
        except CallError as error:
            if error.code in proof.absent:
                found = []
            else:
                # Even if that was "not found": what was listed and has no tags to read is a case for the next round.
                return Unreadable(error.code)
        tags = {name: value for page in found for name, value in plain_tags(get(page, proof.path)).items()}
        with self._lock:
            self._tags[key] = tags
        return tags

    def _reread(self, item: Item) -> Item | None:
        """The item as the service describes it now; None if the name is another resource's by now."""
        kind = item.kind
        if kind.describe is None or any(isinstance(proof, Tagged | Child) for proof in kind.proofs):
            # Their tags, or their parent's, are read anyway, and that is proof enough.
            return item
        data = self.describe(item)
        if data is None:
            raise CallError(Trouble.GONE, kind.describe.call.operation, "gone", "not in the answer")
        created = moment(data.get(kind.created)) if kind.created else None
        if created and item.created and created != item.created:
            return None
        return replace(item, data={**item.data, **data})

    def describe(self, item: Item) -> Mapping[str, Any] | None:
        """What the service says of the item now; None if the answer does not hold it. CallError GONE if it is gone."""
        describe = item.kind.describe
        if describe is None:
            return item.data
        params = fill(describe.call.params, view(item, self._place))
        answer = self._aws.call(item.kind.service, describe.call.operation, item.region, item.kind, **params)
        found = get(answer, describe.path)
        if isinstance(found, list):
            return next((entry for entry in found if _is(item, entry)), None)
        return found if isinstance(found, Mapping) else None

    def _linked(self, item: Item, proof: Linked) -> Item | None:
        value = str(item.data.get(proof.member, ""))
        if proof.part is not None:
            parts = value.split("/")
            value = parts[proof.part] if proof.part < len(parts) else ""
        return next(
            (seen.item for seen in self._find(proof.kind) if value and value in (seen.item.id, seen.item.arn)), None
        )

    def _domains(self) -> frozenset[str]:
        living = {seen.item.arn for seen in self._find("sm-domain") if seen.verdict.ours}
        recorded = {claim.id for claim in self._journal.claims_on(DOMAIN_ARN)}
        return frozenset(living | recorded)

    def _claim(self, item: Item) -> Claim | None:
        claims = self._journal.claims
        return next((claims[(item.kind.name, name)] for name in names(item) if (item.kind.name, name) in claims), None)


def names(item: Item) -> tuple[str, ...]:
    """Every form in which a claim or a stack may call the item."""
    inside = (f"{item.parent.id}|{item.id}", f"{item.id}|{item.parent.id}") if item.parent else ()
    claimed = (str(item.data["claim"]),) if "claim" in item.data else ()
    return (item.id, item.arn, *inside, *claimed)


def plain_tags(tags: Any) -> dict[str, str]:
    """Tags in any of the forms that services give them."""
    if isinstance(tags, Mapping):
        return {str(name): str(value) for name, value in tags.items()}
    pairs = {}
    for tag in tags or []:
        key = next((tag[name] for name in ("Key", "key", "TagKey") if name in tag), None)
        value = next((tag[name] for name in ("Value", "value", "TagValue") if name in tag), "")
        if key is not None:
            pairs[str(key)] = str(value)
    return pairs


def moment(value: Any) -> datetime | None:
    """A time in any of the forms that services give it: datetime, ISO text, seconds or milliseconds."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    if isinstance(value, str):
        try:
            return moment(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None


def _siblings(one: Item, other: Item) -> bool:
    return one.parent is not None and other.parent is not None and one.parent.key == other.parent.key


def _name(item: Item) -> str:
    return f"{item.kind.name} {item.id}"


def _user(item: Item) -> str:
    """The Studio user that SageMaker names in an app, a space or a profile."""
    owner = item.data.get("OwnershipSettingsSummary") or item.data
    return str(owner.get("OwnerUserProfileName") or item.data.get("UserProfileName") or "")


def _own_name(item: Item) -> str:
    return str(item.data.get("name") or item.data.get("Name") or item.id)


def _is(item: Item, entry: Any) -> bool:
    if not isinstance(entry, Mapping):
        return bool(entry == item.id)
    member = item.kind.id
    return member not in entry or str(entry[member]) == item.id
