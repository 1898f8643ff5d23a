"""Writes `registry.json` from the schemas that the installed cfn-lint bundles; a test compares the two.

Run with the development requirements: `python -m local_aws.cloudformation.refresh_registry`.
"""

import importlib.util
import json
from pathlib import Path
from typing import Any

from local_aws.cloudformation.registry import DATA

REGION = "us-east-1"
"""The region whose schemas are taken: the one that gets new types first."""


def bundled_schemas() -> Path:
    """Folder of cfn-lint's schemas, found without importing cfn-lint."""
    spec = importlib.util.find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise SystemExit("cfn-lint is not installed: pip install -r requirements-dev.txt")
    return Path(spec.origin).parent / "data" / "schemas"


def extract(type_names: list[str]) -> dict[str, dict[str, Any]]:
    """The registry facts of these types; KeyError for a type that the registry does not have."""
    folder = bundled_schemas()
    files: dict[str, str] = json.loads((folder / "providers" / f"{REGION}.json").read_text())
    return {
        name: _facts(json.loads((folder / "resources" / f"{files[name]}.json").read_text()))
        for name in sorted(type_names)
    }


def _facts(schema: dict[str, Any]) -> dict[str, Any]:
    tag_property = _tag_property(schema)
    return {
        "properties": sorted(schema["properties"]),
        "required": sorted(schema.get("required", [])),
        "identifier": _paths(schema, "primaryIdentifier"),
        "create_only": _paths(schema, "createOnlyProperties"),
        "read_only": _paths(schema, "readOnlyProperties"),
        "tag_property": tag_property,
        "tags_are_map": tag_property is not None and _type_of(schema, tag_property) == "object",
    }


def _paths(schema: dict[str, Any], key: str) -> list[str]:
    paths = (pointer.removeprefix("/properties/").replace("/", ".") for pointer in schema.get(key, []))
    return [path for path in paths if "*" not in path]


def _tag_property(schema: dict[str, Any]) -> str | None:
    tagging = schema.get("tagging", {})
    if isinstance(tagging, dict) and tagging.get("tagProperty"):
        return str(tagging["tagProperty"]).removeprefix("/properties/")
    return "Tags" if "Tags" in schema["properties"] else None


def _type_of(schema: dict[str, Any], name: str) -> str:
    found = schema["properties"][name]
    while "$ref" in found:
        found = schema["definitions"][found["$ref"].rsplit("/", 1)[1]]
    return str(found.get("type"))


def render(type_names: list[str]) -> str:
    """Content of `registry.json` for these types."""
    return json.dumps(extract(type_names), indent=1) + "\n"


def main() -> None:
    """Refresh the types that the tables declare."""
    from local_aws.cloudformation.tables import TYPES

    DATA.write_text(render(list(TYPES)))


if __name__ == "__main__":
    main()
