"""How soon the local AWS answers, and how much memory it takes then."""

import time
from pathlib import Path

from local_aws.launcher import LocalAws


def report() -> list[str]:
    """Measure, and give the lines to print."""
    started = time.perf_counter()
    with LocalAws.start() as aws:
        seconds = time.perf_counter() - started
        status = Path(f"/proc/{aws.process.pid}/status").read_text()
    megabytes = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return [f"ready after {seconds:.1f} s with {megabytes:.0f} MB resident (goal: at most 5 s and 400 MB)"]
