"""The steps of a rehearsal, told as they happen."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class StepError(Exception):
    """A step did not do what it had to; the text says which, and what to look at."""


@dataclass
class ProgressLog:
    """Prints what happens, with the seconds since the beginning."""

    started: float = field(default_factory=time.monotonic)

    def say(self, line: str) -> None:
        """One line, at once, on standard error: standard output is for the result."""
        sys.stderr.write(f"[{time.monotonic() - self.started:5.1f} s] {line}\n")
        sys.stderr.flush()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A named step; says how long it took if it held."""
        began = time.monotonic()
        self.say(name)
        yield
        self.say(f"{name} took {time.monotonic() - began:.1f} s")

    @property
    def seconds(self) -> float:
        """Seconds since the beginning of the stage."""
        return time.monotonic() - self.started
