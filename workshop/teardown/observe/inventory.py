"""Observe and classify: what there is, and whose. Says honestly what it could not see."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.judge.prove import Prover, Seen, moment
from workshop.teardown.kinds import KINDS, layers
from workshop.teardown.kinds.kind import Claim, Item, Kind, Phase
from workshop.teardown.kinds.placeholders import Place, fill, fill_exactly, view
from workshop.teardown.record.journal import Journal

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_STATUS_BY_DESCRIBE = "describe:"


class Inventory:
    """Everything that is known of the account, kept up to date kind by kind.

    `kinds` are the names of those that are looked for. `unscanned` says for each kind why (some of) it could not be
    listed; such a kind keeps what was last known of it.
    """

    def __init__(
        self, aws: Aws, place: Place, journal: Journal, workers: int = 16, kinds: Collection[str] = KINDS
    ) -> None:
        self._aws = aws
        self._place = place
        self._journal = journal
        self._workers = workers
        self._kinds = frozenset(kinds)
        self._known: dict[str, list[Seen]] = {}
        self._listed: set[tuple[str, str]] = set()
        self._recorded: set[tuple[str, datetime | None]] = set()
        self.prover = Prover(aws, place, journal, lambda kind: self._known.get(kind, []))
        self.unscanned: dict[str, str] = {}

    def observe(self, only: Iterable[str] | None = None) -> None:
        """List and classify all kinds, or some; what they depend on must have been observed before."""
        wanted = self._kinds if only is None else self._kinds.intersection(only)
        for layer in layers():
            kinds = [kind for kind in layer if kind.name in wanted]
            for kind, found in zip(kinds, self._each(self._list, kinds), strict=True):
                self._known[kind.name] = self._each(self.prover.see, found)
            self._finish([seen for kind in kinds for seen in self._known[kind.name] if seen.verdict.ours])

    def judge_again(self) -> None:
        """Judge what is known once more, in the light of new claims; reads nothing that has been read."""
        for name, found in self._known.items():
            self._known[name] = [replace(self.prover.see(seen.item), item=seen.item) for seen in found]

    def everything(self) -> Iterator[Seen]:
        """Everything that was seen so far, of whatever standing."""
        for seen in self._known.values():
            yield from seen

    def of(self, standing: Standing) -> list[Seen]:
        """All resources of that standing."""
        return [seen for seen in self.everything() if seen.verdict.standing is standing]

    def unread(self, item: Item) -> str:
        """What has to be read before the item may go: its children, or what it will leave behind; empty if nothing."""
        children = self.unlisted_children(item)
        if children:
            return f"its {children[0]} could not be listed yet"
        return "" if self._has_leaves(item) else "what it leaves behind could not be read yet"

    def unlisted_children(self, item: Item) -> list[str]:
        """Kinds whose resources inside the item have never been listed."""
        return [kind for kind in _children(item.kind.name) & self._kinds if (kind, item.key) not in self._listed]

    def _has_leaves(self, item: Item) -> bool:
        return (item.key, item.created) in self._recorded or not item.kind.leaves_behind

    def _list(self, kind: Kind) -> list[Item]:
        items: dict[str, Item] = {}
        problems = []
        missing: set[str] = set()
        for params, parent, extra in self._questions(kind):
            region, container = kind.home or self._place.region, extra.get(kind.find.container, "")
            if container in missing:
                continue
            try:
                entries = self._aws.listed(kind, region, params)
            except CallError as error:
                if error.trouble is Trouble.GONE or self._aws.lacks(error):
                    missing |= {container} - {""}
                else:
                    problems.append(f"{kind.find.operation}: {error.code}")
                    items.update(self._as_known(kind, parent))
                continue
            if parent:
                self._listed.add((kind.name, parent.key))
            for entry in entries:
                item = self._item(kind, region, entry, parent, extra)
                if item:
                    items[item.key] = item
        self._note(kind, problems)
        return list(items.values())

    def _as_known(self, kind: Kind, parent: Item | None) -> dict[str, Item]:
        """What was last seen of a kind, in one parent if there is one."""
        known = [seen.item for seen in self._known.get(kind.name, [])]
        return {item.key: item for item in known if parent is None or (item.parent and item.parent.key == parent.key)}

    def _questions(self, kind: Kind) -> Iterator[tuple[Mapping[str, Any], Item | None, Mapping[str, str]]]:
        find, base = kind.find, self._place.fields()
        if find.parent:
            parents = [seen.item for seen in self._known.get(find.parent, []) if seen.verdict.ours]
            for parent in parents:
                yield fill(find.params, view(parent, self._place)), parent, {}
        elif kind.claim:
            for claim in self._journal.claims_on(kind.name):
                matched = re.fullmatch(kind.claim, claim.id)
                if matched:
                    fields = {**matched.groupdict(), "claim": claim.id}
                    yield fill(find.params, {**base, **fields}), None, fields
        else:
            for more in find.each:
                yield fill({**find.params, **more}, base), None, {}

    def _item(self, kind: Kind, region: str, entry: Any, parent: Item | None, extra: Mapping[str, str]) -> Item | None:
        data = {**(entry if isinstance(entry, Mapping) else {"id": entry}), **extra}
        name = data.get(kind.id)
        if not name or name in kind.skip:
            return None
        fields = {**self._place.fields(), "parent": parent.id if parent else "", **data}
        arn = str(fill(kind.arn, fields)) if "{" in kind.arn else str(data.get(kind.arn) or f"{kind.name}/{name}")
        status = "" if kind.status.startswith(_STATUS_BY_DESCRIBE) else str(data.get(kind.status, ""))
        item = Item(kind, str(name), arn, region, moment(data.get(kind.created)), status, data, parent)
        return None if item.phase is Phase.GONE else item

    def _finish(self, ours: list[Seen]) -> None:
        """Asked of the workshop's own resources only: a status that is not listed, and what they leave behind."""
        slow = [seen for seen in ours if seen.item.kind.status.startswith(_STATUS_BY_DESCRIBE)]
        for seen, status in zip(slow, self._each(self._ask_status, slow), strict=True):
            known = self._known[seen.item.kind.name]
            known[known.index(seen)] = replace(seen, item=replace(seen.item, status=status))
        fresh = [seen.item for seen in ours if not self._has_leaves(seen.item)]
        for item, claims in zip(fresh, self._each(self._leaves, fresh), strict=True):
            if claims is not None:
                self._journal.claim(claims)
                self._recorded.add((item.key, item.created))

    def _ask_status(self, seen: Seen) -> str:
        try:
            data = self.prover.describe(seen.item)
        except CallError:
            return seen.item.status
        return str((data or {}).get(seen.item.kind.status.removeprefix(_STATUS_BY_DESCRIBE), ""))

    def _leaves(self, item: Item) -> list[Claim] | None:
        fields = view(item, self._place)
        if any(leaf.ask for leaf in item.kind.leaves_behind):
            try:
                fields = {**fields, **(self.prover.describe(item) or {})}
            except CallError as error:
                return [] if error.trouble is Trouble.GONE else None
        filled = ((leaf.kind, fill_exactly(leaf.id, fields)) for leaf in item.kind.leaves_behind)
        owner = f"{item.kind.name} {item.id}"
        return [Claim(kind, _normal(kind, name), owner, item.created) for kind, name in filled if name]

    def _note(self, kind: Kind, problems: list[str]) -> None:
        if problems:
            self.unscanned[kind.name] = "; ".join(dict.fromkeys(problems))
        else:
            self.unscanned.pop(kind.name, None)

    def _each(self, work: Callable[[_In], _Out], things: list[_In]) -> list[_Out]:
        if self._workers <= 1 or len(things) <= 1:
            return [work(thing) for thing in things]
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(work, things))


@cache
def _children(name: str) -> frozenset[str]:
    """Kinds that are listed inside resources of the kind `name`."""
    return frozenset(kind.name for kind in KINDS.values() if kind.find.parent == name)


def within(kinds: Iterable[str]) -> set[str]:
    """These kinds, and all that are listed inside resources of them."""
    found = set(kinds)
    while more := {child for name in found for child in _children(name)} - found:
        found |= more
    return found


def _normal(kind: str, name: str) -> str:
    """A prefix ends with exactly one separator, or it would match more than its owner wrote."""
    return name.rstrip("/") + "/" if kind in KINDS and KINDS[kind].claim.endswith("/)") else name
