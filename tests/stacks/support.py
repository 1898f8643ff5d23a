"""Small questions about templates."""

from collections.abc import Callable, Mapping
from typing import Any

Template = dict[str, Any]
Templates = Mapping[str, Template]
Synthesise = Callable[[str], Templates]


def of_type(template: Template, resource_type: str) -> dict[str, dict[str, Any]]:
    """Properties of the resources of one type, by logical id."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == resource_type
    }


def only(template: Template, resource_type: str) -> dict[str, Any]:
    """Properties of the only resource of a type."""
    (properties,) = of_type(template, resource_type).values()
    return properties


def everywhere(templates: Templates, resource_type: str) -> dict[str, dict[str, Any]]:
    """Properties of the resources of one type in all stacks, by `<stack>/<logical id>`."""
    return {
        f"{stack}/{logical_id}": properties
        for stack, template in templates.items()
        for logical_id, properties in of_type(template, resource_type).items()
    }


def resource_types(templates: Templates) -> set[str]:
    """All types that are deployed."""
    return {resource["Type"] for template in templates.values() for resource in template["Resources"].values()}


def statements(role: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All statements of a role's inline policies."""
    return [statement for policy in role.get("Policies", []) for statement in policy["PolicyDocument"]["Statement"]]
