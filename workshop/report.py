"""Tables for people: aligned and coloured on a terminal, one plain line a row everywhere else."""

import sys
from collections.abc import Iterable
from enum import StrEnum

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table


class Verdict(StrEnum):
    """What came of one check, for the report."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    WARN = "WARN"
    FAIL = "FAIL"


COLOURS = {Verdict.PASS: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}


def plain_line(verdict: Verdict, *cells: str) -> str:
    """`PASS  name  detail`: the line for logs and pipes; a cell never breaks it."""
    return "  ".join([verdict.value, *(" ".join(cell.split()) for cell in cells)]).rstrip()


def print_verdicts(title: str, columns: tuple[str, ...], rows: Iterable[tuple[Verdict, tuple[str, ...]]]) -> None:
    """Print one row for each verdict to standard output; `columns` names the cells after the verdict."""
    if not sys.stdout.isatty():
        for verdict, cells in rows:
            print(plain_line(verdict, *cells))
        return
    headers = (Column(column, overflow="fold") for column in columns)
    table = Table("", *headers, title=title, title_justify="left", box=None, pad_edge=False)
    for verdict, cells in rows:
        table.add_row(f"[{COLOURS[verdict]}]{verdict}[/]", *(escape(cell) for cell in cells))
    Console().print(table)
