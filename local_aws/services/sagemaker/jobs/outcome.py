"""How a job ended, and the errors that end it."""

from dataclasses import dataclass

from local_aws.framework import ApiError, Params

REASON_LENGTH = 1024
"""The longest FailureReason and ExitMessage that the API gives."""


class JobFailedError(Exception):
    """The job ends as Failed; the text becomes its FailureReason, and `members` go into its description."""

    def __init__(self, reason: str, members: Params | None = None) -> None:
        super().__init__(reason)
        self.members = members or {}


class JobStoppedError(Exception):
    """The job was stopped before it had ended."""


@dataclass(frozen=True)
class Ended:
    """A container that has ended by itself or by its time limit.

    `log` is all that it wrote to both streams. `timed_out` is true if MaxRuntimeInSeconds was over before.
    """

    code: int
    log: str
    timed_out: bool = False

    def last_line(self) -> str:
        """The last line that says anything; empty if none does."""
        lines = [line for line in self.log.splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""


def not_executed(what: str) -> ApiError:
    """The refusal of something that AWS would do and that is not executed here."""
    return ApiError("ValidationException", f"The local AWS does not execute this: {what}", 501)
