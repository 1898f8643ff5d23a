"""`make check` and `make rehearse`, warm."""

from benchmarks.measure import cost


def report() -> list[str]:
    """Measure, and give the lines to print."""
    check = cost(["make", "check"], runs=1)
    rehearsal = cost(["make", "rehearse"], runs=1)
    return [
        f"make check: {check.wall:.0f} s wall, {check.cpu:.0f} s processor (goal: at most 45 s)",
        f"make rehearse: {rehearsal.wall:.0f} s wall, {rehearsal.cpu:.0f} s processor (goal: at most 120 s)",
    ]
