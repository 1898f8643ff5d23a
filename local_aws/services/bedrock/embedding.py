"""Embeddings without a model: words, neighbouring words and parts of words hashed into a vector.

Texts that share words are near one another, with or without Vietnamese diacritics. That is all: synonyms and
translations are not, so a Vietnamese question finds Vietnamese documents only. The words of a heading count more. The
same text gives the same vector on every machine.
"""

import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from local_aws.services.shared.scripted_model.words import STOP_WORDS, fold, stem, words

# A word as it is written tells Vietnamese words apart that are one when folded; the folded word finds the rest.
# Most Vietnamese words are two syllables: "lịch trình" means more than "lịch" and "trình".
WEIGHTS = {"exact": 0.3, "folded": 1.0, "pair": 0.2, "part": 0.05}
STOP = 0.1
HEADING = 5
PART_LENGTH = 5

Feature = tuple[str, str]


@lru_cache(maxsize=100_000)
def _of_word(word: str) -> tuple[tuple[Feature, float], ...]:
    folded = fold(word)
    weight = STOP if folded in STOP_WORDS else 1.0
    found = [(("exact", word), weight), (("folded", stem(folded)), weight)]
    if weight == 1.0:
        # Parts of long words tie "deploy" to "deployment"; Vietnamese syllables are too short to have any.
        parts = (folded[start : start + PART_LENGTH] for start in range(len(folded) - PART_LENGTH + 1))
        found += [(("part", part), weight) for part in parts]
    return tuple(found)


def _features(text: str) -> Iterator[tuple[Feature, float]]:
    for line in text.splitlines():
        times = HEADING if line.startswith("#") else 1
        found = words(line)
        for word in found:
            for feature, weight in _of_word(word):
                yield feature, weight * times
        for left, right in pairwise(fold(word) for word in found):
            if left not in STOP_WORDS or right not in STOP_WORDS:
                yield ("pair", f"{left} {right}"), 1.0 * times


@lru_cache(maxsize=200_000)
def _place(feature: Feature) -> tuple[int, float]:
    digest = zlib.crc32(":".join(feature).encode())
    return digest >> 1, 1.0 if digest & 1 else -1.0


def embed(text: str, dimension: int) -> NDArray[np.float32]:
    """A vector of length 1. Text without any word gets the same arbitrary direction as all such text."""
    counts: dict[Feature, float] = {}
    for feature, weight in _features(text):
        counts[feature] = counts.get(feature, 0.0) + weight
    vector = np.zeros(dimension, dtype=np.float64)
    for feature, count in counts.items():
        place, sign = _place(feature)
        vector[place % dimension] += sign * WEIGHTS[feature[0]] * count
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        vector[0], length = 1.0, 1.0
    return (vector / length).astype(np.float32)


def token_count(text: str) -> int:
    """Tokens, counted as words: an estimate on the low side."""
    return len(words(text))
