"""What a check is, and how one is run."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from contract import Output, StackName
from workshop.report import Verdict
from workshop.smoke.deployed import Deployed

Needs = tuple[tuple[StackName, Output], ...]


class CheckFailedError(Exception):
    """What was looked at is not so. The text says what was expected and what was found."""


class NotYetError(Exception):
    """Nothing is broken, but people have something to do yet. The text says what."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found: one row of the report."""

    name: str
    passed: bool
    detail: str
    seconds: float
    warning: bool = False
    """Passed, and people have something to do yet."""

    @property
    def verdict(self) -> Verdict:
        """The verdict as the table shows it."""
        if self.warning:
            return Verdict.WARN
        return Verdict.PASS if self.passed else Verdict.FAIL


@dataclass(frozen=True)
class Check:
    """One thing that has to be so in a deployed workshop."""

    name: str
    needs: Needs
    """Stack outputs without which the check cannot run."""
    run: Callable[[Deployed], str]
    """Returns a short detail for people, or raises CheckFailedError or NotYetError."""


def perform(check: Check, deployed: Deployed) -> CheckResult:
    """Run one check. Whatever AWS or the network answers becomes a result; only our own mistakes are exceptions."""
    started, warning = time.monotonic(), False
    try:
        passed, detail = True, _run(check, deployed)
    except NotYetError as error:
        passed, detail, warning = True, str(error), True
    except CheckFailedError as error:
        passed, detail = False, str(error)
    except (BotoCoreError, ClientError, OSError) as error:
        passed, detail = False, f"{type(error).__name__}: {error}"
    return CheckResult(check.name, passed, detail, time.monotonic() - started, warning)


def _run(check: Check, deployed: Deployed) -> str:
    missing = [problem for stack, output in check.needs if (problem := deployed.missing(stack, output))]
    if missing:
        raise CheckFailedError(f"cannot run: {'; '.join(dict.fromkeys(missing))}")
    return check.run(deployed)


def require(condition: bool, otherwise: str) -> None:
    """Raise CheckFailedError with that text unless the condition holds."""
    if not condition:
        raise CheckFailedError(otherwise)


def wait_until(
    condition: Callable[[], bool], deployed: Deployed, otherwise: str, *, since: float | None = None
) -> float:
    """Seconds until the condition holds. Raises CheckFailedError with that text when the patience is over.

    Args:
        since: when the patience began, on the clock of `time.monotonic`; None for now.
    """
    started = time.monotonic() if since is None else since
    while not condition():
        waited = time.monotonic() - started
        require(waited < deployed.patience_seconds, f"{otherwise} within {deployed.patience_seconds:.0f} s")
        time.sleep(deployed.poll_seconds)
    return time.monotonic() - started
