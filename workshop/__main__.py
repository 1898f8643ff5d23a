"""`python -m workshop <command>`: finds the command, and imports no other.

Exit codes: 0 fine, 1 something that was checked is not so or AWS could not be asked, 2 the input is wrong, 5 refused
for safety.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, cast

from stacks.config import ConfigError
from workshop.loopback import bypass_proxies

EXIT_NOT_SO = 1
EXIT_WRONG_INPUT = 2
EXIT_REFUSED = 5


@dataclass(frozen=True)
class Command:
    """One row of the table of commands; the module has `add_arguments` and `run`."""

    name: str
    module: str
    help: str
    exit_without_aws: int = EXIT_NOT_SO
    """When profile, credentials or network do not lead to AWS."""
    exit_on_wrong_input: int = EXIT_WRONG_INPUT
    """When an option or an action is mistyped; a teardown's 2 means that nothing but free records is left."""


COMMANDS = (
    Command("init", "workshop.init", "write a fresh workshop.toml"),
    Command("preflight", "workshop.preflight", "ask the account whether a deploy would succeed; changes nothing"),
    Command("cost", "workshop.cost.command", "estimate what it costs, before it is deployed"),
    Command("attendees", "workshop.attendees", "list the attendees: which name belongs to whom"),
    Command("rehearse", "workshop.rehearse", "deploy, check and remove everything on a local AWS"),
    Command("smoke", "workshop.smoke", "check that a deployed workshop does its job"),
    Command("redteam", "workshop.redteam", "try to make the deployed agent break its rules"),
    Command(
        "teardown", "workshop.teardown", "remove a workshop and prove that nothing is left", EXIT_REFUSED, EXIT_REFUSED
    ),
)


class _Parser(argparse.ArgumentParser):
    """argparse with the command's own exit code for what is mistyped."""

    def __init__(self, exit_code: int = EXIT_WRONG_INPUT, **options: Any) -> None:
        super().__init__(**options)
        self._exit_code = exit_code

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(self._exit_code, f"{self.prog}: error: {message}\n")


class CommandModule(Protocol):
    """What the module of a command has to offer."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare options on the parser of this command."""

    def run(self, args: argparse.Namespace) -> int:
        """Run the command and return its exit code."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit code. Ends the process (SystemExit) for --help and unknown options."""
    parser = argparse.ArgumentParser(
        prog="python -m workshop",
        description="What an organiser does besides `cdk deploy` and `cdk destroy`.",
        epilog="\n".join(f"  {command.name:<10} {command.help}" for command in COMMANDS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=[command.name for command in COMMANDS], metavar="command", help="see below")
    # Only the name is read here, so that the module of any other command need not be imported or even work.
    chosen = parser.parse_args(arguments[:1])
    command = next(command for command in COMMANDS if command.name == chosen.command)
    module = cast(CommandModule, importlib.import_module(command.module))
    bypass_proxies(os.environ)
    own = _Parser(command.exit_on_wrong_input, prog=f"python -m workshop {command.name}", description=command.help)
    module.add_arguments(own)
    try:
        return module.run(own.parse_args(arguments[1:]))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return EXIT_WRONG_INPUT
    except Exception as error:
        return _without_aws(command, error)


def _without_aws(command: Command, error: Exception) -> int:
    """Say what keeps the command from AWS; gives its exit code. Raises what is not about that."""
    from workshop.aws_session import explain  # here, because not every command has to load boto3

    said = explain(error)
    if said is None:
        raise error
    refused = command.exit_without_aws == EXIT_REFUSED
    print(f"refused: {said}" if refused else said, file=sys.stderr)
    return command.exit_without_aws


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
