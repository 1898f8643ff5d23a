"""Gives the emulator's CloudFormation the declared resource types."""

import os
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services.cloudformation import provisioners, stacks

from local_aws.cloudformation.api import Api
from local_aws.cloudformation.lifecycle import Created, Lifecycle
from local_aws.cloudformation.model import Properties, ResourceType
from local_aws.cloudformation.registry import schemas
from local_aws.cloudformation.tables import TYPES

NAME_LENGTH = 63
"""Longest generated name that every declared service takes."""


def api_of(service: str) -> Api:
    """A service of the local AWS as the account and region of the current request see it."""
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    return Api(service, endpoint, responses.get_account_id(), responses.get_region())


class Handler:
    """What the emulator's engine calls for one declared type."""

    def __init__(self, declared: ResourceType) -> None:
        """Keep what it works with.

        Args:
            declared: row of the tables.
        """
        self.declared = declared
        self.schema = schemas()[declared.name]

    def entry(self) -> dict[str, Any]:
        """The functions as the emulator registers them."""
        return {"create": self.create, "update": self.update, "update_with_logical_id": True, "delete": self.delete}

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        """Create with a generated name where the template gives none."""
        return self._lifecycle().create(properties, self._namer(stack_name, logical_id))

    def update(
        self, reference: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created:
        """Update in place; a replacement is a new reference, and the engine then deletes the old resource."""
        lifecycle = self._lifecycle()
        if not lifecycle.must_replace(old, new):
            return lifecycle.update(reference, old, new)
        created: Created = provisioners._seeded_create(self.create, logical_id or reference, new, stack_name)
        return created

    def delete(self, reference: str, _: Properties) -> None:
        self._lifecycle().delete(reference)

    def _lifecycle(self) -> Lifecycle:
        return Lifecycle(self.declared, self.schema, api_of(self.declared.service))

    def _namer(self, stack_name: str, logical_id: str) -> Callable[[], str]:
        def generate() -> str:
            lowercase = self.declared.lowercase
            name: str = provisioners._physical_name(stack_name, logical_id, lowercase=lowercase, max_len=NAME_LENGTH)
            return name

        return generate


def register() -> None:
    """Add every declared type: its handlers, what replaces it, where its tags are, and that it runs off the loop."""
    for name, declared in TYPES.items():
        handler = Handler(declared)
        provisioners._RESOURCE_HANDLERS[name] = handler.entry()
        top_level = tuple(path for path in handler.schema.create_only if "." not in path)
        provisioners._REPLACING_PROPERTIES[name] = top_level
        if declared.generated_name in top_level:
            provisioners._CUSTOM_NAME_REPLACEMENT[name] = {"name": declared.generated_name}
        if handler.schema.tag_property:
            shape = "map" if handler.schema.tags_are_map else "list"
            provisioners._STACK_TAG_PROPERTY[name] = (handler.schema.tag_property, shape)
    run_off_the_loop(set(TYPES))


def run_off_the_loop(names: set[str]) -> None:
    """Run the handlers of these types on a worker thread: they call back over HTTP, which would block the loop."""
    emulators_own = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda name: name in names or emulators_own(name)
