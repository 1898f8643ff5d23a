"""Create, update, replace and delete any declared resource type, the way CloudFormation does."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape

from local_aws.cloudformation import shapes, tags
from local_aws.cloudformation.api import Api, MissingError
from local_aws.cloudformation.model import Applied, Properties, ResourceType
from local_aws.cloudformation.registry import Schema

Created = tuple[str, dict[str, Any]]
"""What `Ref` returns, and the attributes of `Fn::GetAtt`."""

SETTLE_SECONDS = 120


class ResourceRefusedError(ValueError):
    """The template asks for something that the registry or the service does not allow."""


class Lifecycle:
    """One resource type in one account and region."""

    def __init__(self, declared: ResourceType, schema: Schema, api: Api) -> None:
        """Keep what it works with.

        Args:
            declared: row of the tables.
            schema: the registry's facts.
        """
        self.declared, self.schema, self.api = declared, schema, api
        self.ref = declared.ref or schema.identifier
        self._name_attribute = declared.generated_name.split(".")[-1]

    # ---- what the engine calls ---------------------------------------------------------------------------------

    def create(self, properties: Properties, generated_name: Callable[[], str]) -> Created:
        """Make the resource. A resource that does not settle is deleted again.

        Raises:
            ResourceRefusedError: unknown or missing properties. ValueError: the service refuses.
        """
        properties = self._named(properties, generated_name)
        self._check(properties)
        created = self.api.call(self.declared.create, self._create_request(properties))
        attributes = self._attributes(properties, created, {})
        reference = self._join(attributes)
        try:
            attributes = self._attributes(properties, created, self._settled(reference))
            self._tag_after_create(properties, attributes)
            self.declared.apply(Applied(self.api, {}, properties, attributes))
            return reference, self._attributes(properties, created, self._settled(reference))
        except Exception as problem:
            self._take_back(reference, problem)
            raise

    def _take_back(self, reference: str, problem: Exception) -> None:
        try:
            self.delete(reference)
        except Exception as second:
            raise ValueError(f"{problem}; and {reference} is left behind: {second}") from problem

    def must_replace(self, old: Properties, new: Properties) -> bool:
        """Whether a property below the top level changed that the registry calls create-only."""
        return any(shapes.find(old, path) != shapes.find(new, path) for path in self.schema.create_only)

    def update(self, reference: str, old: Properties, new: Properties) -> Created:
        """Change the resource in place.

        Raises:
            ResourceRefusedError: a changed property that no operation updates.
        """
        self._check(new)
        changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
        attributes = self._attributes(new, {}, self.read(reference))
        tag_property = self.schema.tag_property
        if tag_property in changed:
            tags.synchronise(self.api, self._arn(attributes), old.get(tag_property), new.get(tag_property))
        named = self._named(new, lambda: str(attributes[self._name_attribute]))
        self._update_in_place(reference, changed - {tag_property}, named)
        self.declared.apply(Applied(self.api, old, new, attributes))
        return reference, self._attributes(new, {}, self._settled(reference))

    def delete(self, reference: str) -> None:
        """Delete the resource and wait until it is gone; a resource that is not there is fine."""
        request = self._identity(self.declared.delete, reference) | dict(self.declared.on_delete)
        try:
            self.api.call(self.declared.delete, request)
            for _ in _ticks():
                self.read(reference)
        except MissingError:
            return
        raise ResourceRefusedError(f"{reference} is still there {SETTLE_SECONDS} s after {self.declared.delete}")

    # ---- requests ----------------------------------------------------------------------------------------------

    def _named(self, properties: Properties, generated_name: Callable[[], str]) -> Properties:
        path = self.declared.generated_name.split(".")
        if path == [""] or shapes.find(properties, self.declared.generated_name):
            return properties
        if len(path) == 1:
            return {**properties, path[0]: generated_name()}
        return {**properties, path[0]: {**properties.get(path[0], {}), path[1]: generated_name()}}

    def _check(self, properties: Properties) -> None:
        unknown = sorted(name for name in properties if not self.schema.settable(name))
        missing = sorted(self.schema.required - properties.keys())
        if unknown or missing:
            raise ResourceRefusedError(
                f"{self.declared.name}: unknown properties {unknown}, missing properties {missing}"
            )
        unsupported = sorted(self.declared.unsupported & properties.keys())
        if unsupported:
            raise ResourceRefusedError(
                f"{self.declared.name}: the local AWS does nothing with {', '.join(unsupported)}"
            )

    def _create_request(self, properties: Properties) -> dict[str, Any]:
        left_out = self.declared.hooked | self.declared.create_ignores
        kept = {name: value for name, value in properties.items() if name not in left_out}
        prepared = self.declared.prepare(kept, self.api)
        return self._request(self.declared.create, prepared, self.declared.renames)

    def _request(self, operation: str, prepared: Properties, renames: Mapping[str, str]) -> dict[str, Any]:
        shape = shapes.input_members(self.api.operation(operation))
        wanted = dict(prepared)
        given_tags = wanted.pop(self.schema.tag_property or "", None)
        request: dict[str, Any] = shapes.to_api(wanted, shape, renames=renames)
        tag_member = self._tag_member(operation)
        if given_tags and tag_member:
            request[tag_member] = tags.for_member(given_tags, shape.members[tag_member])
        if "AccountId" in shape.members:
            request["AccountId"] = self.api.account
        return request

    def _tag_member(self, operation: str) -> str | None:
        shape = shapes.input_members(self.api.operation(operation))
        name = self.schema.tag_property or ""
        return shapes.member_name(shape, self.declared.renames.get(name, name))

    def _tag_after_create(self, properties: Properties, attributes: Mapping[str, Any]) -> None:
        given = properties.get(self.schema.tag_property or "")
        if given and not self._tag_member(self.declared.create):
            tags.synchronise(self.api, self._arn(attributes), None, given)

    def _arn(self, attributes: Mapping[str, Any]) -> str:
        return self.declared.arn.format(**attributes, account=self.api.account, region=self.api.region)

    def _update_in_place(self, reference: str, changed: set[str], named: Properties) -> None:
        changed -= self.declared.hooked
        if not changed:
            return
        if not self.declared.update:
            raise ResourceRefusedError(f"{self.declared.name}: {', '.join(sorted(changed))} cannot be updated in place")
        renames = {**self.declared.renames, **self.declared.update_renames}
        shape = shapes.input_members(self.api.operation(self.declared.update))
        new = {name: value for name, value in named.items() if name not in self.declared.hooked}
        prepared = self.declared.prepare(new, self.api)
        kept = {name: prepared[name] for name in prepared if name in renames or shapes.member_name(shape, name)}
        orphaned = sorted(name for name in changed if name in prepared and name not in kept)
        if orphaned:
            raise ResourceRefusedError(f"{self.declared.name}: no operation updates {', '.join(orphaned)}")
        request = self._request(self.declared.update, kept, renames) | self._identity(self.declared.update, reference)
        if self.declared.from_read:
            found = self.read(reference)
            request |= {member: shapes.find(found, path) for member, path in self.declared.from_read.items()}
        self.api.call(self.declared.update, request)

    def _identity(self, operation: str, reference: str) -> dict[str, Any]:
        parts = dict(zip(self.ref, reference.split("|"), strict=True))
        members = shapes.input_members(self.api.operation(operation)).members
        found: dict[str, Any] = {}
        for member, part in self.declared.identify.items():
            if member in members:
                value = part.of(parts)
                found[member] = [value] if isinstance(members[member], ListShape) else value
        if "AccountId" in members:
            found["AccountId"] = self.api.account
        return found

    # ---- responses ---------------------------------------------------------------------------------------------

    def read(self, reference: str) -> dict[str, Any]:
        """What the service says of the resource. Raises MissingError if it is not there."""
        response = self.api.call(self.declared.read, self._identity(self.declared.read, reference))
        found = shapes.find(response, self.declared.at)
        if found is None:
            raise MissingError(reference)
        return dict(found)

    def _settled(self, reference: str) -> dict[str, Any]:
        for _ in _ticks():
            found = self.read(reference)
            status = str(shapes.find(found, self.declared.status) or "").upper()
            if "FAIL" in status:
                raise ValueError(f"{reference} is {status}: {_reasons(found)}")
            if not status.endswith("ING"):
                return found
        raise ValueError(f"{reference} is still {status} after {SETTLE_SECONDS} s")

    def _attributes(
        self, properties: Properties, created: Mapping[str, Any], read: Mapping[str, Any]
    ) -> dict[str, Any]:
        nested = [value for value in created.values() if isinstance(value, dict)]
        sources = [read, created, *nested, properties]
        wanted = [*self.schema.read_only, *self.schema.identifier, *self.ref, self._name_attribute]
        found = {}
        for name in filter(None, wanted):
            paths = self.declared.attributes.get(name, (name,))
            values = (shapes.find(source, path) for source in sources for path in paths)
            value = next((value for value in values if value is not None), None)
            if value is not None:
                found[name] = shapes.attribute(value)
        return found

    def _join(self, attributes: Mapping[str, Any]) -> str:
        missing = [name for name in self.ref if name not in attributes]
        if missing:
            raise ValueError(f"{self.declared.create} of {self.declared.name} returned no {', '.join(missing)}")
        return "|".join(str(attributes[name]) for name in self.ref)


def _ticks() -> Any:
    deadline = time.monotonic() + SETTLE_SECONDS
    pause = 0.02
    while time.monotonic() < deadline:
        yield pause
        time.sleep(pause)
        pause = min(pause * 2, 0.5)


def _reasons(found: Mapping[str, Any]) -> str:
    names = [name for name in found if "reason" in name.lower()]
    return "; ".join(str(found[name]) for name in names) or "no reason given"
