"""`python -m workshop attendees`: which name belongs to whom."""

import argparse
from pathlib import Path

from stacks.config import load_config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--config`: the configuration whose attendees are listed."""
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """Print a line for each attendee: the name, and the address if there is a roster."""
    config = load_config(args.config)
    roster = config.attendees.roster or ("",) * len(config.attendee_names)
    for name, address in zip(config.attendee_names, roster, strict=True):
        print(f"{name}  {address}".rstrip())
    return 0
