"""`python -m workshop rehearse`: deploy, check and remove a whole workshop on the local AWS."""

import argparse
import shutil
import sys
from pathlib import Path

from local_aws.launcher import NotStartedError, stop_kept
from stacks.config import load_config
from workshop.rehearse.process import ROOT
from workshop.rehearse.rehearsal import Ending, Rehearsal
from workshop.rehearse.stage import ProgressLog, StepError

PRESETS = ROOT / "presets"
WORK = ROOT / ".rehearsal"
EXIT_NOT_SO = 1
EXIT_WRONG_INPUT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--preset`, and one of `--teardown`, `--keep` and `--stop`."""
    parser.add_argument(
        "--preset",
        default="default",
        help="name of a configuration in presets/, or a file ending in .toml (%(default)s)",
    )
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--teardown", action="store_true", help="let attendees work, then remove it all with teardown")
    end.add_argument("--keep", action="store_true", help="leave the deployed workshop and the local AWS running")
    end.add_argument("--stop", action="store_true", help="stop what --keep left running")


def run(args: argparse.Namespace) -> int:
    """0 if everything held, 1 if not, 2 for a preset that does not exist."""
    path = Path(args.preset).resolve() if args.preset.endswith(".toml") else PRESETS / f"{args.preset}.toml"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in PRESETS.glob("*.toml")))
        print(f"There is no preset {args.preset!r}; there are {known}.", file=sys.stderr)
        return EXIT_WRONG_INPUT
    folder = WORK / path.stem
    if args.stop:
        return _stop(folder)
    kept = Ending.KEEP if args.keep else Ending.DESTROY
    return _rehearse(path, folder, Ending.TEARDOWN if args.teardown else kept)


def _rehearse(path: Path, folder: Path, ending: Ending) -> int:
    config = load_config(path)
    stop_kept(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        Rehearsal(config, path, folder, ProgressLog(), ending).perform()
    except (StepError, NotStartedError) as problem:
        print(f"\n{problem}\nLogs: {folder.relative_to(ROOT)}/", file=sys.stderr)
        return EXIT_NOT_SO
    if ending is not Ending.KEEP:
        shutil.rmtree(folder)
    return 0


def _stop(folder: Path) -> int:
    if not stop_kept(folder):
        print(f"Nothing is kept in {folder.relative_to(ROOT)}/.", file=sys.stderr)
        return EXIT_WRONG_INPUT
    shutil.rmtree(folder)
    print("The local AWS is stopped and its files are gone.")
    return 0
