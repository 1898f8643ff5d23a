"""How long a service that stumbles is waited for; execution and verification have the same patience."""

from collections.abc import Callable
from typing import TypeVar

from workshop.teardown.aws import Aws
from workshop.teardown.errors import CallError, Trouble

LOOKS = 3
"""What fails in so many looks, or is refused so many times, is no hiccup any more but a fact."""
PAUSE = 5.0
"""Seconds between two of them."""
_HICCUP = (Trouble.THROTTLED, Trouble.NO_ENDPOINT)
_Answer = TypeVar("_Answer")


def patiently(aws: Aws, ask: Callable[[], _Answer]) -> _Answer:
    """The answer to `ask`; CallError if it is refused, or if the service fails in every look."""
    for _ in range(LOOKS - 1):
        try:
            return ask()
        except CallError as error:
            if error.trouble not in _HICCUP:
                raise
            aws.clock.sleep(PAUSE)
    return ask()
