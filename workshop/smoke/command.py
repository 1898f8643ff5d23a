"""`python -m workshop smoke`: check that a deployed workshop does its job."""

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import boto3

from stacks.config import AgentEngine, WorkshopConfig, load_config
from workshop.aws_session import open_session
from workshop.loopback import local_endpoint
from workshop.report import plain_line, print_verdicts
from workshop.smoke import (
    account,
    agentcore,
    alarms,
    bedrock_agents,
    bucket_policy,
    documents,
    guardrail,
    leftovers,
    web,
)
from workshop.smoke.check import Check, CheckResult, perform
from workshop.smoke.deployed import Deployed

WORKERS = 4
"""Most checks wait for AWS; new accounts throttle more than a few agent calls at once."""
# How long to wait for what happens by itself, and how often to look.
PATIENCE_SECONDS, POLL_SECONDS = 600.0, 5.0
LOCAL_PATIENCE_SECONDS, LOCAL_POLL_SECONDS = 90.0, 0.5
SCRIPTED = "On the local AWS the tool was chosen by the scripted stand-in model, not by {model}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options `--config` and `--timeout`."""
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help=f"how long to wait for a new document to be searchable ({PATIENCE_SECONDS:.0f})",
    )


def run(args: argparse.Namespace) -> int:
    """Run all checks; 0 only if every check passed."""
    config = load_config(args.config)
    session = open_session(config.region)
    results = run_checks(config, session, patience_seconds=args.timeout, progress=_show_progress)
    print_results(config, results)
    return int(not all(result.passed for result in results))


def checks_for(config: WorkshopConfig) -> list[Check]:
    """Every check that this configuration promises to pass."""
    found = [
        *documents.checks(config),
        *bucket_policy.checks(),
        *guardrail.checks(),
        *account.checks(config),
        *alarms.checks(),
        *leftovers.checks(),
    ]
    if AgentEngine.AGENTCORE in config.agent.engines:
        found += agentcore.checks(config)
        if config.features.web:
            found += web.checks()
    if AgentEngine.BEDROCK_AGENTS in config.agent.engines:
        found += bedrock_agents.checks(config)
    return found


def run_checks(
    config: WorkshopConfig,
    session: boto3.Session,
    *,
    patience_seconds: float | None = None,
    progress: Callable[[CheckResult], None] = lambda result: None,
) -> list[CheckResult]:
    """Results in the order of the checks.

    Args:
        patience_seconds: how long to wait for what happens by itself; None for what suits AWS or the local AWS.
        progress: is told each result as soon as it is there.

    Raises:
        ClientError, BotoCoreError: CloudFormation cannot be asked what is deployed.
    """
    local = local_endpoint() is not None
    patience, poll = (LOCAL_PATIENCE_SECONDS, LOCAL_POLL_SECONDS) if local else (PATIENCE_SECONDS, POLL_SECONDS)
    deployed = Deployed(config, session, patience if patience_seconds is None else patience_seconds, poll)
    deployed.look_up()
    checks = checks_for(config)
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(perform, check, deployed) for check in checks]
        for finished in as_completed(running):
            progress(finished.result())
    return [future.result() for future in running]


def print_results(config: WorkshopConfig, results: Sequence[CheckResult]) -> None:
    """The table, how many passed, and on the local AWS what the result does not mean."""
    rows = [(each.verdict, (each.name, f"{each.seconds:.1f} s", each.detail)) for each in results]
    print_verdicts(f"Smoke checks of {config.workshop_id}", ("check", "time", "detail"), rows)
    print(f"{sum(each.passed for each in results)} of {len(results)} checks passed")
    if local_endpoint():
        print(SCRIPTED.format(model=config.chat_model.id))


def _show_progress(result: CheckResult) -> None:
    if sys.stderr.isatty():
        print(plain_line(result.verdict, result.name), file=sys.stderr)
