"""How one CloudFormation resource type is declared: which API operations make it, and where names differ."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.cloudformation.api import Api

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A piece of what `Ref` returns: an attribute, or the first group of a pattern in it."""

    attribute: str
    pattern: str = "(.*)"

    def of(self, reference: Mapping[str, str]) -> str:
        """The value in a reference."""
        found = re.search(self.pattern, reference[self.attribute])
        if found is None:
            raise ValueError(f"{self.attribute} {reference[self.attribute]!r} does not look like {self.pattern}")
        return found[1]


def name_in(attribute: str) -> Part:
    """The name at the end of an ARN."""
    return Part(attribute, pattern="([^/]+)$")


@dataclass(frozen=True)
class Applied:
    """What a hook gets after a create (`old` is empty) or an update."""

    api: Api
    old: Properties
    new: Properties
    attributes: Mapping[str, Any]


def unchanged(properties: Properties, api: Api) -> Properties:
    """The properties go to the API as they are."""
    return properties


def nothing_more(applied: Applied) -> None:
    """One API operation is all that the resource needs."""


@dataclass(frozen=True)
class ResourceType:
    """A resource type as a table row.

    Attributes:
        identify: parameters of read, update and delete, made of the parts of `Ref`.
        at: dotted path of the resource in the read operation's response; empty if it is the response itself.
        ref: attributes that `Ref` joins with `|`; empty for the registry's primary identifier.
        attributes: paths in API responses by attribute, where the names differ.
        renames: API member by dotted property path, where the names differ in more than case.
        update_renames: the same, for the update operation only.
        generated_name: property that gets a name made of stack and logical id when the template sets none.
        lowercase: whether that name must be in lower case.
        arn: what the tagging operations take, as a format string of attributes and `account`.
        from_read: parameters of update that come from the read response, by path.
        on_delete: more parameters of delete.
        prepare: makes API-shaped properties of the template's.
        hooked: properties that `apply` takes care of.
        apply: the API operations that follow create and update.
        create_ignores: properties that only an update reads.
        unsupported: properties that the local service does not do anything with.
    """

    name: str
    service: str
    create: str
    read: str
    delete: str
    identify: Mapping[str, Part]
    update: str = ""
    at: str = ""
    ref: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    update_renames: Mapping[str, str] = field(default_factory=dict)
    generated_name: str = ""
    lowercase: bool = False
    arn: str = ""
    status: str = "status"
    from_read: Mapping[str, str] = field(default_factory=dict)
    on_delete: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[Properties, Api], Properties] = unchanged
    hooked: frozenset[str] = frozenset()
    apply: Callable[[Applied], None] = nothing_more
    create_ignores: frozenset[str] = frozenset()
    unsupported: frozenset[str] = frozenset()
