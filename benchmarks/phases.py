"""One synthesis in this process, with the processor time of each phase in Python and in Node; prints JSON.

Node is where the constructs live: jsii keeps them in a child process. Run by `synth.py`, in a new process each time.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(config: Path, outdir: str) -> None:
    """Print `{phase: [seconds of Python, seconds of Node]}`."""
    watch = StopWatch()
    import aws_cdk  # noqa: F401

    watch.lap("import aws_cdk")
    import app

    watch.lap("import the stacks and the checks")
    workshop = app.build_app(config, outdir)
    watch.lap("build the constructs")
    workshop.synth()
    watch.lap("synthesise and check")
    print(json.dumps(watch.laps))


class StopWatch:
    """Processor time of this process and of its children since the last lap."""

    def __init__(self) -> None:
        """Start with what the start of Python has cost."""
        self.laps: dict[str, tuple[float, float]] = {}
        self._last = (0.0, 0.0)

    def lap(self, name: str) -> None:
        """End a phase and note what it took."""
        now = (time.process_time(), node_seconds())
        self.laps[name] = (now[0] - self._last[0], now[1] - self._last[1])
        self._last = now


def node_seconds() -> float:
    """Processor time of all descendants of this process, from Linux's /proc."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(stat.parent.name)
        parents[pid] = int(fields[1])
        ticks[pid] = sum(int(field) for field in fields[11:15])
    return sum(ticks[pid] for pid in ticks if _descends(pid, parents)) / os.sysconf("SC_CLK_TCK")


def _descends(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == os.getpid():
            return True
    return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
