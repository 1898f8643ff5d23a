"""Synthesised templates as the rules see them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from stacks.checks.values import get, known_text, reference

NAMES = {
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::S3Vectors::Index": "IndexName",
}
"""Property that names a resource to which another may refer by a text."""


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource of a template, with its logical id."""

    logical_id: str
    type: str
    body: Mapping[str, Any]
    """Everything that the template says about it, `Properties` included."""
    template: "Template" = field(repr=False)

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its `Properties`, empty if there are none."""
        return self.body.get("Properties") or {}

    @property
    def depends_on(self) -> list[str]:
        """Logical ids of its explicit dependencies."""
        value = self.body.get("DependsOn", [])
        return [value] if isinstance(value, str) else list(value)


@dataclass(frozen=True, eq=False)
class Template:
    """One CloudFormation template of the assembly."""

    stack_name: str
    body: Mapping[str, Any]
    path: Path | None = None
    """The file in the cloud assembly, if it came from one."""

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The resources of the template by logical id."""
        return {
            logical_id: Resource(logical_id, body["Type"], body, self)
            for logical_id, body in self.body.get("Resources", {}).items()
        }

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources.values():
            found.setdefault(resource.type, []).append(resource)
        return found

    def of_type(self, *types: str) -> Iterator[Resource]:
        for name in types:
            yield from self._by_type.get(name, [])


@dataclass(frozen=True, eq=False)
class Assembly:
    """All templates of one app, by stack name."""

    templates: Mapping[str, Template]

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Resources of the given types in any stack."""
        for template in self.templates.values():
            yield from template.of_type(*types)

    def follow(self, template: Template, value: Any) -> tuple[Template, Any]:
        """Follow `Fn::GetStackOutput` to the stack that has the output, until a value that is none.

        Returns the template in which the returned value is to be read.
        """
        while isinstance(value, Mapping) and "Fn::GetStackOutput" in value:
            output = value["Fn::GetStackOutput"]
            producer = self.templates.get(str(output.get("StackName")))
            if producer is None:
                break
            template = producer
            value = producer.body.get("Outputs", {}).get(output.get("OutputName"), {}).get("Value")
        return template, value

    def target(self, template: Template, value: Any) -> Resource | None:
        """The resource that a value stands for: by reference, by stack output, or by its name or ARN written out."""
        owner, followed = self.follow(template, value)
        name = reference(followed)
        if name is not None:
            return owner.resources.get(name)
        text = known_text(followed)
        return self._named.get(re.split("[/:]", text)[-1]) if text else None

    @cached_property
    def _named(self) -> dict[str, Resource]:
        """Resources by the name that their template gives them."""
        resources = (resource for template in self.templates.values() for resource in template.resources.values())
        named = ((known_text(get(each.properties, NAMES.get(each.type, "-"))), each) for each in resources)
        return {name: resource for name, resource in named if name}


def load_assembly(directory: Path) -> Assembly:
    """Read the templates of a cloud assembly directory (`cdk.out`).

    Raises FileNotFoundError when there is no `manifest.json`.
    """
    manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    templates: dict[str, Template] = {}
    for artifact_id, artifact in manifest["artifacts"].items():
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        properties = artifact["properties"]
        path = directory / properties["templateFile"]
        name = properties.get("stackName", artifact_id)
        templates[name] = Template(name, json.loads(path.read_text(encoding="utf-8")), path)
    return Assembly(templates)
