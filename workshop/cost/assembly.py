"""What a configuration deploys: the resources in the templates of its cloud assembly."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stacks.config import WorkshopConfig

ROOT = Path(__file__).parents[2]


class AssemblyError(Exception):
    """The templates are not there, or not those of the configuration; the text says which, and what to do."""


class SynthesisError(Exception):
    """The app does not synthesise; the text is what it said."""


@dataclass(frozen=True)
class DeclaredResource:
    """One resource of a template, with its stack."""

    stack: str
    """Construct id of its stack, such as `Knowledge`."""
    logical_id: str
    type: str
    """CloudFormation's type, such as `AWS::S3::Bucket`."""
    properties: Mapping[str, Any]


def synthesise(config_path: Path) -> list[DeclaredResource]:
    """The resources that the app makes of a configuration, as the CDK CLI would run it; AWS is not asked.

    Raises:
        SynthesisError: the app failed, or a check found something.
    """
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            **os.environ,
            "CDK_OUTDIR": folder,
            "CDK_CONTEXT_JSON": json.dumps({"config": str(config_path.resolve())}),
            "CDK_VALIDATION": "false",
        }
        done = subprocess.run(  # our own app
            [sys.executable, "app.py"], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SynthesisError(done.stderr.strip() or f"app.py ended with exit code {done.returncode}")
        return _resources(Path(folder))


def read_assembly(folder: Path, config: WorkshopConfig) -> list[DeclaredResource]:
    """The resources in a cloud assembly, such as `cdk.out`, that was synthesised from that configuration.

    Raises:
        AssemblyError: there is no readable assembly, or it is of another workshop.
    """
    try:
        names = set(_stacks(folder).values())
        resources = _resources(folder)
    except FileNotFoundError as error:
        raise AssemblyError(f"{folder} is not a cloud assembly: {error.filename} is not there; run cdk synth") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssemblyError(f"{folder} cannot be read as a cloud assembly: {error}") from None
    if strange := sorted(name for name in names if not name.startswith(f"{config.workshop_id}-")):
        raise AssemblyError(f"{folder} is not of the workshop {config.workshop_id}: it has {', '.join(strange)}")
    return resources


def _resources(folder: Path) -> list[DeclaredResource]:
    return [each for stack in _stacks(folder) for each in declared(stack, _template(folder, stack))]


def declared(stack: str, template: Mapping[str, Any]) -> list[DeclaredResource]:
    """The resources of one template.

    Args:
        stack: construct id of its stack.
    """
    return [
        DeclaredResource(stack, logical_id, resource["Type"], resource.get("Properties", {}))
        for logical_id, resource in template["Resources"].items()
    ]


def _template(folder: Path, stack: str) -> Any:
    file = _manifest(folder)[stack]["properties"]["templateFile"]
    return json.loads((folder / file).read_text(encoding="utf-8"))


def _stacks(folder: Path) -> dict[str, str]:
    """Names of the stacks by their construct id."""
    return {
        name: artifact["properties"].get("stackName", name)
        for name, artifact in _manifest(folder).items()
        if artifact["type"] == "aws:cloudformation:stack"
    }


def _manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
