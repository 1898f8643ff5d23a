"""What the tests of the stand-ins share: a clock, a backend in memory, a world."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.services.shared.backend import FunctionAnswer, ObjectInfo, ServiceEvent

REGION = "ap-southeast-1"
ROLE = "arn:aws:iam::111122223333:role/workshop/ws/role"
FUNCTION = "arn:aws:lambda:ap-southeast-1:111122223333:function:tool"
COHERE = f"arn:aws:bedrock:{REGION}::foundation-model/cohere.embed-multilingual-v3"


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class MemoryBackend:
    """Objects, functions and tables in memory; `invocations` are (name, payload, client context)."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)
    functions: dict[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    invocations: list[tuple[str, Any, Any]] = field(default_factory=list)
    tables: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    events: list[ServiceEvent] = field(default_factory=list)

    def get_object(self, bucket: str, key: str) -> bytes:
        return self.objects[bucket, key]

    def list_objects(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        if not any(each == bucket for each, _ in self.objects):
            raise KeyError(bucket)
        for (each, key), content in sorted(self.objects.items()):
            if each == bucket and key.startswith(prefix):
                yield ObjectInfo(key, len(content), hashlib.sha256(content).hexdigest())

    def put_object(self, bucket: str, key: str, content: bytes) -> None:
        self.objects[bucket, key] = content

    def invoke_lambda(
        self, name: str, payload: Mapping[str, Any], client_context: Mapping[str, Any] | None = None
    ) -> FunctionAnswer:
        if name not in self.functions:
            raise LookupError(name)
        self.invocations.append((name, payload, client_context))
        try:
            return FunctionAnswer(self.functions[name](payload, client_context))
        except ZeroDivisionError:
            return FunctionAnswer({"errorType": "ZeroDivisionError"}, "Unhandled")

    def table(self, database: str, name: str, table: Mapping[str, Any]) -> None:
        if (database, name) in self.tables:
            raise FileExistsError(name)
        self.tables[database, name] = table

    def emit(self, event: ServiceEvent) -> None:
        self.events.append(event)
