"""`python -m workshop rehearse`: deploy, check and remove a whole workshop on the local AWS."""

import argparse
import shutil
import sys
from collections import Counter
from pathlib import Path

from local_aws.launcher import NotStartedError, stop_kept
from stacks.config import load_config
from workshop.rehearse.changes.matrix import matrix
from workshop.rehearse.changes.rehearsal import rehearse_changes
from workshop.rehearse.process import ROOT
from workshop.rehearse.rehearsal import Ending, Rehearsal
from workshop.rehearse.stage import ProgressLog, StepError

PRESETS = ROOT / "presets"
WORK = ROOT / ".rehearsal"
ALL = "all"
EXIT_NOT_SO = 1
EXIT_WRONG_INPUT = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--preset`, and one of `--teardown`, `--keep` and `--stop`."""
    parser.add_argument(
        "--preset",
        default="default",
        help="name of a configuration in presets/, or a file ending in .toml (%(default)s)",
    )
    parser.add_argument(
        "--change",
        metavar="NAME",
        help="change a running workshop instead: the name of a row in workshop/rehearse/changes/matrix.toml, or all",
    )
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--teardown", action="store_true", help="let attendees work, then remove it all with teardown")
    end.add_argument("--keep", action="store_true", help="leave the deployed workshop and the local AWS running")
    end.add_argument("--stop", action="store_true", help="stop what --keep left running")


def run(args: argparse.Namespace) -> int:
    """0 if everything held, 1 if not, 2 for a preset or a change that does not exist."""
    if args.change:
        return _change(args.change)
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
    _empty(folder)
    try:
        Rehearsal(config, path, folder, ProgressLog(), ending).perform()
    except (StepError, NotStartedError) as problem:
        print(f"\n{problem}\nLogs: {folder.relative_to(ROOT)}/", file=sys.stderr)
        return EXIT_NOT_SO
    if ending is not Ending.KEEP:
        shutil.rmtree(folder)
    return 0


def _change(name: str) -> int:
    rows = [each for each in matrix().changes if name in (each.name, ALL)]
    if not rows:
        known = ", ".join(each.name for each in matrix().changes)
        print(f"There is no change {name!r}; there are {known}, and {ALL}.", file=sys.stderr)
        return EXIT_WRONG_INPUT
    folder = _empty(WORK / f"change-{name}")
    progress = ProgressLog()
    try:
        outcomes = rehearse_changes(rows, folder, progress)
    except (StepError, NotStartedError) as problem:
        print(f"\n{problem}\nLogs: {folder.relative_to(ROOT)}/", file=sys.stderr)
        return EXIT_NOT_SO
    shutil.rmtree(folder)
    for each in outcomes:
        print(f"{each.change}: {each.verdict}: {each.detail}")
    counts = Counter(each.verdict for each in outcomes)
    done = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    print(f"{len(outcomes)} changes: {done}, {progress.seconds:.0f} s")
    return 0


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _stop(folder: Path) -> int:
    if not stop_kept(folder):
        print(f"Nothing is kept in {folder.relative_to(ROOT)}/.", file=sys.stderr)
        return EXIT_WRONG_INPUT
    shutil.rmtree(folder)
    print("The local AWS is stopped and its files are gone.")
    return 0
