"""Every kind of resource that teardown knows, by name."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType

from workshop.teardown.kinds import (
    agentcore,
    bedrock,
    compute,
    identity,
    jobs,
    models,
    network,
    observability,
    serving,
    storage,
    studio,
)
from workshop.teardown.kinds.kind import Kind, Linked, Managed

_AREAS = (studio, serving, jobs, models, bedrock, agentcore, storage, compute, network, identity, observability)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for area in _AREAS for kind in area.KINDS})


@cache
def before(name: str) -> frozenset[str]:
    """Names of the kinds that must be gone before one of kind `name` goes; `after` with its patterns filled in."""
    patterns = KINDS[name].after
    return frozenset(other for other in KINDS if other != name and any(fnmatchcase(other, p) for p in patterns))


@cache
def layers() -> tuple[tuple[Kind, ...], ...]:
    """Kinds in the order in which their owners can be told: parents and references first."""
    left, known, result = dict(KINDS), set[str](), []
    while left:
        ready = tuple(kind for kind in left.values() if _owners(kind) <= known)
        if not ready:
            raise ValueError(f"Kinds that own each other in a circle: {', '.join(left)}")
        result.append(ready)
        known |= {kind.name for kind in ready}
        left = {name: kind for name, kind in left.items() if name not in known}
    return tuple(result)


def _owners(kind: Kind) -> set[str]:
    owners = {proof.kind for proof in kind.proofs if isinstance(proof, Linked)}
    if any(isinstance(proof, Managed) for proof in kind.proofs):
        owners.add("sm-domain")
    # What others leave behind is only known when they have been seen.
    leaving = {other.name for other in KINDS.values() if any(trace.kind == kind.name for trace in other.leaves_behind)}
    return owners | leaving | ({kind.find.parent} if kind.find.parent else set())
