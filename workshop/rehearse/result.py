"""The table at the end of a rehearsal."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class StackRow:
    """One deployed stack; seconds are those that CloudFormation took to create it."""

    name: str
    resources: int
    seconds: float


def deployed_stacks(cloudformation: Any, prefix: str) -> list[StackRow]:
    """A row for each stack of the workshop, in the order of creation."""
    rows = []
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            if stack["StackName"].startswith(f"{prefix}-"):
                rows.append((stack["CreationTime"], _row(cloudformation, stack["StackName"])))
    return [row for _, row in sorted(rows, key=lambda item: (item[0], item[1].name))]


def _row(cloudformation: Any, name: str) -> StackRow:
    resources = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    count = sum(len(page["StackResourceSummaries"]) for page in resources)
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    times = [event["Timestamp"] for page in pages for event in page["StackEvents"]]
    return StackRow(name, count, (max(times) - min(times)).total_seconds())


def print_result(title: str, rows: Sequence[StackRow], checks: str, seconds: float) -> None:
    """The rows, their sum and the checks: a table on a terminal, plain lines elsewhere."""
    total = sum(row.resources for row in rows)
    if not sys.stdout.isatty():
        for row in rows:
            print(f"{row.name}  {row.resources} resources  {row.seconds:.1f} s")
        print(f"{title}: {len(rows)} stacks, {total} resources, {checks}, {seconds:.0f} s")
        return
    table = Table("stack", title=title, title_justify="left", show_footer=True, box=None, pad_edge=False)
    table.add_column("resources", footer=str(total), justify="right")
    table.add_column("seconds", footer=f"{seconds:.0f}", justify="right")
    table.columns[0].footer = f"{len(rows)} stacks, {checks}"
    for row in rows:
        table.add_row(row.name, str(row.resources), f"{row.seconds:.1f}")
    Console().print(table)
