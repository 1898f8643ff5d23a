"""This machine is reached directly: a proxy of the environment is for the outside."""

import os
from collections.abc import MutableMapping
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")


def bypass_proxies(environment: MutableMapping[str, str]) -> None:
    """Add this machine's names to `no_proxy`, which boto3, urllib and child processes read."""
    told = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    names = [name.strip() for name in told.split(",") if name.strip()]
    complete = ",".join([*names, *(name for name in NAMES if name not in names)])
    environment.update({"no_proxy": complete, "NO_PROXY": complete})


def local_endpoint() -> str | None:
    """Where the local AWS listens, if AWS_ENDPOINT_URL points at this machine; None for AWS itself."""
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    return url.rstrip("/") if urlsplit(url).hostname in LOOPBACK else None
