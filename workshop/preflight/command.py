"""The command: asks everything, and shows one table or JSON."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from contract import BOOTSTRAP_QUALIFIER_KEY
from stacks.config import load_config
from workshop.aws_session import open_session
from workshop.bootstrap import qualifier
from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question, answer
from workshop.preflight.questions import questions
from workshop.report import Verdict, print_verdicts

EXIT_WRONG_INPUT = 2
STANDARD_OUTPUT = Path("-")
COLUMNS = ("question", "asked", "answer", "what to do")
Answered = Sequence[tuple[Question, Finding]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--config`, `--context`, `--no-model-calls`, `--json`."""
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")
    parser.add_argument(
        "-c",
        "--context",
        action="append",
        default=[],
        type=_context,
        metavar="KEY=VALUE",
        help=f"context that you will give to cdk deploy; {BOOTSTRAP_QUALIFIER_KEY} counts here",
    )
    parser.add_argument(
        "--no-model-calls",
        action="store_true",
        help="do not call the models (the calls cost less than 0.0002 USD, and subscribe to models of AWS Marketplace)",
    )
    parser.add_argument(
        "--json",
        type=Path,
        nargs="?",
        const=STANDARD_OUTPUT,
        metavar="FILE",
        help="write JSON: to FILE besides the table, or without FILE to standard output instead of it",
    )


def _context(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def run(args: argparse.Namespace) -> int:
    """1 if anything failed; 2 if the JSON file has no folder."""
    config = load_config(args.config)
    if args.json and not args.json.parent.is_dir():
        print(f"--json: folder {args.json.parent} does not exist; create it first", file=sys.stderr)
        return EXIT_WRONG_INPUT
    account = Account(config, open_session(config.region), qualifier=qualifier(dict(args.context)))
    answered = _ask(account, with_calls=not args.no_model_calls)
    if args.json:
        _write_json(account, answered, args.json)
    if args.json != STANDARD_OUTPUT:
        _print(answered)
    return int(any(finding.verdict is Verdict.FAIL for _, finding in answered))


def _ask(account: Account, *, with_calls: bool) -> Answered:
    answered: list[tuple[Question, Finding]] = []
    for _, question in questions(account.config, model_calls=with_calls):
        finding = answer(question, account)
        answered.append((question, finding))
        if question.vital and finding.verdict is Verdict.FAIL:
            break
    return answered


def _print(answered: Answered) -> None:
    rows = (
        (finding.verdict, (question.name, ", ".join(question.asks), finding.detail, finding.fix))
        for question, finding in answered
    )
    print_verdicts("Preflight", COLUMNS, rows)
    verdicts = [finding.verdict for _, finding in answered]
    print(", ".join(f"{verdicts.count(verdict)} {verdict.value}" for verdict in Verdict) + "; nothing was deployed")


def _write_json(account: Account, answered: Answered, path: Path) -> None:
    content = {
        "workshop": account.config.workshop_id,
        "region": account.config.region,
        "asked_at": account.now.isoformat(timespec="seconds"),
        "failed": sum(finding.verdict is Verdict.FAIL for _, finding in answered),
        "questions": [
            {
                "question": question.name,
                "asked": list(question.asks),
                "verdict": finding.verdict.value,
                "answer": finding.detail,
                "what_to_do": finding.fix,
            }
            for question, finding in answered
        ],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
