"""Commands of a rehearsal, run as a user would: all that they say goes into a log, and line by line to who listens."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    listener: Callable[[str], None] = lambda line: None,
    *,
    folder: Path = ROOT,
) -> int:
    """Run and wait; gives the exit code. The process does not outlive this call.

    Args:
        environment: the whole environment of the process.
        log: gets everything that it prints.
        listener: gets each line as it comes.
        folder: in which it runs.
    """
    process = subprocess.Popen(  # noqa: S603  # our own commands
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with log.open("w", buffering=1) as written:  # to be read while it grows
            for line in process.stdout or ():
                written.write(line)
                listener(line.rstrip())
        return process.wait()
    finally:
        process.kill()
        process.wait()


def workshop(*arguments: str) -> list[str]:
    """Command line of one of the workshop's own commands."""
    return [sys.executable, "-m", "workshop", *arguments]


def new_log(folder: Path, name: str) -> Path:
    """A file in the folder that is not there yet: `name.log`, then `name-2.log`."""
    taken = len(list(folder.glob(f"{name}*.log")))
    return folder / (f"{name}-{taken + 1}.log" if taken else f"{name}.log")
