"""The real CDK command line, with progress while it works and a log of everything it says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workshop.rehearse import process

CDK = process.ROOT / "bin" / "cdk.cjs"
"""What `npx cdk` runs in this folder: the real command line, several stacks at a time."""

RESOURCE = re.compile(r"^(?P<stack>\S+) \| +\d+/\d+ +\| [^|]+ \| (?P<status>\w+) +\| (?P<type>\S+) +\| (?P<rest>.*)$")
DEPLOYED = re.compile(r"^ ?✅ +\S+ \((?P<stack>\S+)\)(?P<unchanged> \(no changes\))?$")
DESTROYED = re.compile(r"^ ?✅ +\S+ \((?P<stack>\S+)\): destroyed$")
TROUBLE = re.compile(r"^(\S+: fail: .+| ?❌ .+|‣ .+)$")
"""What stops the command line before, or instead of, a resource that fails."""

QUIET = ("--no-notices", "--no-color")


@dataclass
class CdkRun:
    """What one run of the command line did."""

    exit_code: int = 0
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    progress: Callable[[str], None],
    folder: Path,
) -> CdkRun:
    """Run `cdk` and wait.

    Args:
        environment: the whole environment of the process.
        log: gets everything that it prints.
        progress: gets one line for each stack that is done and each resource that fails.
        folder: in which it runs; its cdk.json names the app, if it has one.
    """
    outcome = CdkRun()
    outcome.exit_code = process.run(
        [str(CDK), *arguments, *QUIET],
        {**environment, "CDK_DISABLE_CLI_TELEMETRY": "true"},
        log,
        lambda line: _note(line, outcome, progress),
        folder=folder,
    )
    return outcome


def _note(line: str, outcome: CdkRun, progress: Callable[[str], None]) -> None:
    resource = RESOURCE.match(line)
    failed = resource is not None and resource["status"].endswith("_FAILED")
    if failed or TROUBLE.match(line):
        failure = f"{resource['stack']}: {resource['type']} {resource['rest']}" if resource else line.strip()
        if failure not in outcome.failures:
            outcome.failures.append(failure)
            progress(failure)
        return
    done = DEPLOYED.match(line) or DESTROYED.match(line)
    if done is None:
        return
    unchanged = bool(done.groupdict().get("unchanged"))
    (outcome.unchanged if unchanged else outcome.changed).append(done["stack"])
    progress(f"{done['stack']}: {'no changes' if unchanged else 'done'}")
