"""What can go wrong between teardown and a service, and what each case means."""

from collections.abc import Iterable
from enum import StrEnum

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)


class RefusedError(Exception):
    """A safety rail said no, before anything was changed. `problems` are all the reasons, each with its way out."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoppedError(Exception):
    """Teardown has to stop where it is; running it again goes on from there."""


class UndeclaredMutationError(AssertionError):
    """Code tried to change something outside of a proved removal. A bug, never an operator's mistake."""


class ProtectedError(Exception):
    """The resource is the workshop's but somebody protected it."""


class Trouble(StrEnum):
    """What an error means for the resource it came from."""

    GONE = "gone"
    BUSY = "busy"
    THROTTLED = "throttled"
    DENIED = "denied"
    EXPIRED = "expired"
    NO_ENDPOINT = "no endpoint"
    INVALID = "invalid"


class CallError(Exception):
    """A call that failed for good, as a `Trouble`."""

    def __init__(self, trouble: Trouble, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.trouble = trouble
        self.operation = operation
        self.code = code
        self.message = message


_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_DENIED = {
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized",
    "AuthorizationErrorException", "UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired",
    "SubscriptionRequiredException",
}  # fmt: skip
_THROTTLED = {
    "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
    "SlowDown", "LimitExceededException", "ServiceUnavailable", "ServiceUnavailableException", "InternalError",
    "InternalFailure", "InternalServerError", "InternalServerException", "InternalServerErrorException",
    "InternalFailureException", "ServiceException", "RequestTimeout", "RequestTimeoutException", "503", "500",
}  # fmt: skip
_BUSY = {
    "ConflictException", "Conflict", "ResourceInUse", "ResourceInUseException", "DependencyViolation", "BucketNotEmpty",
    "DeleteConflict", "DeleteConflictException", "OperationAborted", "OperationAbortedException", "FileSystemInUse",
    "OperationNotPermitted", "ConcurrentModificationException", "RepositoryNotEmptyException", "RetryableConflict",
    "IncorrectFileSystemLifeCycleState", "InvalidNetworkInterface.InUse", "ResourceConflictException",
}  # fmt: skip
_GONE_TEXTS = ("could not find", "could not be found", "does not exist", "not found", "cannot find")
_BUSY_TEXTS = ("in use", "is not empty", "has dependent", "still associated", "must be deleted first", "status (")


def classify(error: Exception, gone_on: Iterable[str] = (), busy_on: Iterable[str] = ()) -> tuple[Trouble, str, str]:
    """(trouble, code, message). `gone_on` and `busy_on` are a kind's own codes."""
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        code, message = str(details.get("Code", "")), str(details.get("Message", ""))
        return _of_code(code, message, set(gone_on), set(busy_on)), code, message
    name = type(error).__name__
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return Trouble.EXPIRED, name, str(error)
    if name == "EndpointConnectionError":
        return Trouble.NO_ENDPOINT, name, str(error)
    if isinstance(error, ConnectionError | HTTPClientError):
        return Trouble.THROTTLED, name, str(error)
    if isinstance(error, BotoCoreError):
        return Trouble.INVALID, name, str(error)
    raise error


def _of_code(code: str, message: str, gone_on: set[str], busy_on: set[str]) -> Trouble:
    text = message.lower()
    if code in _EXPIRED:
        return Trouble.EXPIRED
    if code in busy_on or code in _BUSY:
        return Trouble.BUSY
    if code in gone_on or "NotFound" in code or code.startswith("NoSuch") or code == "404":
        return Trouble.GONE
    if code in _THROTTLED:
        return Trouble.THROTTLED
    if code in _DENIED or code == "403":
        return Trouble.DENIED
    # SageMaker and CloudFormation say these things in a ValidationException or ValidationError.
    if any(part in text for part in _GONE_TEXTS):
        return Trouble.GONE
    if any(part in text for part in _BUSY_TEXTS):
        return Trouble.BUSY
    return Trouble.INVALID
