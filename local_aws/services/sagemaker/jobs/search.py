"""Which hyperparameters a tuning job tries next: by chance, all of a grid, or where the trials so far promise most.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from local_aws.framework import Params

STRATEGIES = ("Bayesian", "Grid", "Random")
Trial = tuple[tuple[float, ...], float]
"""A place in the unit cube, and how good it was; more is better."""

_FIRST, _CANDIDATES, _LENGTH, _NOISE = 4, 256, 0.3, 1e-3


class Space:
    """The ranges of a tuning job as a unit cube, one side for each hyperparameter."""

    def __init__(self, ranges: Params) -> None:
        self.integer = ranges.get("IntegerParameterRanges", [])
        self.continuous = ranges.get("ContinuousParameterRanges", [])
        self.categorical = ranges.get("CategoricalParameterRanges", [])

    @property
    def sides(self) -> int:
        """How many hyperparameters there are."""
        return len(self.integer) + len(self.continuous) + len(self.categorical)

    def grid(self) -> Iterator[dict[str, str]]:
        """Every combination of the categorical hyperparameters."""
        names = [each["Name"] for each in self.categorical]
        for values in itertools.product(*(each["Values"] for each in self.categorical)):
            yield dict(zip(names, values, strict=True))

    def at(self, place: Sequence[float]) -> dict[str, str]:
        """The hyperparameters at a place, as the texts that a training job gets."""
        values: dict[str, str] = {}
        for number, (each, part) in enumerate(
            zip([*self.integer, *self.continuous, *self.categorical], place, strict=True)
        ):
            if "Values" in each:
                values[each["Name"]] = each["Values"][min(int(part * len(each["Values"])), len(each["Values"]) - 1)]
            else:
                number_at = _scaled(each, part)
                values[each["Name"]] = str(round(number_at)) if number < len(self.integer) else repr(number_at)
        return values


def _scaled(given: Params, part: float) -> float:
    low, high = float(given["MinValue"]), float(given["MaxValue"])
    scaling = given.get("ScalingType", "Auto")
    if scaling == "Logarithmic" and low > 0:
        return math.exp(math.log(low) + part * (math.log(high) - math.log(low)))
    if scaling == "ReverseLogarithmic" and 0 <= low <= high < 1:
        return 1 - math.exp(math.log(1 - low) + part * (math.log(1 - high) - math.log(1 - low)))
    return low + part * (high - low)


def suggest(strategy: str, sides: int, chance: Random, trials: Sequence[Trial]) -> tuple[float, ...]:
    """The next place to try. `Bayesian` begins by chance, and then goes where the expected improvement is largest."""
    if strategy != "Bayesian" or len(trials) < _FIRST:
        return _anywhere(sides, chance)
    candidates = [_anywhere(sides, chance) for _ in range(_CANDIDATES)]
    gains = _expected_improvement(candidates, trials)
    return candidates[max(range(_CANDIDATES), key=gains.__getitem__)]


def _anywhere(sides: int, chance: Random) -> tuple[float, ...]:
    return tuple(chance.random() for _ in range(sides))


def _expected_improvement(candidates: Sequence[Sequence[float]], trials: Sequence[Trial]) -> list[float]:
    """Of a Gaussian process through the trials: https://arxiv.org/abs/1012.2599, section 2.3."""
    import numpy as np

    known, values = np.array([place for place, _ in trials]), np.array([value for _, value in trials])
    spread = values.std() or 1.0
    scores = (values - values.mean()) / spread

    def kernel(left: Any, right: Any) -> Any:
        squared = ((left[:, None, :] - right[None, :, :]) ** 2).sum(axis=2)
        return np.exp(-squared / (2 * _LENGTH**2))

    places = np.array(candidates)
    inverse = np.linalg.inv(kernel(known, known) + _NOISE * np.eye(len(known)))
    across = kernel(places, known)
    mean = across @ inverse @ scores
    deviation = np.sqrt(np.maximum(1.0 - (across @ inverse * across).sum(axis=1), 1e-12))
    ahead = (mean - scores.max()) / deviation
    density = np.exp(-(ahead**2) / 2) / math.sqrt(2 * math.pi)
    below = np.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in ahead])
    return [float(each) for each in deviation * (ahead * below + density)]
