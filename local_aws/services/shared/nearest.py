"""Vectors and their exact nearest neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Vector:
    """One stored vector with its metadata."""

    key: str
    data: NDArray[np.float32]
    serial: int
    """Its place in the order of writing."""
    metadata: Mapping[str, Any] = field(default_factory=dict)


def nearest(metric: str, asked: NDArray[np.float32], vectors: Sequence[Vector]) -> list[tuple[float, Vector]]:
    """(distance, vector), nearest first: cosine distance from 0 to 2, or the squared euclidean distance."""
    if not vectors:
        return []
    matrix = np.stack([vector.data for vector in vectors])
    if metric == "euclidean":
        distances = np.square(matrix - asked).sum(axis=1)
    else:
        distances = 1 - (matrix @ asked) / (np.linalg.norm(matrix, axis=1) * np.linalg.norm(asked))
    pairs = zip((float(number) for number in distances), vectors, strict=True)
    return sorted(pairs, key=lambda pair: (pair[0], pair[1].serial))
