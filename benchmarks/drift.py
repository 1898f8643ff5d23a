"""How often the drift job speaks, with and without drift, by the number of calls that it compares."""

from collections.abc import Callable, Mapping
from random import Random

import numpy

from ml.data import COLUMNS, make_row, read_data
from ml.steps.drift import compare
from ml.steps.tables import Matrix

WINDOWS = 500
"""Per size and kind of shift; a share of 1 % has a standard error of 0.4 %."""
SIZES = (30, 60, 120, 240, 480)
MINUTES = 3.0
"""The smallest shift that the workshop wants to see: half a standard deviation of the setup time."""
SETUP, HALFWAY = COLUMNS.index("setup_minutes"), COLUMNS.index("halfway_percent")


def report() -> list[str]:
    """Measure, and give the lines to print: shares of windows in which at least one feature has drifted."""
    rows = numpy.array(read_data()[0])
    reference = rows[numpy.arange(len(rows)) % 5 > 1]
    lines = []
    for size in SIZES:
        shares = {name: _share(reference, size, name, window) for name, window in KINDS.items()}
        shown = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
        lines.append(f"{size} calls: {shown}")
    return lines


def _share(reference: Matrix, size: int, name: str, window: Callable[[Random, int], Matrix]) -> float:
    spoken = 0
    for number in range(WINDOWS):
        current = window(Random(f"{name} {size} {number}"), size)  # noqa: S311 - invented data, not a secret
        spoken += any(each.drifted for each in compare(reference, current))
    return spoken / WINDOWS


def _no_shift(random: Random, size: int) -> Matrix:
    return numpy.array([make_row(random)[:-1] for _ in range(size)])


def _moved_mean(random: Random, size: int) -> Matrix:
    return numpy.array([make_row(random, MINUTES)[:-1] for _ in range(size)])


def _added_to_each(random: Random, size: int) -> Matrix:
    rows = _no_shift(random, size)
    rows[:, SETUP] = numpy.minimum(45, rows[:, SETUP] + MINUTES)
    rows[:, HALFWAY] = numpy.maximum(0, rows[:, HALFWAY] - 0.8 * MINUTES)
    return rows


KINDS: Mapping[str, Callable[[Random, int], Matrix]] = {
    "false alarms": _no_shift,
    "mean moved by 3 minutes": _moved_mean,
    "3 minutes added to each": _added_to_each,
}
