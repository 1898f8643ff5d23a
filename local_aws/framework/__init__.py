"""AWS services as stand-ins, driven by botocore's own models.

One set of objects with two doors: over HTTP for the local AWS of a rehearsal, in process for tests. Requests are held
to the model's input shape, answers to its output shape. A stand-in is not AWS: it knows no quotas, prices, permissions
or latencies, and every operation that it does not do says so with a 501.
"""

from local_aws.framework.doors import StandIns
from local_aws.framework.kinds import Codes, Kind, Life, Record, Tagging
from local_aws.framework.service import StandIn, operation
from local_aws.framework.store import Store
from local_aws.framework.world import (
    ApiError,
    Call,
    Hook,
    Params,
    StandInError,
    World,
    denied,
    expired_token,
    throttled,
    unavailable,
)

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
