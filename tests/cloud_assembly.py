"""Cloud assemblies for tests: how a preset is synthesised, and what can be read from the result."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PRESETS = sorted(path.stem for path in (ROOT / "presets").glob("*.toml"))
NOT_SYNTHESISED = {"benchmarks", "cdk.out", "docs", "node_modules", "reports", "tests"}
"""What no template or asset is made of, hidden folders apart."""
VENDORED = ROOT / "web" / "vendor"
"""Copied at synthesis from what package-lock.json pins, which is a source."""


def sources() -> Iterator[Path]:
    """Every file that a cloud assembly may be made of, in the same order each time."""
    for folder, folders, files in os.walk(ROOT):
        if Path(folder) == VENDORED:
            continue
        left_out = {"__pycache__", *(NOT_SYNTHESISED if Path(folder) == ROOT else ())}
        folders[:] = sorted(name for name in folders if name not in left_out and not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(files))


def source_digest() -> str:
    """Changes with every change of `sources()`, so that what was synthesised from the same ones can be taken again."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(f"{path.relative_to(ROOT).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def synthesise(preset: str, directory: Path) -> None:
    """Write the cloud assembly of a preset. Findings of the checks are in its report and stop nothing here.

    Raises:
        RuntimeError: the sources were edited meanwhile, so that nobody knows of which ones it is made.
    """
    before = source_digest()
    from app import build_app  # here, because it starts a Node process that most tests can do without

    unfinished = directory.with_suffix(".unfinished")
    try:
        build_app(ROOT / "presets" / f"{preset}.toml", outdir=str(unfinished), measured_rules=True).synth()
    except RuntimeError as error:
        if not str(error).startswith("ValidationFailed"):
            raise
    if source_digest() != before:
        raise RuntimeError("The sources were edited while they were synthesised. Run the tests again.")
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
