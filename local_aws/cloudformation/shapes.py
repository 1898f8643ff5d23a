"""Template properties to API parameters and back, led by botocore's service models."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

NOTHING: Mapping[str, str] = {}


class UnknownMemberError(ValueError):
    """A property that the API operation has no member for."""


def member_name(shape: StructureShape, name: str) -> str | None:
    """The member of a structure that a property of this name means: the same word in another case."""
    return next((member for member in shape.members if member.lower() == name.lower()), None)


def input_members(operation: OperationModel) -> StructureShape:
    """Members of the input of an operation, by name."""
    shape = operation.input_shape
    if not isinstance(shape, StructureShape):
        raise UnknownMemberError(f"{operation.name} takes no input")
    return shape


def to_api(value: Any, shape: Shape, path: str = "", renames: Mapping[str, str] = NOTHING) -> Any:
    """A property value as the API wants it.

    Args:
        path: dotted property path of the value, for messages and renames.
        renames: API member by dotted property path, where the two names differ in more than case.
    Raises:
        UnknownMemberError: with the path of the property, so that nothing of a template is silently dropped.
    """
    if isinstance(shape, StructureShape):
        return _structure(value, shape, path, renames)
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise UnknownMemberError(f"{path}: a list is expected, found {value!r}")
        return [to_api(item, shape.member, path, renames) for item in value]
    if isinstance(shape, MapShape):
        if not isinstance(value, dict):
            raise UnknownMemberError(f"{path}: a map is expected, found {value!r}")
        return {key: to_api(item, shape.value, f"{path}.{key}", renames) for key, item in value.items()}
    return _scalar(value, shape.type_name)


def _structure(value: Any, shape: StructureShape, path: str, renames: Mapping[str, str]) -> Any:
    if getattr(shape, "is_document_type", False):
        return value
    if not isinstance(value, dict):
        raise UnknownMemberError(f"{path}: an object is expected, found {value!r}")
    if list(shape.members) == ["optionalValue"]:
        # AgentCore's update operations tell "leave as it is" from "clear" by this wrapper.
        return {"optionalValue": to_api(value, shape.members["optionalValue"], path, renames)}
    found = {}
    for key, item in value.items():
        inner = f"{path}.{key}".lstrip(".")
        member = renames.get(inner) or member_name(shape, key)
        if member is None or member not in shape.members:
            raise UnknownMemberError(f"{inner}: the API has no such member; it has {', '.join(sorted(shape.members))}")
        found[member] = to_api(item, shape.members[member], inner, renames)
    return found


def _scalar(value: Any, type_name: str) -> Any:
    if type_name in ("integer", "long"):
        return int(value)
    if type_name in ("float", "double"):
        return float(value)
    if type_name == "boolean":
        return str(value).lower() == "true"
    if type_name == "string" and isinstance(value, dict | list):
        return json.dumps(value)
    if type_name == "string" and isinstance(value, bool):
        return str(value).lower()
    return str(value) if type_name == "string" else value


def find(response: Any, path: str) -> Any:
    """Value at a dotted path of an API response, whatever the case of its members; None where there is none."""
    for name in filter(None, path.split(".")):
        if isinstance(response, list):
            response = next(iter(response[int(name) :]), None) if name.isdecimal() else None
        elif isinstance(response, dict):
            response = next((item for key, item in response.items() if key.lower() == name.lower()), None)
        else:
            return None
    return response


def attribute(value: Any) -> Any:
    """An API value as `Fn::GetAtt` returns it."""
    return value.isoformat() if isinstance(value, datetime) else value
