"""The command: list the attendees, or make the codes with which they sign in."""

import argparse
import sys
from pathlib import Path
from typing import Any

from contract import Output, StackName, stack_name
from stacks.config import WorkshopConfig, load_config
from workshop.attendees.codes import IssuedCode, everybody, exists, give

EXIT_NOT_SO = 1
EXIT_WRONG_INPUT = 2
DEFAULT_HELPERS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--config`, and `codes` with `--for`, `--new`, `--helpers` and `--folder`."""
    parser.add_argument("action", nargs="?", choices=["list", "codes"], default="list", help="%(default)s by default")
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="configuration (%(default)s)")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--for", dest="names", nargs="+", metavar="NAME", help="a new code for these, such as a lost one")
    who.add_argument("--new", action="store_true", help="a new code for everybody; those given out before end")
    parser.add_argument("--helpers", type=int, default=DEFAULT_HELPERS, help="how many lab helpers (%(default)s)")
    parser.add_argument("--folder", type=Path, default=Path("codes"), help="where cards and list go (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """0 if all was done, 1 if the page is not deployed, 2 for a name that nobody has."""
    config = load_config(args.config)
    return _codes(config, args) if args.action == "codes" else _list(config)


def _list(config: WorkshopConfig) -> int:
    """A line for each attendee: the name, and the address if there is a roster."""
    roster = config.attendees.roster or ("",) * len(config.attendee_names)
    for name, address in zip(config.attendee_names, roster, strict=True):
        print(f"{name}  {address}".rstrip())
    return 0


def _codes(config: WorkshopConfig, args: argparse.Namespace) -> int:
    people = dict(everybody(config.attendee_names, args.helpers))
    unknown = [name for name in args.names or () if name not in people]
    if unknown:
        print(f"Nobody is called {', '.join(unknown)}. There are {', '.join(people)}.", file=sys.stderr)
        return EXIT_WRONG_INPUT
    from workshop.aws_session import open_session  # here, because a list needs no boto3

    session = open_session(config.region)
    found = _deployed(session.client("cloudformation", region_name=config.region), config)
    if found is None:
        print("The stack Web is not deployed: deploy it with features.web = true first.", file=sys.stderr)
        return EXIT_NOT_SO
    address, pool = found
    cognito = session.client("cognito-idp", region_name=config.region)
    wanted = args.names or list(people)
    if not args.names and not args.new:
        wanted = [name for name in wanted if not exists(cognito, pool, name)]
    given = [give(cognito, pool, name, people[name]) for name in wanted]
    if given:
        _write(args.folder / config.workshop_id, config.workshop.title, address, given)
    had = len(people) - len(given)
    print(f"{len(given)} codes made; {had} people keep the one they have (--for NAME or --new gives another).")
    return 0


def _deployed(cloudformation: Any, config: WorkshopConfig) -> tuple[str, str] | None:
    """Address of the page and id of the pool; None if the stack is not there."""
    name = stack_name(config.workshop_id, StackName.WEB)
    try:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except cloudformation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
    wanted = outputs.get(Output.WEB_ADDRESS), outputs.get(Output.USER_POOL_ID)
    return (wanted[0], wanted[1]) if wanted[0] and wanted[1] else None


def _write(folder: Path, title: str, address: str, people: list[IssuedCode]) -> None:
    """Cards and list, for the organiser's eyes only."""
    from workshop.attendees.address import reachable
    from workshop.attendees.cards import cards, table
    from workshop.loopback import local_endpoint

    here = reachable(address, local_endpoint())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in (("cards.html", cards(title, here, people)), ("codes.csv", table(here, people))):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        print(f"{folder / name}: keep it to yourself until the cards are handed out")
