"""Where the page of a deployed workshop is reached."""

from urllib.parse import urlencode, urlsplit

from workshop.attendees.codes import IssuedCode


def reachable(address: str, endpoint: str | None) -> str:
    """The page's address itself; on the local AWS, where AWS's host names lead nowhere, the same page there.

    Args:
        address: as the stack gives it, such as `https://<id>.execute-api.<region>.amazonaws.com/workshop/`.
        endpoint: of the local AWS; None for AWS.
    """
    if endpoint is None:
        return address
    parts = urlsplit(address)
    identifier = str(parts.hostname).partition(".")[0]
    return f"{endpoint}/_aws/execute-api/{identifier}{parts.path}"


def with_code(address: str, sign_in: IssuedCode) -> str:
    """The address that fills in the form; what stands behind `#` is never sent to a server."""
    return f"{address}#{urlencode({'name': sign_in.name, 'code': sign_in.code})}"
