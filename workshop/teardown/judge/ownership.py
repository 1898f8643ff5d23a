"""Whose is it? A pure function from evidence to a verdict; everything that teardown deletes went through here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contract import WORKSHOP_TAG
from workshop.teardown.kinds.kind import Claim

WORKSHOP_ID = re.compile(r"ws-\d{4}-\d{2}-\d{2}-[0-9a-f]{4}")
MANAGED_TAG = "ManagedByAmazonSageMakerResource"
"""SageMaker's own tag on a domain's file system and security groups; the value is the domain's ARN."""


class Standing(StrEnum):
    """Three-valued: what cannot be told is never deleted."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OwnershipVerdict:
    """A standing and why it was given."""

    standing: Standing
    proof: str
    """Starts with its channel: tag, parent, link, path, name, domain or claim."""

    @property
    def ours(self) -> bool:
        """Whether teardown may delete it."""
        return self.standing is Standing.OURS

    @property
    def channel(self) -> str:
        """The kind of the proof, which is its first word."""
        return self.proof.partition(" ")[0]


@dataclass(frozen=True)
class Unreadable:
    """Tags that could not be read, and why."""

    reason: str


@dataclass(frozen=True)
class Evidence:
    """What is known of one resource. None means that this kind of evidence does not apply to its kind."""

    tags: Mapping[str, str] | Unreadable | None = None
    owner: OwnershipVerdict | None = None
    """The verdict on the parent or on the resource referred to."""
    owner_name: str = ""
    path: str | None = None
    name: str | None = None
    """Set only for kinds that cannot carry tags."""
    domains: frozenset[str] = frozenset()
    """ARNs of the workshop's own Studio domains."""
    claim: Claim | None = None
    created: datetime | None = None


def judge(workshop: str, evidence: Evidence) -> OwnershipVerdict:
    """Whose the resource is. ValueError if `workshop` is not a workshop id, so that no prefix or `*` ever gets here."""
    if not WORKSHOP_ID.fullmatch(workshop):
        raise ValueError(f"not a workshop id: {workshop!r}")
    for opinion in (_by_tags, _by_owner, _by_path, _by_name, _by_claim):
        verdict = opinion(workshop, evidence)
        if verdict:
            return verdict
    return OwnershipVerdict(Standing.FOREIGN, "no proof")


def _by_tags(workshop: str, evidence: Evidence) -> OwnershipVerdict | None:
    tags = evidence.tags
    if tags is None:
        return None
    if isinstance(tags, Unreadable):
        return OwnershipVerdict(Standing.UNKNOWN, f"tags unreadable: {tags.reason}")
    stated = tags.get(WORKSHOP_TAG)
    if stated == workshop:
        return OwnershipVerdict(Standing.OURS, f"tag {WORKSHOP_TAG}")
    if stated is not None:
        # Outranks every weaker proof: somebody says that it is another workshop's.
        return OwnershipVerdict(Standing.FOREIGN, "tagged for another workshop")
    domain = tags.get(MANAGED_TAG)
    if domain is not None and domain in evidence.domains:
        return OwnershipVerdict(Standing.OURS, f"domain {domain}")
    return None


def _by_owner(_: str, evidence: Evidence) -> OwnershipVerdict | None:
    owner = evidence.owner
    if owner is None or owner.standing is Standing.FOREIGN:
        return None
    if owner.standing is Standing.UNKNOWN:
        return OwnershipVerdict(Standing.UNKNOWN, f"parent {evidence.owner_name}: {owner.proof}")
    return OwnershipVerdict(Standing.OURS, f"parent {evidence.owner_name}")


def _by_path(workshop: str, evidence: Evidence) -> OwnershipVerdict | None:
    # With the separator: /workshop/ws-…-ab1 must not own /workshop/ws-…-ab12/.
    root = f"/workshop/{workshop}/"
    if evidence.path is not None and evidence.path.startswith(root):
        return OwnershipVerdict(Standing.OURS, f"path {root}")
    return None


def _by_name(workshop: str, evidence: Evidence) -> OwnershipVerdict | None:
    name = evidence.name
    if name is not None and (name == workshop or name.startswith(f"{workshop}-")):
        return OwnershipVerdict(Standing.OURS, f"name {name}")
    return None


def _by_claim(_: str, evidence: Evidence) -> OwnershipVerdict | None:
    claim = evidence.claim
    if claim is None:
        return None
    # Services tell times to the second, the millisecond or the microsecond: what came in the same second is not older.
    if claim.since and evidence.created and evidence.created < claim.since.replace(microsecond=0):
        return OwnershipVerdict(Standing.UNKNOWN, f"claim of {claim.owner}, which is younger than this")
    return OwnershipVerdict(Standing.OURS, f"claim of {claim.owner}")
