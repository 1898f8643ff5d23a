"""Tags of a template on a resource, whatever the service calls its tagging operations."""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape

from local_aws.cloudformation import shapes
from local_aws.cloudformation.api import Api

TAG_OPERATIONS = ("TagResource", "AddTags", "CreateTags")
UNTAG_OPERATIONS = ("UntagResource", "DeleteTags", "RemoveTags")


def as_map(tags: Any) -> dict[str, str]:
    """A template's tags, a list of `Key` and `Value` or a map, as a map."""
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in tags or []}


def for_member(tags: Any, shape: Shape) -> Any:
    """A template's tags as a member of this shape takes them."""
    if isinstance(shape, MapShape):
        return as_map(tags)
    return shapes.to_api([{"Key": key, "Value": value} for key, value in as_map(tags).items()], shape)


def synchronise(api: Api, arn: str, old: Any, new: Any) -> None:
    """Bring the tags of a resource from what the template said to what it says; other tags stay.

    Raises:
        ValueError: the service has no tagging operations.
    """
    before, after = as_map(old), as_map(new)
    gone = sorted(before.keys() - after.keys())
    added = {key: value for key, value in after.items() if before.get(key) != value}
    if gone:
        _call(api, UNTAG_OPERATIONS, arn, {key: before[key] for key in gone})
    if added:
        _call(api, TAG_OPERATIONS, arn, added)


def _call(api: Api, operations: tuple[str, ...], arn: str, tags: dict[str, str]) -> None:
    name = next((name for name in operations if api.has(name)), None)
    if name is None:
        raise ValueError(f"the service {api.service} has none of the operations {', '.join(operations)}")
    parameters: dict[str, Any] = {}
    members = shapes.input_members(api.operation(name))
    for member, shape in members.members.items():
        if member == "Resources":
            parameters[member] = [arn]
        elif isinstance(shape, ListShape) and shape.member.type_name == "string":
            parameters[member] = list(tags)
        elif isinstance(shape, ListShape | MapShape):
            parameters[member] = for_member(tags, shape)
        elif member in members.required_members:
            parameters[member] = arn
    api.call(name, parameters)
