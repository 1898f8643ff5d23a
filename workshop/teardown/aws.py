"""The only way from teardown to AWS: counted, rate-limited, retried, and powerless without a licence."""

import math
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from workshop.teardown.errors import CallError, StoppedError, Trouble, UndeclaredMutationError, classify
from workshop.teardown.kinds.kind import Kind, Lister
from workshop.teardown.kinds.placeholders import get
from workshop.teardown.paging import next_page

Licence = frozenset[tuple[str, str]]

_READS = re.compile(r"(Get|List|Describe|BatchGet|Head)[A-Z]")
_ATTEMPTS = 6
_NOT_EMULATED = ("UnknownOperationException", "400")
_LICENCE: ContextVar[Licence] = ContextVar("licence", default=frozenset())


@dataclass
class Clock:
    """Time, as the operating system's or as a test's."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    sleep: Callable[[float], None] = time.sleep
    """Takes seconds."""


class RateLimit:
    """Token bucket of one service: at most `rate` calls a second; halved by a throttle, slowly restored by success."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self._top = self._rate = rate
        self._clock = clock
        self._next = 0.0
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait until the next call is due."""
        with self._lock:
            now = self._clock.now()
            turn = max(now, self._next)
            self._next = turn + 1 / self._rate
        if turn > now:
            self._clock.sleep(turn - now)

    def throttled(self) -> None:
        """Halve the rate, because the service throttled a call."""
        with self._lock:
            self._rate = max(0.5, self._rate / 2)

    def served(self) -> None:
        """Restore the rate a little, because a call was served."""
        with self._lock:
            self._rate = min(self._top, self._rate + 0.05)


@dataclass
class Tally:
    """What was called; mutations apart."""

    calls: Counter[str] = field(default_factory=Counter)
    mutations: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.calls.total()


class Aws:
    """Calls on behalf of teardown. `session` is a boto3 session; its clients are made once per service and region.

    `reads` and `writes` are calls a second and service. Every failure comes out as CallError, except expired
    credentials, which come out as StoppedError.
    """

    def __init__(
        self, session: Any, region: str, clock: Clock | None = None, reads: float = 10, writes: float = 4
    ) -> None:
        self.region = region
        self.local = False
        self.clock = clock or Clock()
        self.until = math.inf
        self.halted = threading.Event()
        self.tally = Tally()
        self._session = session
        self._rates = {"read": reads, "write": writes}
        self._limits: dict[tuple[str, str], RateLimit] = {}
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()
        session.events.register_first("before-call", _guard, unique_id="teardown-guard")

    def use_locally(self) -> None:
        """The other end is this machine: nobody has to be spared, and what it does not have it says in its own way."""
        self.local = True
        self._rates = dict.fromkeys(self._rates, 1000.0)

    def lacks(self, error: CallError) -> bool:
        """Whether a local AWS does not have the operation or the service; then nothing of it can be there either."""
        return self.local and error.code in _NOT_EMULATED

    def client(self, service: str, region: str = "") -> Any:
        """The client of a service; boto3 sessions do not make clients in parallel, so this does it in turn."""
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                config = Config(retries={"mode": "standard", "total_max_attempts": 3}, tcp_keepalive=True)
                self._clients[key] = self._session.client(service, region_name=key[1], config=config)
            return self._clients[key]

    def call(self, service: str, operation: str, region: str = "", kind: Kind | None = None, /, **params: Any) -> Any:
        """One call, with throttles and failures of the service retried."""
        client = self.client(service, region)
        return self._attempts(service, operation, kind, lambda: getattr(client, operation)(**params))

    def pages(
        self, service: str, operation: str, items: str, region: str = "", kind: Kind | None = None, /, **params: Any
    ) -> list[Any]:
        """All entries at `items`, over all pages; a single structure counts as one entry."""
        entries: list[Any] = []
        for answer in self.answers(service, operation, region, kind, params):
            found = get(answer, items)
            if isinstance(found, list):
                entries.extend(found)
            elif found:
                entries.append(found)
        return entries

    def listed(self, kind: Kind, region: str, params: Mapping[str, Any]) -> list[Any]:
        """Entries that a kind's lister finds."""
        find: Lister = kind.find
        if find.once:
            found = get(self.call(kind.service, find.operation, region, kind, **params), find.items)
            return list(found or [])
        return self.pages(kind.service, find.operation, find.items, region, kind, **params)

    def answers(
        self, service: str, operation: str, region: str, kind: Kind | None, params: Mapping[str, Any]
    ) -> Iterator[Any]:
        """The answers of a listing, page by page, each asked for when the one before has been dealt with."""
        page: dict[str, Any] = {}
        while True:
            answer = self.call(service, operation, region, kind, **{**params, **page})
            yield answer
            following = next_page(service, operation, answer)
            if not following or following == page:
                return
            page = following

    def _attempts(self, service: str, operation: str, kind: Kind | None, attempt: Callable[[], Any]) -> Any:
        limit = self._limit(service, operation)
        for tried in range(1, _ATTEMPTS + 1):
            if self.halted.is_set():
                raise StoppedError("interrupted")
            limit.take()
            self._count(service, operation)
            try:
                answer = attempt()
            except (ClientError, BotoCoreError) as error:
                trouble, code, message = classify(error, kind.gone_on if kind else (), kind.busy_on if kind else ())
                if trouble is Trouble.EXPIRED:
                    raise StoppedError(f"the credentials have expired ({code})") from error
                if trouble is not Trouble.THROTTLED or tried == _ATTEMPTS:
                    raise CallError(trouble, operation, code, message) from error
                limit.throttled()
                self.clock.sleep(min(20.0, 0.2 * 2**tried) * (0.5 + random.random() / 2))  # noqa: S311
            else:
                limit.served()
                return answer
        raise AssertionError("unreachable")

    def _count(self, service: str, operation: str) -> None:
        name = f"{service}:{operation}"
        with self._lock:
            self.tally.calls[name] += 1
            if (service, operation) in _LICENCE.get():
                self.tally.mutations[name] += 1

    def _limit(self, service: str, operation: str) -> RateLimit:
        way = "write" if (service, operation) in _LICENCE.get() else "read"
        with self._lock:
            return self._limits.setdefault((service, way), RateLimit(self._rates[way], self.clock))


@contextmanager
def licence(operations: Licence) -> Iterator[None]:
    """Within this block, and in this thread only, these operations may be called."""
    token = _LICENCE.set(operations)
    try:
        yield
    finally:
        _LICENCE.reset(token)


def _guard(model: Any, **_: Any) -> None:
    """botocore's last step before a request leaves: anything that is neither a read nor licensed is refused."""
    if _READS.match(model.name):
        return
    service, operation = model.service_model.service_name, xform_name(model.name)
    if (service, operation) not in _LICENCE.get():
        raise UndeclaredMutationError(f"{service}:{operation} is not declared by the kind that is being removed")
