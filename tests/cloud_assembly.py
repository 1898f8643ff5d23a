"""Cloud assemblies for tests: how a preset is synthesised, and what can be read from the result."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PRESETS = sorted(path.stem for path in (ROOT / "presets").glob("*.toml"))


def synthesise(preset: str, directory: Path) -> None:
    """Write the cloud assembly of a preset. Findings of the checks are in its report and stop nothing here."""
    from app import build_app  # here, because it starts a Node process that most tests can do without

    unfinished = directory.with_suffix(".unfinished")
    try:
        build_app(ROOT / "presets" / f"{preset}.toml", outdir=str(unfinished), measured_rules=True).synth()
    except RuntimeError as error:
        if not str(error).startswith("ValidationFailed"):
            raise
    unfinished.rename(directory)


def stacks(directory: Path) -> dict[str, dict[str, Any]]:
    """The stacks in the manifest of a cloud assembly by construct id, such as `Knowledge`."""
    manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    return {
        name: artifact
        for name, artifact in manifest["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack"
    }


def template_path(directory: Path, stack: dict[str, Any]) -> Path:
    """File of a stack's template."""
    return directory / str(stack["properties"]["templateFile"])


def read_templates(directory: Path) -> dict[str, dict[str, Any]]:
    """The templates of a cloud assembly by the construct id of their stack."""
    return {
        name: json.loads(template_path(directory, stack).read_text(encoding="utf-8"))
        for name, stack in stacks(directory).items()
    }
