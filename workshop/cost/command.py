"""`python -m workshop cost`: what a workshop costs, from its templates and a dated price table. Asks AWS nothing."""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from stacks.config import load_config
from workshop.cost.assembly import AssemblyError, SynthesisError, read_assembly, synthesise
from workshop.cost.estimate import Estimate, assume, estimate
from workshop.cost.prices import price_table
from workshop.cost.show import print_estimate
from workshop.cost.to_json import to_json

EXIT_NOT_SO = 1
EXIT_WRONG_INPUT = 2
MAX_HOURS = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--config`, `--assembly`, `--against`, `--attendees`, `--hours` and `--json`."""
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")
    parser.add_argument("--assembly", type=Path, help="its cloud assembly, such as cdk.out, instead of a synthesis")
    parser.add_argument("--against", type=Path, help="another configuration, to see the difference")
    parser.add_argument("--attendees", type=_attendees, help="instead of those in the configuration")
    parser.add_argument("--hours", type=_hours, help="of the workshop, instead of those in the configuration")
    parser.add_argument("--json", action="store_true", help="everything as JSON, with each price and its source")


def run(args: argparse.Namespace) -> int:
    """0 for an estimate, 1 if the app does not synthesise, 2 for a wrong configuration or assembly."""
    try:
        with Console(stderr=True).status("Synthesising the templates"):
            result = _estimate(args.config, args.assembly, args)
            other = _estimate(args.against, None, args) if args.against else None
    except AssemblyError as error:
        print(error, file=sys.stderr)
        return EXIT_WRONG_INPUT
    except SynthesisError as error:
        print(f"{error}\nThe app does not synthesise; without templates there is no estimate.", file=sys.stderr)
        return EXIT_NOT_SO
    if args.json:
        print(json.dumps(to_json(result, other, price_table()), indent=2))
    else:
        print_estimate(result, other, price_table())
    return 0


def _estimate(path: Path, assembly: Path | None, args: argparse.Namespace) -> Estimate:
    config = load_config(path)
    resources = read_assembly(assembly, config) if assembly else synthesise(path)
    assumptions = assume(config, args.attendees, args.hours)
    return estimate(str(path), config, assumptions, resources, price_table())


def _attendees(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}; needs a whole number from 1")
    return int(text)


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0
    if not 0 < hours <= MAX_HOURS:
        raise argparse.ArgumentTypeError(f"{text!r}; needs a number of hours, more than 0 and at most {MAX_HOURS}")
    return hours
