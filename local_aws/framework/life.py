"""What kinds and services declare beside the names of their operations: states, error codes, tag operations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Life:
    """Names of the states of an asynchronous resource."""

    creating: str
    ready: str
    deleting: str
    updating: str = ""
    member: str = "status"
    """The status member in the service's answers."""
    deleted: str = ""
    lingers: float = 0
    """Seconds for which a deleted resource stays visible in the state `deleted` (Studio apps: a day)."""


@dataclass(frozen=True)
class Codes:
    """Error codes of a service or of one kind."""

    missing: str = "ResourceNotFoundException"
    exists: str = "ConflictException"
    busy: str = "ConflictException"
    invalid: str = "ValidationException"


@dataclass(frozen=True)
class Tagging:
    """The tag operations of a service; members are found in the model."""

    add: str
    remove: str
    list: str
    resource: str
    """The member that names the resource by its ARN."""
    codes: Codes | None = None
