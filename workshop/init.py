"""`python -m workshop init`: a fresh `workshop.toml` from the default preset."""

import argparse
import re
import secrets
import sys
from datetime import date
from pathlib import Path

from stacks.config import load_config

TEMPLATE = Path(__file__).parents[1] / "presets" / "default.toml"
EXIT_WRONG_INPUT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--config`: the file to write; `--date`: the first day of the workshop."""
    parser.add_argument("--config", type=Path, default=Path("workshop.toml"), help="file to write (%(default)s)")
    parser.add_argument(
        "--date", type=date.fromisoformat, default=date.today(), help="day of the workshop, YYYY-MM-DD (today)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the file; 2 if it exists or cannot be written."""
    path: Path = args.config
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(fresh_configuration(args.date))
    except FileExistsError:
        print(f"{path} exists and stays as it is: edit it, move it away, or name another --config", file=sys.stderr)
        return EXIT_WRONG_INPUT
    except OSError as error:
        print(f"{path} cannot be written: {error.strerror}", file=sys.stderr)
        return EXIT_WRONG_INPUT
    print(f"{path}: workshop {load_config(path).workshop_id}. Edit it, then: python -m workshop preflight")
    return 0


def fresh_configuration(day: date) -> str:
    """The default preset, for that day and with a new id."""
    text = TEMPLATE.read_text(encoding="utf-8")
    workshop_id = f"ws-{day.isoformat()}-{secrets.token_hex(2)}"
    text = re.sub(r'^id = "[^"]*"', f'id = "{workshop_id}"', text, flags=re.MULTILINE)
    return re.sub(r"^(start|end) = \d{4}-\d{2}-\d{2}", rf"\g<1> = {day.isoformat()}", text, flags=re.MULTILINE)
