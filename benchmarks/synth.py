"""What synthesis costs, with all checks, as a ratio to an empty app, and in which phase."""

import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measure import PYTHON, ROOT, ProcessTime, cost

EMPTY_APP = "import aws_cdk; aws_cdk.App(builtin_cloud_formation_validation=False).synth()"
APP = "import sys, pathlib, app; app.build_app(pathlib.Path(sys.argv[1]), sys.argv[2]).synth()"
QUICK = {
    # CDK's own template validation is off on both sides: it costs seconds and runs once, in the gate.
    "CDK_VALIDATION": "false",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    # Without compiled bytecode, importing aws_cdk would hide everything else, on both sides.
    "PYTHONDONTWRITEBYTECODE": "",
}
RUNS = 5


def report() -> list[str]:
    """Measure, and give the lines to print."""
    floor = cost([PYTHON, "-c", EMPTY_APP], environment=QUICK)
    lines = [f"floor: empty app{_figures(floor)}"]
    costs: dict[str, ProcessTime] = {}
    for preset in ("default", "existing-agents", "large"):
        with tempfile.TemporaryDirectory() as outdir:
            costs[preset] = cost([PYTHON, "-c", APP, f"presets/{preset}.toml", outdir], environment=QUICK)
            resources = _resources(Path(outdir))
        each = costs[preset].wall / sum(resources.values()) * 1000
        lines.append(
            f"{preset}: {len(resources)} stacks, {sum(resources.values())} resources (most in one: "
            f"{max(resources.values())}),{_figures(costs[preset])}, {each:.0f} ms wall per resource, "
            f"{costs[preset].cpu / floor.cpu:.2f} x floor (goal for default: at most 4)"
        )
    return [*lines, *_phases(), _attendees(costs["large"])]


def synthesise(config: Path, outdir: Path) -> None:
    """Write the cloud assembly of one configuration file, with all checks."""
    command = [PYTHON, "-c", APP, str(config), str(outdir)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **QUICK}, check=True, capture_output=True)


def _phases() -> list[str]:
    """The table for the preset `default`, in seconds of processor."""
    runs = [_one_run() for _ in range(RUNS)]
    lines = [f"{'phase (default)':<34}{'Python':>8}{'Node':>8}{'both':>8}"]
    for phase in runs[0]:
        python, node = (statistics.median(run[phase][side] for run in runs) for side in (0, 1))
        lines.append(f"{phase:<34}{python:>8.2f}{node:>8.2f}{python + node:>8.2f}")
    return lines


def _one_run() -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as outdir:
        command = [PYTHON, "-m", "benchmarks.phases", "presets/default.toml", outdir]
        environment = {**os.environ, **QUICK}
        run = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    phases: dict[str, tuple[float, float]] = json.loads(run.stdout)
    return phases


def _attendees(large: ProcessTime) -> str:
    text = (ROOT / "presets" / "large.toml").read_text()
    with tempfile.TemporaryDirectory() as directory:
        few = Path(directory) / "few.toml"
        few.write_text(text.replace("count = 200", "count = 10"))
        ten = cost([PYTHON, "-c", APP, str(few), f"{directory}/out"], environment=QUICK)
    return f"200 attendees: {large.cpu / ten.cpu:.2f} x the processor time of 10 (goal: at most 2)"


def _resources(assembly: Path) -> dict[str, int]:
    templates = {path.name: json.loads(path.read_text()) for path in assembly.glob("*.template.json")}
    return {name: len(template["Resources"]) for name, template in templates.items()}


def _figures(each: ProcessTime) -> str:
    return f" {each.cpu:.2f} s processor, {each.wall:.2f} s wall"
