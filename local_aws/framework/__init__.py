"""AWS services as stand-ins, driven by botocore's own models.

One set of objects with two doors: over HTTP for the local AWS of a rehearsal, in process for tests. Requests are held
to the model's input shape, answers to its output shape. A stand-in is not AWS: it knows no quotas, prices, permissions
or latencies, and every operation that it does not do says so with a 501.

This is the face of the package: everybody else imports from here, and from none of its modules.
"""

from local_aws.framework.crud import answer, delete, find, new_record, remove, stop
from local_aws.framework.doors import StandIns
from local_aws.framework.kinds import EmulatedKind, EmulatedResource, Owner, Request, Resources
from local_aws.framework.life import Codes, Life, Tagging
from local_aws.framework.listings import listing, page, select, truncated
from local_aws.framework.planted import plant, sample
from local_aws.framework.projection import project, prune
from local_aws.framework.service import Nothing, StandIn, operation
from local_aws.framework.store import Store
from local_aws.framework.usual import named
from local_aws.framework.wire import Response, service_model
from local_aws.framework.world import (
    ApiCall,
    ApiError,
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
    "ApiCall",
    "ApiError",
    "Codes",
    "EmulatedKind",
    "EmulatedResource",
    "Hook",
    "Life",
    "Nothing",
    "Owner",
    "Params",
    "Request",
    "Resources",
    "Response",
    "StandIn",
    "StandInError",
    "StandIns",
    "Store",
    "Tagging",
    "World",
    "answer",
    "delete",
    "denied",
    "expired_token",
    "find",
    "listing",
    "named",
    "new_record",
    "operation",
    "page",
    "plant",
    "project",
    "prune",
    "remove",
    "sample",
    "select",
    "service_model",
    "stop",
    "throttled",
    "truncated",
    "unavailable",
]
