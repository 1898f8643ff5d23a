"""Which bootstrap of an account the CDK uses, and what it is called there.

https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contract import BOOTSTRAP_QUALIFIER_KEY, DEFAULT_BOOTSTRAP_QUALIFIER
from stacks.config import ConfigError, ConfigProblem

ROOT = Path(__file__).parents[1]


def qualifier(context: Mapping[str, str], folder: Path = ROOT, home: Path | None = None) -> str:
    """The qualifier, from where the CDK command line takes it: `-c`, then its files in the CDK's order.

    Args:
        context: what is given on the command line.
        folder: with `cdk.json` and `cdk.context.json`.
        home: with `.cdk.json`; None for the user's own.

    Raises:
        ConfigError: one of the files is not JSON.
    """
    files = _files(folder, home or Path.home())
    found = (source[BOOTSTRAP_QUALIFIER_KEY] for source in (context, *files) if source.get(BOOTSTRAP_QUALIFIER_KEY))
    return str(next(found, DEFAULT_BOOTSTRAP_QUALIFIER))


def _files(folder: Path, home: Path) -> Iterable[Mapping[str, Any]]:
    yield _read(folder / "cdk.json").get("context", {})
    yield _read(folder / "cdk.context.json")
    yield _read(home / ".cdk.json").get("context", {})


def _read(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(path, [ConfigProblem("file", None, f"is not JSON: {error}")]) from None
    return content


def version_parameter(qualifier: str) -> str:
    """Name of the parameter that holds the bootstrap's version."""
    return f"/cdk-bootstrap/{qualifier}/version"


def role_name(kind: str, qualifier: str, account: str, region: str) -> str:
    """Name of one of the bootstrap's roles; `kind` is such as `cfn-exec-role`."""
    return f"cdk-{qualifier}-{kind}-{account}-{region}"
