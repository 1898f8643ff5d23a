"""What stand-ins need of the rest of the local AWS: objects in S3, functions in Lambda, tables, events."""

import base64
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """One object as a listing of a bucket shows it."""

    key: str
    size: int
    etag: str
    """Changes with the content."""


@dataclass(frozen=True)
class FunctionAnswer:
    """What a function returned, or how it failed."""

    payload: Any
    error: str = ""
    """The kind of failure; empty if there was none."""


class Backend(Protocol):
    """Given by the launcher, or by a test. Missing objects raise KeyError, missing functions LookupError."""

    def get_object(self, bucket: str, key: str) -> bytes:
        """Content of an object; KeyError if there is none."""
        ...

    def list_objects(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects below a prefix, in the order of their keys."""
        ...

    def put_object(self, bucket: str, key: str, content: bytes) -> None:
        """Write an object; KeyError if there is no such bucket."""
        ...

    def invoke_lambda(
        self, name: str, payload: Mapping[str, Any], client_context: Mapping[str, Any] | None = None
    ) -> FunctionAnswer:
        """Call a function by name or ARN and wait for its answer."""
        ...

    def table(self, database: str, name: str, table: Mapping[str, Any]) -> None:
        """Make a table of the Glue catalog, and its database if that is not there; FileExistsError if it exists."""
        ...

    def emit(self, event: "ServiceEvent") -> None:
        """Send an event of a service to the default bus of its region; returns at once."""
        ...


@dataclass(frozen=True)
class ServiceEvent:
    """What a service tells EventBridge: https://docs.aws.amazon.com/eventbridge/latest/ref/events.html"""

    source: str
    detail_type: str
    detail: Mapping[str, Any]
    resources: tuple[str, ...]
    region: str


class Boto3Backend:
    """A backend of boto3 clients, for the launcher; `emit` sends events, which no client may in a service's name."""

    def __init__(self, client: Callable[[str], Any], emit: Callable[[ServiceEvent], None]) -> None:
        self._s3, self._functions, self._glue = client("s3"), client("lambda"), client("glue")
        self._emit = emit

    def get_object(self, bucket: str, key: str) -> bytes:
        """Content of an object; KeyError if it is not there."""
        try:
            content: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except self._s3.exceptions.ClientError as error:
            raise KeyError(f"s3://{bucket}/{key}") from error
        return content

    def list_objects(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        """All objects below a prefix; KeyError if there is no such bucket."""
        try:
            for found in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for item in found.get("Contents", ()):
                    yield ObjectInfo(item["Key"], item["Size"], item["ETag"])
        except self._s3.exceptions.ClientError as error:
            raise KeyError(f"s3://{bucket}") from error

    def put_object(self, bucket: str, key: str, content: bytes) -> None:
        """Write an object; KeyError if there is no such bucket."""
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=content)
        except self._s3.exceptions.ClientError as error:
            raise KeyError(f"s3://{bucket}") from error

    def invoke_lambda(
        self, name: str, payload: Mapping[str, Any], client_context: Mapping[str, Any] | None = None
    ) -> FunctionAnswer:
        """Call a function and wait; LookupError if there is no such function."""
        request: dict[str, Any] = {"FunctionName": name, "Payload": json.dumps(payload).encode()}
        if client_context is not None:
            request["ClientContext"] = base64.b64encode(json.dumps(client_context).encode()).decode()
        try:
            answer = self._functions.invoke(**request)
        except self._functions.exceptions.ResourceNotFoundException as error:
            raise LookupError(name) from error
        body = answer["Payload"].read()
        return FunctionAnswer(json.loads(body or b"null"), answer.get("FunctionError", ""))

    def table(self, database: str, name: str, table: Mapping[str, Any]) -> None:
        """Make a table, and its database if that is not there; FileExistsError if the table exists."""
        exists = self._glue.exceptions.AlreadyExistsException
        with contextlib.suppress(exists):
            self._glue.create_database(DatabaseInput={"Name": database})
        try:
            self._glue.create_table(DatabaseName=database, TableInput={"Name": name, **table})
        except exists as error:
            raise FileExistsError(f"{database}.{name}") from error

    def emit(self, event: ServiceEvent) -> None:
        """Send an event; returns at once."""
        self._emit(event)
