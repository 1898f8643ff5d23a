"""Processor time and wall time of a command, the median of a few runs."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")


@dataclass(frozen=True)
class ProcessTime:
    """Seconds of processor and of clock."""

    cpu: float
    wall: float


def cost(command: Sequence[str], *, runs: int = 5, environment: Mapping[str, str] | None = None) -> ProcessTime:
    """The median of `runs` runs, each in a new process, children included."""
    measured = [_once(command, environment or {}) for _ in range(runs)]
    return ProcessTime(
        cpu=statistics.median(each.cpu for each in measured),
        wall=statistics.median(each.wall for each in measured),
    )


def _once(command: Sequence[str], environment: Mapping[str, str]) -> ProcessTime:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ProcessTime(cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall=wall)
