"""Keeps the local AWS and real AWS apart: an environment made from nothing, and a check that it is so.

Nothing is stripped from the caller's environment, because a list of what to strip is never complete: only a handful
of harmless variables is taken over.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

ACCOUNT = "111122223333"
"""Account of every rehearsal. The access key id is the account id, which is how the emulator finds the account."""

SECRET_PREFIX = "local-"  # noqa: S105  # marks a key as made here

TAKEN_OVER = ("PATH", "LANG", "LC_ALL", "TERM", "SYSTEMROOT", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION")

AWS_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    }
)


class RealAwsError(RuntimeError):
    """Real AWS credentials or the real AWS could be reached from here."""


def environment(home: Path, endpoint_url: str, region: str, account: str = ACCOUNT) -> dict[str, str]:
    """Variables for every process that talks to the local AWS.

    Args:
        home: private folder; becomes HOME and holds TMPDIR.
        endpoint_url: of the local AWS.
    """
    taken_over = {name: os.environ[name] for name in TAKEN_OVER if name in os.environ}
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        **taken_over,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": SECRET_PREFIX + secrets.token_hex(16),
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(home / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-credentials"),
    }


def refuse_real_aws(variables: Mapping[str, str]) -> None:
    """Raises RealAwsError with every way in which these variables could lead to real AWS."""
    found = sorted(name for name in variables if name.startswith("AWS_") and name not in AWS_VARIABLES)
    problems = [f"{name} is set" for name in found]
    if not variables.get("AWS_SECRET_ACCESS_KEY", "").startswith(SECRET_PREFIX):
        problems.append("AWS_SECRET_ACCESS_KEY was not made for the local AWS")
    if not variables.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:"):
        problems.append("AWS_ENDPOINT_URL is not on 127.0.0.1")
    if variables.get("AWS_EC2_METADATA_DISABLED") != "true":
        problems.append("AWS_EC2_METADATA_DISABLED is not true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        if name not in variables or Path(variables[name]).exists():
            problems.append(f"{name} must name a file that does not exist")
    if (Path(variables.get("HOME", "/")) / ".aws").exists():
        problems.append("HOME has a folder .aws")
    if problems:
        raise RealAwsError(
            "The local AWS does not start where real AWS credentials could be reached: "
            f"{'; '.join(problems)}. Start it with local_aws.LocalAws.start(), which makes its own environment."
        )
