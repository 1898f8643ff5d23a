"""From a record to the members that an answer's shape asks for, and the small conventions of AWS's models."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from local_aws.framework.kinds import EmulatedResource
from local_aws.framework.world import Params

_TOKENS = ("NextToken", "nextToken", "Marker", "nextMarker", "NextMarker")
_LIMITS = ("MaxResults", "maxResults", "MaxItems", "Limit", "limit", "maxItems")


def first_member(shape: Any, names: Iterable[str]) -> str:
    """First of `names` that is a member of `shape`; empty if none is."""
    members = shape.members if shape else {}
    return next((name for name in names if name in members), "")


def token_member(shape: Any) -> str:
    """Name of the page token in a request or an answer."""
    return first_member(shape, _TOKENS)


def limit_member(shape: Any) -> str:
    """Name of the page size in a request."""
    return first_member(shape, _LIMITS)


def tags_member(shape: Any) -> str:
    """Name of the tags in a request or an answer."""
    return first_member(shape, ("Tags", "tags", "TagsList", "resourceTags", "ResourceTags"))


def tags_in(value: Any) -> dict[str, str]:
    """Tags as a plain dict, from a map or from a list of key and value."""
    if isinstance(value, dict):
        return dict(value)
    return {item.get("Key", item.get("key")): item.get("Value", item.get("value", "")) for item in value or ()}


def tags_out(shape: Any, tags: dict[str, str]) -> Any:
    """Tags as `shape` wants them: a map or a list of key and value."""
    if shape.type_name == "map":
        return dict(tags)
    key = first_member(shape.member, ("Key", "key"))
    value = first_member(shape.member, ("Value", "value"))
    return [{key: name, value: text} for name, text in tags.items()]


def items_member(shape: Any) -> str:
    """The one list in a listing's answer; ambiguous shapes must be declared with `EmulatedKind.items`."""
    lists = [name for name, member in shape.members.items() if member.type_name == "list"]
    return lists[0] if len(lists) == 1 else ""


def wrapper_member(shape: Any, record: EmulatedResource) -> str:
    """The structure that holds the whole resource, as in `{"knowledgeBase": {…}}`; empty if the answer is flat."""
    structures = [name for name, member in shape.members.items() if _is_plain_structure(member)]
    named = {record.kind.key[-1], record.kind.arn_member, *record.kind.outputs}
    if len(structures) == 1 and not named & set(shape.members) - set(structures):
        return str(structures[0])
    return ""


def _is_plain_structure(shape: Any) -> bool:
    return shape.type_name == "structure" and not shape.is_document_type


def project(shape: Any, record: EmulatedResource, status: str) -> Params:
    """Members of `shape` that the record can fill, top level and below cut to the shape."""
    answer: Params = {}
    for name, member in shape.members.items():
        value = _value(name, member, record, status)
        if value is not None:
            answer[name] = prune(member, value)
    return answer


def _value(name: str, member: Any, record: EmulatedResource, status: str) -> Any:
    kind = record.kind
    source = kind.outputs.get(name, name)
    if kind.life and source == kind.life.member:
        return status
    if source == kind.arn_member:
        return record.arn
    if name == tags_member_name(name) and member.type_name in ("map", "list"):
        return tags_out(member, record.tags) if record.tags else record.members.get(source)
    if source in record.members:
        return record.members[source]
    if source in kind.key:
        return record.key[kind.key.index(source)] or None
    return _time(name, member, record)


def tags_member_name(name: str) -> str:
    """`name` if it is one of the names that tags go by."""
    return name if name in ("Tags", "tags", "resourceTags", "ResourceTags") else ""


def _time(name: str, member: Any, record: EmulatedResource) -> Any:
    lower = name.lower()
    if lower.startswith(("creat", "started")):
        moment = record.created
    elif lower.startswith(("lastmodified", "lastupdated", "updated", "modified")):
        moment = record.modified
    else:
        return None
    if member.type_name == "timestamp":
        return datetime.fromtimestamp(moment).astimezone()
    # OpenSearch Serverless counts milliseconds in an integer.
    return int(moment * 1000) if member.type_name == "long" else None


def prune(shape: Any, value: Any) -> Any:
    """`value` without the members that `shape` does not have: requests and answers model the same thing differently."""
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        return {name: prune(shape.members[name], item) for name, item in value.items() if name in shape.members}
    if shape.type_name == "list" and isinstance(value, list):
        return [prune(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: prune(shape.value, item) for name, item in value.items()}
    return value
