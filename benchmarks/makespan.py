"""How long `npx cdk deploy --all` takes on an empty account, simulated: no account is asked.

A resource takes what `latencies.toml` says. CloudFormation creates the resources of a stack as soon as those that they
refer to are there, so a stack takes its longest chain of resources. The CDK CLI deploys stacks as soon as those that
they depend on are there, at most as many at a time as `bin/cdk.cjs` says. Assets are left out: the CLI publishes these
few small files before the first stack.
"""

import heapq
import json
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.synth import synthesise

Graph = Mapping[str, Set[str]]
"""Names, each with those that it waits for."""

GOAL = 1.1
"""The most that a deploy may take, as a multiple of its longest chain of stacks."""


@dataclass(frozen=True)
class Latencies:
    """How long CloudFormation takes, in seconds."""

    by_type: Mapping[str, float]
    default: float
    """For a type that has no figure."""
    stack: float
    """What a stack operation takes besides its resources."""

    def of(self, resource_type: str) -> float:
        """How long CloudFormation takes to create a resource of this type."""
        return self.by_type.get(resource_type, self.default)


@dataclass(frozen=True)
class Deploy:
    """What a deploy of one app takes, in seconds."""

    makespan: float
    longest_chain: float
    one_by_one: float
    """What it would take if the CLI deployed one stack at a time, as it does by default."""

    @property
    def ratio(self) -> float:
        """1 if no stack ever waits for anything but the stacks that it depends on."""
        return self.makespan / self.longest_chain


def report() -> list[str]:
    """Simulate the deploy and give the lines to print."""
    at_a_time = concurrency()
    lines = [f"{at_a_time} stacks at a time (bin/cdk.cjs), latencies from public reports (benchmarks/latencies.toml)"]
    for path in sorted((ROOT / "presets").glob("*.toml")):
        with tempfile.TemporaryDirectory() as directory:
            synthesise(path, Path(directory))
            deploy = simulate(Path(directory), at_a_time)
        lines.append(
            f"{path.stem}: makespan {deploy.makespan / 60:.1f} min, longest chain {deploy.longest_chain / 60:.1f} min, "
            f"ratio {deploy.ratio:.2f} (goal: at most {GOAL}); one stack at a time {deploy.one_by_one / 60:.1f} min"
        )
    return lines


def concurrency() -> int:
    """How many stacks `npx cdk deploy` works on at a time."""
    found = re.search(r'CDK_CONCURRENCY \?\?= "(\d+)"', (ROOT / "bin" / "cdk.cjs").read_text())
    if found is None:
        raise ValueError("bin/cdk.cjs no longer sets CDK_CONCURRENCY.")
    return int(found[1])


def simulate(cloud_assembly: Path, at_a_time: int) -> Deploy:
    """Deploy the stacks of a cloud assembly to an empty account.

    Args:
        cloud_assembly: the folder with `manifest.json`.
        at_a_time: the CLI's `--concurrency`.
    """
    artifacts = json.loads((cloud_assembly / "manifest.json").read_text())["artifacts"]
    stacks = {name: each for name, each in artifacts.items() if each["type"] == "aws:cloudformation:stack"}
    graph = {name: set(each.get("dependencies", [])) & stacks.keys() for name, each in stacks.items()}
    latencies = read_latencies()
    seconds = {
        name: stack_seconds(json.loads((cloud_assembly / each["properties"]["templateFile"]).read_text()), latencies)
        for name, each in stacks.items()
    }
    return Deploy(
        makespan=makespan(graph, seconds, at_a_time),
        longest_chain=longest_chain(graph, seconds),
        one_by_one=makespan(graph, seconds, 1),
    )


def read_latencies() -> Latencies:
    """Read the dated table that stands beside this file."""
    table = tomllib.loads((Path(__file__).parent / "latencies.toml").read_text())
    by_type = {name: row["seconds"] for name, row in table["types"].items()}
    return Latencies(by_type, table["default"]["seconds"], table["stack"]["seconds"])


def stack_seconds(template: Mapping[str, Any], latencies: Latencies) -> float:
    """How long CloudFormation takes to create a stack whose dependencies are there."""
    resources: Mapping[str, Any] = template["Resources"]
    graph = {name: set(_mentioned(each)) & resources.keys() - {name} for name, each in resources.items()}
    return latencies.stack + longest_chain(
        graph, {name: latencies.of(each["Type"]) for name, each in resources.items()}
    )


def _mentioned(value: Any) -> Iterator[str]:
    """Logical ids that a part of a template refers to, and whatever else is at the same places."""
    if isinstance(value, list):
        for each in value:
            yield from _mentioned(each)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key in ("Ref", "DependsOn", "Fn::GetAtt"):
            yield from [inner] if isinstance(inner, str) else inner[:1] if key == "Fn::GetAtt" else inner
        elif key == "Fn::Sub":
            yield from re.findall(r"\$\{(\w+)", inner if isinstance(inner, str) else inner[0])
            yield from _mentioned(inner)
        else:
            yield from _mentioned(inner)


def longest_chain(graph: Graph, seconds: Mapping[str, float]) -> float:
    """How long it takes if nothing ever waits for anything but what it depends on."""
    done: dict[str, float] = {}
    for name in TopologicalSorter(graph).static_order():
        done[name] = seconds[name] + max((done[each] for each in graph[name]), default=0)
    return max(done.values(), default=0)


def makespan(graph: Graph, seconds: Mapping[str, float], at_a_time: int) -> float:
    """How long it takes with at most `at_a_time` at a time, started in the order in which they become ready."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    waiting = list(sorter.get_ready())
    running: list[tuple[float, str]] = []
    now = 0.0
    while waiting or running:
        while waiting and len(running) < at_a_time:
            name = waiting.pop(0)
            heapq.heappush(running, (now + seconds[name], name))
        now, finished = heapq.heappop(running)
        sorter.done(finished)
        waiting += sorter.get_ready()
    return now
