"""Figures of one run: recall per category, false positives per language, latency."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from workshop.redteam.judge import Judgement
from workshop.redteam.prompts import CATEGORIES, Language


@dataclass(frozen=True)
class Share:
    """How many of a group of prompts were treated as they should be."""

    name: str
    right: int
    total: int

    @property
    def ratio(self) -> float:
        """The share of hits, between 0 and 1."""
        return self.right / self.total


@dataclass(frozen=True)
class Latency:
    """Milliseconds of a call as seen from here."""

    p50: float
    p95: float


def share(name: str, judgements: Iterable[Judgement]) -> Share:
    """Count one group, which must not be empty."""
    rights = [judgement.right for judgement in judgements]
    return Share(name, sum(rights), len(rights))


def attacks_by_category(judgements: Sequence[Judgement]) -> list[Share]:
    """One share for each category of attack that has judgements."""
    attacks = sorted(
        (judgement for judgement in judgements if not judgement.prompt.harmless),
        key=lambda judgement: CATEGORIES.index(judgement.prompt.category),
    )
    return [share(name, group) for name, group in groupby(attacks, key=lambda judgement: judgement.prompt.category)]


def harmless_by_language(judgements: Sequence[Judgement]) -> list[Share]:
    """One share for each language that has harmless judgements."""
    harmless = sorted(
        (judgement for judgement in judgements if judgement.prompt.harmless),
        key=lambda judgement: list(Language).index(judgement.prompt.language),
    )
    return [share(name, group) for name, group in groupby(harmless, key=lambda judgement: judgement.prompt.language)]


def latency(judgements: Sequence[Judgement]) -> Latency:
    """Median and 95th percentile of at least two judgements."""
    percentiles = statistics.quantiles((judgement.milliseconds for judgement in judgements), n=100, method="inclusive")
    return Latency(percentiles[49], percentiles[94])
