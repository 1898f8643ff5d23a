"""The one way from the commands to AWS, and what to tell a person for whom it does not lead there.

A command opens its session here and lets errors pass: `workshop/__main__.py` asks `explain` for the sentence.
"""

from typing import Any

import boto3
from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

LONGEST = 400
"""Characters of a message that somebody else wrote; a page of HTML has many more."""

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
REFUSED = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_errors.html and each service's common errors."""
SKEWED = ("RequestTimeTooSkewed", "RequestInTheFuture")

SIGN_IN = "Sign in again (`aws login` or `aws sso login`), or choose another profile with AWS_PROFILE."
CHECK_NETWORK = "Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy; then run the command again."


class UnusableError(Exception):
    """AWS cannot be asked from here. The text is one sentence that says why, and one that says what to do."""


class NotAwsError(aws.BotoCoreError):
    """Something between here and AWS answered in its place."""

    fmt = "{url} was answered with a web page (HTTP {status}), which AWS never does"


def open_session(region: str, profile: str | None = None) -> boto3.Session:
    """A session whose clients can be made; nothing is asked yet.

    Args:
        region: of the client that is made as a trial.
        profile: name of an AWS profile; None takes the one of the environment.

    Raises:
        BotoCoreError: the profile or the configuration cannot be used.
        UnusableError: an endpoint of the environment or of the configuration is not a URL.
    """
    session = boto3.Session(profile_name=profile) if profile else boto3.Session()
    try:
        session.client("sts", region_name=region)
    except aws.BotoCoreError:
        raise
    except ValueError as error:  # botocore has no error of its own for this
        raise UnusableError(f"{_one_line(error)}. Correct AWS_ENDPOINT_URL or the profile's endpoint_url.") from error
    session.events.register("before-parse", _refuse_web_pages, unique_id="refuse-web-pages")
    return session


def explain(error: BaseException) -> str | None:
    """What is wrong on the way to AWS and what to do next, on one line; None if the error is about something else."""
    if isinstance(error, UnusableError):
        return str(error)
    if isinstance(error, aws.ClientError):
        return _explain_refusal(error)
    if isinstance(error, ResponseParserError):
        return f"What answered is not AWS: {_one_line(error)}. {CHECK_NETWORK}"
    if isinstance(error, aws.ParamValidationError) or not isinstance(error, aws.BotoCoreError):
        return None  # a mistake of ours, which needs its traceback
    return f"{_one_line(error)}. {_advice(error)}"


def _advice(error: aws.BotoCoreError) -> str:
    if isinstance(error, aws.ProfileNotFound):
        return "`aws configure list-profiles` lists those that exist: choose one with AWS_PROFILE, or make this one."
    if isinstance(error, aws.ConfigParseError | aws.InvalidConfigError | aws.ConfigNotFound):
        return "Mend that file, or name another one with AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE."
    if isinstance(error, NotAwsError | aws.HTTPClientError | aws.ConnectionError | aws.InvalidProxiesConfigError):
        return CHECK_NETWORK
    if isinstance(error, SIGN_IN_ERRORS):
        return SIGN_IN
    return "Correct the AWS configuration (`aws configure list` shows it), then run the command again."


SIGN_IN_ERRORS = (
    aws.CredentialRetrievalError,
    aws.LoginError,
    aws.MetadataRetrievalError,
    aws.NoAuthTokenError,
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.RefreshWithMFAUnsupportedError,
    aws.SSOError,
    aws.TokenRetrievalError,
    aws.UnknownCredentialError,
)


def _explain_refusal(error: aws.ClientError) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = _one_line(error.response.get("Error", {}).get("Message", "") or "no reason given")
    if code in EXPIRED:
        return f"The AWS credentials have expired ({code}). {SIGN_IN}"
    if code in REFUSED:
        return f"AWS does not accept these credentials ({code}: {message}). {SIGN_IN}"
    if code in SKEWED:
        return f"The clock of this machine is wrong ({code}: {message}). Set it, then run the command again."
    if code.isdigit():  # AWS's own errors have names
        return f"{error.operation_name} was answered with HTTP {code}, and not by AWS. {CHECK_NETWORK}"
    return (
        f"AWS refused {error.operation_name} ({code}: {message}). "
        "Run the command again later, or as somebody who may do this."
    )


def is_vain(error: aws.ClientError) -> bool:
    """Whether whatever is asked next will be refused as well: the credentials or the way to AWS are at fault."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    asked_who = error.operation_name == "GetCallerIdentity"
    return code in EXPIRED or (asked_who and (code in REFUSED or code in SKEWED or code.isdigit()))


def _refuse_web_pages(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """A page instead of data would be read as an empty answer by one protocol and break the parser of another."""
    body = response_dict.get("body")
    if not isinstance(body, bytes) or not _is_web_page(body, str(response_dict["headers"].get("content-type", ""))):
        return
    if response_dict["status_code"] >= 500:
        response_dict["body"] = b""  # which botocore tries again
        return
    raise NotAwsError(url=operation_model.service_model.service_name, status=response_dict["status_code"])


def _is_web_page(body: bytes, content_type: str) -> bool:
    return bool(body) and (
        "html" in content_type.lower() or body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
    )


def _one_line(text: object) -> str:
    line = " ".join(str(text).split())
    shortened = line if len(line) <= LONGEST else line[:LONGEST] + "…"
    return shortened.rstrip(" .")
