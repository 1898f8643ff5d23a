"""What all stand-ins of one rehearsal or one test share: account, clock, ids, delays, hooks."""

import hashlib
import string
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

Params = dict[str, Any]
"""Members of a request or an answer, named and nested as botocore's model says."""


class ApiError(Exception):
    """An error as an AWS service answers it.

    `code` is a modelled exception or one of the common error codes; `status` is the HTTP status, and None means the
    status that the service's model gives the code (400 where it says nothing). `members` are further members of the
    modelled exception.
    """

    def __init__(self, code: str, message: str, status: int | None = None, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class StandInError(AssertionError):
    """The stand-in itself is wrong: its answer does not fit the service's model, or it was declared wrongly."""


class ApiCall(Protocol):
    """What a hook sees of a request, before the operation runs and after it."""

    @property
    def service(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def params(self) -> Params: ...
    @property
    def region(self) -> str: ...


Hook = Callable[[ApiCall], None]
"""Counts calls, or raises: an `ApiError` becomes the answer, anything else reaches the caller as it is."""


@dataclass
class World:
    """Settings and shared state of a set of stand-ins."""

    account: str = "111122223333"
    region: str = "us-east-1"
    endpoint: str = ""
    """Where the HTTP door listens, such as `http://127.0.0.1:4566`; empty if nothing listens."""
    clock: Callable[[], float] = time.time
    page_size: int = 100
    """Caps every listing."""
    delays: Mapping[str, float] = field(default_factory=dict)
    """Seconds that a phase of a resource's life takes: `{"sagemaker.Domain.delete": 20.0}`. Phases are `create`,
    `update` and `delete`; what is not named takes no time."""
    before: list[Hook] = field(default_factory=list)
    """Hooks that run before an operation has any effect."""
    after: list[Hook] = field(default_factory=list)
    """Hooks that run when it has had its effect: an answer lost on its way back."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _serial: int = 0

    def now(self) -> datetime:
        """The time of the injected clock."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def serial(self) -> int:
        """A number never given before in this world."""
        with self.lock:
            self._serial += 1
            return self._serial

    def new_id(self, length: int = 10, alphabet: str = string.ascii_uppercase + string.digits) -> str:
        """An id that looks random, never repeats in practice, and is the same in every run."""
        digest = int.from_bytes(hashlib.sha512(f"{self.account}:{self.serial()}".encode()).digest(), "big")
        letters = []
        for _ in range(length):
            digest, rest = divmod(digest, len(alphabet))
            letters.append(alphabet[rest])
        return "".join(letters)


def throttled() -> ApiError:
    """Too many requests; botocore retries it unless told not to."""
    return ApiError("ThrottlingException", "Rate exceeded", 400)


def unavailable(status: int = 503) -> ApiError:
    """The error for a failure inside the service, which botocore retries."""
    return ApiError("InternalServerException", "The service failed. Try again.", status)


def denied(operation: str) -> ApiError:
    """The caller's policies do not allow the operation."""
    return ApiError("AccessDeniedException", f"User is not authorized to perform: {operation}", 403)


def expired_token() -> ApiError:
    """The caller's session credentials have run out."""
    return ApiError("ExpiredTokenException", "The security token included in the request is expired", 403)
