"""The arguments of `workshop teardown` and its sub-commands."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from workshop.teardown.verify.report import REFUSED

_DURATION = re.compile(r"(\d+)([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


class _Parser(argparse.ArgumentParser):
    """A mistyped option is a refusal like any other; argparse's own code 2 means something else here."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Says no to unknown options itself: argparse would leave them to the outer parser, which exits with 2."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(REFUSED, f"{self.prog}: {message}\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands and their options."""
    actions = parser.add_subparsers(
        dest="action", parser_class=_Parser, metavar="list|plan|execute|verify|resume|finalize|unattended"
    )
    listed = actions.add_parser("list", help="every workshop in the account, with age, cost, and how to remove it")
    listed.add_argument("--region", default="us-east-1", help="region to ask first, of all (%(default)s)")
    listed.add_argument("--profile", help="AWS profile")
    plan = actions.add_parser("plan", help="list everything that is the workshop's; changes nothing")
    plan.add_argument("--cost", action="store_true", help="ask endpoints for their instances, to price them")
    for each in (listed, plan):
        each.add_argument("--json", action="store_true", help="JSON on standard output, all else on standard error")
    execute = actions.add_parser("execute", help="delete what a fresh plan lists")
    resume = actions.add_parser("resume", help="go on with an execution that was interrupted or had to wait")
    finalize = actions.add_parser("finalize", help="days later: remove what AWS held, verify, and close the record")
    verify = actions.add_parser("verify", help="prove that nothing is left; changes nothing")
    unattended = actions.add_parser("unattended", help="what the Teardown stack runs: plan, execute, verify, and go")
    unattended.set_defaults(yes_in_ci=True, plan=None, cost=False, json=False)
    unattended.add_argument("--own-stack", required=True, help="stack that this runs in; removed when all else is gone")
    unattended.add_argument("--record", required=True, metavar="BUCKET", help="keeps a copy of the record meanwhile")
    for each in (plan, execute, resume, finalize, verify, unattended):
        each.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")
        each.add_argument("--workshop", help="workshop id, if there is no configuration any more; needs --region")
        each.add_argument("--region", help="region of the workshop")
        each.add_argument("--attendees", type=int, help="number of attendees, for the size check")
        each.add_argument("--profile", help="AWS profile")
        each.add_argument("--state", type=Path, default=Path(".workshop"), help="where the record is (%(default)s)")
    for each in (plan, execute):
        each.add_argument("--plan", "--out", dest="plan", type=Path, help="plan file (.workshop/<id>/plan.json)")
    for each in (execute, resume, finalize, unattended):
        each.add_argument("--confirm-account", default="", metavar="ACCOUNT", help="type the account number")
        each.add_argument("--deadline", type=_seconds, default=_seconds("60m"), metavar="60m", help="stop after (60m)")
        each.add_argument("--only", default="*", metavar="sm-*,br-*", help="delete only these kinds")
        each.add_argument("--keep", action="append", default=[], metavar="KIND:ID", help="leave this one alone")
        each.add_argument("--unprotect-stacks", action="store_true", help="lift termination protection of its stacks")
        each.add_argument("--confirm-resources", type=int, metavar="N", help="confirm an unusually large plan")
        each.add_argument("--dedicated-account", action="store_true", help="nothing else lives in this account")
    for each in (execute, resume, finalize):
        each.add_argument("--yes-in-ci", action="store_true", help="do not ask; needed without a terminal")
    for each in (execute, resume, finalize, verify, unattended):
        each.add_argument("--report", type=Path, help="write the report as JSON")
        each.add_argument("--junit", type=Path, help="write the report as JUnit XML")
    for each in (finalize, verify, unattended):
        each.add_argument(
            "--pause", type=_seconds, default=_seconds("60s"), metavar="60s", help="before the second look"
        )
    for each in (finalize, verify):
        each.add_argument("--regions", default="", metavar="R,R", help="tag indexes to read (all enabled regions)")


def _seconds(text: str) -> float:
    matched = _DURATION.fullmatch(text)
    if not matched:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 90s, 60m or 2h")
    return int(matched[1]) * _SECONDS[matched[2]]
