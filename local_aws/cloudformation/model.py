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
        """The value that a reference or a literal stands for."""
        found = re.search(self.pattern, reference[self.attribute])
        if found is None:
            raise ValueError(f"{self.attribute} {reference[self.attribute]!r} does not look like {self.pattern}")
        return found[1]


def name_in(attribute: str) -> Part:
    """The name at the end of an ARN."""
    return Part(attribute, pattern="([^/]+)$")


@dataclass(frozen=True)
class Applied:
    """What a hook gets after a create or an update."""

    api: Api
    old: Properties
    """Empty after a create."""
    new: Properties
    attributes: Mapping[str, Any]


def unchanged(properties: Properties, api: Api) -> Properties:
    """The properties go to the API as they are."""
    return properties


def nothing_more(applied: Applied) -> None:
    """One API operation is all that the resource needs."""


@dataclass(frozen=True)
class ResourceType:
    """A resource type as a table row."""

    name: str
    service: str
    create: str
    read: str
    delete: str
    identify: Mapping[str, Part]
    """Parameters of read, update and delete, made of the parts of `Ref`."""
    update: str = ""
    at: str = ""
    """Dotted path of the resource in the read operation's response; empty if it is the response itself."""
    ref: tuple[str, ...] = ()
    """Attributes that `Ref` joins with `|`; empty for the registry's primary identifier."""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Paths in API responses by attribute, where the names differ."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """API member by dotted property path, where the names differ in more than case."""
    update_renames: Mapping[str, str] = field(default_factory=dict)
    """The same, for the update operation only."""
    generated_name: str = ""
    """Property that gets a name made of stack and logical id when the template sets none."""
    lowercase: bool = False
    """Whether that name must be in lower case."""
    arn: str = ""
    """What the tagging operations take, as a format string of attributes, `account` and `region`."""
    status: str = "status"
    from_read: Mapping[str, str] = field(default_factory=dict)
    """Parameters of update that come from the read response, by path."""
    on_delete: Mapping[str, Any] = field(default_factory=dict)
    """More parameters of delete."""
    prepare: Callable[[Properties, Api], Properties] = unchanged
    """Makes API-shaped properties of the template's."""
    hooked: frozenset[str] = frozenset()
    """Properties that `apply` takes care of."""
    apply: Callable[[Applied], None] = nothing_more
    """The API operations that follow create and update."""
    create_ignores: frozenset[str] = frozenset()
    """Properties that only an update reads."""
    unsupported: frozenset[str] = frozenset()
    """Properties that the local service does not do anything with."""
