"""What stays in this run, resource by resource: what is kept, failed or held, and what that needs to go on living.

The order of kinds (`after`) says what waits while something is going. For what is not going, it would keep half of the
account; so from there on only what the resource itself names, or lies inside of, or has in its stack, waits for it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workshop.teardown.judge.prove import Seen, names
from workshop.teardown.kinds import before
from workshop.teardown.kinds.kind import Item
from workshop.teardown.observe.stacks import STACK, Stacks

_KEYS = ("kms-key", "kms-alias")
"""What is encrypted is lost with its key, and few descriptions tell the key: these wait for everything that stays."""
_TAGS = frozenset({"Tags", "tags", "TagSet", "ResponseMetadata"})
_WORDS = re.compile(r"[\w.\-]+")


class Root(StrEnum):
    """Why something stays by its own account, the gravest first."""

    FAILED = "failed"
    UNPLANNED = "not in the plan"
    HELD = "held by its service"
    KEPT = "kept"


@dataclass(frozen=True)
class Stay:
    """Why a resource stays where it is."""

    root: Root
    """The gravest reason."""
    via: str = ""
    """Key of what needs it; empty for what stays by its own account."""


@dataclass
class References:
    """What each resource names in its description."""

    describe: Callable[[Item], Mapping[str, Any] | None]
    """Gives a resource's full description, or None if that cannot be read now."""
    left: Callable[[Item], Iterable[str]]
    """Gives the names of what the resource will leave behind."""
    common: frozenset[str]
    """Words that say nothing, such as the region."""
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    def of(self, item: Item) -> frozenset[str] | None:
        """Every name and every word in its description; None if that cannot be told."""
        if item.key not in self._known:
            described = self.describe(item)
            if described is None:
                return None
            self._known[item.key] = frozenset({*_words({**item.data, **described}), *self.left(item)}) - self.common
        return self._known[item.key]


def staying(roots: Mapping[str, Root], living: Mapping[str, Seen], stacks: Stacks, refs: References) -> dict[str, Stay]:
    """By key, everything that stays. `roots` stay by their own account; `living` is all that is the workshop's."""
    needs = _Needs(living, stacks, refs)
    found: dict[str, Stay] = {}
    for root in Root:
        front = [key for key, why in roots.items() if why is root]
        found |= {key: Stay(root) for key in front}
        while front:
            via = front.pop()
            for key in needs.of(living[via].item, kept=root is Root.KEPT and not found[via].via):
                if key not in found and key not in roots:
                    found[key] = Stay(root, via)
                    front.append(key)
    return found


class _Needs:
    """Who needs whom among the living."""

    def __init__(self, living: Mapping[str, Seen], stacks: Stacks, refs: References) -> None:
        self._living = living
        self._stacks = stacks
        self._refs = refs
        self._named: dict[str, list[str]] = {}
        self._held: dict[str, list[str]] = {}
        shared = Counter((seen.item.kind.name, seen.item.id) for seen in living.values())
        for key, seen in living.items():
            # An id that several have, such as "default", is the name of none.
            ambiguous = shared[(seen.item.kind.name, seen.item.id)] > 1
            for name in set(names(seen.item)) - ({seen.item.id} if ambiguous else set()):
                self._named.setdefault(name, []).append(key)
            holder = stacks.holder(seen.item)
            if holder:
                self._held.setdefault(f"{STACK} {holder}", []).append(key)
        self._physical: dict[str, str] = {
            held.physical: f"{STACK} {arn}" for arn, resources in stacks.resources.items() for held in resources
        }

    def of(self, item: Item, kept: bool) -> Iterator[str]:
        """Keys of what has to stay because the item does; `kept` says that somebody wants it, and it is no leftover."""
        yield from (key for key in self._directly(item, kept) if key != item.key and key in self._living)

    def _directly(self, item: Item, kept: bool) -> Iterator[str]:
        if item.parent:
            yield item.parent.key
        holder = self._stacks.holder(item)
        if holder:
            yield f"{STACK} {holder}"
        # A stack goes or stays as a whole, but for what teardown takes out of it first.
        for key in self._held.get(item.key, ()):
            if kept or not self._living[key].item.kind.first:
                yield key
        for kind in _KEYS:
            if item.kind.name in before(kind):
                yield from (key for key, seen in self._living.items() if seen.item.kind.name == kind)
        named = self._refs.of(item)
        if named is None:
            yield from (key for key, seen in self._living.items() if item.kind.name in before(seen.item.kind.name))
            return
        for name in named:
            yield from self._named.get(name, ())
            if name in self._physical:
                yield self._physical[name]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from _WORDS.findall(value)
        # An image is named with its registry and its tag, a repository without.
        yield re.split("[:@]", value.partition("/")[2])[0]
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name not in _TAGS:
                yield from _words(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _words(each)
