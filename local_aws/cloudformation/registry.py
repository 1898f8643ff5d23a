"""What the CloudFormation registry says about a resource type: identifier, create-only and read-only properties, tags.

The facts are in `registry.json`, a small extract of the schemas that cfn-lint bundles, so that the local AWS starts
without cfn-lint. `python -m local_aws.cloudformation.refresh_registry` writes it anew.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("registry.json")


@dataclass(frozen=True)
class Schema:
    """One resource type of the registry; property paths are dotted, such as `Budget.BudgetName`."""

    properties: frozenset[str]
    required: frozenset[str]
    identifier: tuple[str, ...]
    create_only: tuple[str, ...]
    read_only: tuple[str, ...]
    tag_property: str | None
    tags_are_map: bool

    def settable(self, name: str) -> bool:
        """Whether a template may set this top-level property."""
        return name in self.properties and name not in self.read_only


@cache
def schemas() -> dict[str, Schema]:
    """Every type of `registry.json` by name, such as `AWS::Bedrock::Agent`."""
    return {name: _schema(raw) for name, raw in json.loads(DATA.read_text()).items()}


def _schema(raw: dict[str, Any]) -> Schema:
    return Schema(
        properties=frozenset(raw["properties"]),
        required=frozenset(raw["required"]),
        identifier=tuple(raw["identifier"]),
        create_only=tuple(raw["create_only"]),
        read_only=tuple(raw["read_only"]),
        tag_property=raw["tag_property"],
        tags_are_map=raw["tags_are_map"],
    )
