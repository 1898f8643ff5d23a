"""AWS services as stand-ins, driven by botocore's own models.

One set of objects with two doors: over HTTP for the local AWS of a rehearsal, in process for tests. Requests are held
to the model's input shape, answers to its output shape. A stand-in is not AWS: it knows no quotas, prices, permissions
or latencies, and every operation that it does not do says so with a 501.
"""

from .doors import StandIns
from .kinds import Codes, Kind, Life, Record, Tagging
from .service import StandIn, operation
from .store import Store
from .world import ApiError, Call, Hook, Params, StandInError, World, denied, expired_token, throttled, unavailable

__all__ = [
    "ApiError",
    "Call",
    "Codes",
    "Hook",
    "Kind",
    "Life",
    "Params",
    "Record",
    "StandIn",
    "StandInError",
    "StandIns",
    "Store",
    "Tagging",
    "World",
    "denied",
    "expired_token",
    "operation",
    "throttled",
    "unavailable",
]
