"""What synthesis costs, with all checks, as a ratio to an empty app."""

import json
import tempfile
from pathlib import Path

from benchmarks.measure import PYTHON, ROOT, ProcessTime, cost

EMPTY_APP = "import aws_cdk; aws_cdk.App(builtin_cloud_formation_validation=False).synth()"
APP = "import sys, pathlib, app; app.build_app(pathlib.Path(sys.argv[1]), sys.argv[2]).synth()"
# CDK's own template validation is off on both sides: it costs seconds and runs once, in the gate.
QUICK = {"CDK_VALIDATION": "false", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1"}


def report() -> list[str]:
    """Measure, and give the lines to print."""
    floor = cost([PYTHON, "-c", EMPTY_APP], environment=QUICK)
    lines = [f"floor: empty app{_figures(floor)}"]
    costs: dict[str, ProcessTime] = {}
    for preset in ("default", "existing-agents", "large"):
        with tempfile.TemporaryDirectory() as outdir:
            command = [PYTHON, "-c", APP, f"presets/{preset}.toml", outdir]
            costs[preset] = cost(command, environment=QUICK)
            resources = _resources(Path(outdir))
        each = costs[preset].wall / sum(resources.values()) * 1000
        lines.append(
            f"{preset}: {len(resources)} stacks, {sum(resources.values())} resources (most in one: "
            f"{max(resources.values())}),{_figures(costs[preset])}, {each:.0f} ms wall per resource, "
            f"{costs[preset].cpu / floor.cpu:.2f} x floor (goal for default: at most 4)"
        )
    lines.append(_attendees(costs["large"]))
    return lines


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
