"""The two doors onto one set of stand-ins: HTTP (`StandIns.handle`) and botocore's events (`StandIns.attach`)."""

import re
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from werkzeug.datastructures import Headers, MultiDict

from local_aws.framework import wire
from local_aws.framework.service import StandIn
from local_aws.framework.world import ApiError, Params, StandInError, World

_CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_Service = TypeVar("_Service", bound=StandIn)


class StandIns:
    """All stand-ins of one world, found by service name."""

    def __init__(self, world: World, services: Iterable[StandIn]) -> None:
        self.world = world
        self._services = {service.service: service for service in services}
        for service in self._services.values():
            service.neighbours.update(self._services)
        self._service_ids: dict[str, str] = {}

    def __contains__(self, service: str) -> bool:
        return service in self._services

    def __getitem__(self, service: str) -> StandIn:
        return self._services[service]

    @property
    def names(self) -> list[str]:
        """botocore's names of the services that are stood in for."""
        return sorted(self._services)

    def the(self, kind: type[_Service]) -> _Service:
        """The one stand-in that is of the given class."""
        found = self._services[kind.service]
        if not isinstance(found, kind):
            raise StandInError(f"{kind.service} is stood in for by {type(found).__name__}, not {kind.__name__}")
        return found

    def call(self, service: str, operation: str, region: str = "", **params: Any) -> Params:
        """An operation without any wire: for tests and for stand-ins that need one another."""
        return self._services[service].call(operation, params, region)

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, query: wire.Query = ""
    ) -> wire.Response:
        """The HTTP door: any request that an AWS client sends for one of the services.

        The service is found by the signing name in Authorization and by its routes; 404 if none fits. `path` may be
        decoded or not.
        """
        known = Headers(list(headers.items()))
        values = wire.values_of(query)
        raw = next(
            (each.raw(method, path, dict(headers), body) for each in self._services.values() if each.serves_raw(path)),
            None,
        )
        if raw is not None:
            return raw
        found = self._find(method, path, known, body, values)
        if found is None:
            error = b'{"__type": "UnknownOperationException", "message": "No stand-in serves this request."}'
            return 404, {"Content-Type": "application/json", "x-amzn-ErrorType": "UnknownOperationException"}, error
        service, operation, labels = found
        return self._answer(service, operation, labels, known, body, values)

    def find(
        self, method: str, path: str, headers: Headers, body: bytes, query: MultiDict[str, str]
    ) -> tuple[str, str, dict[str, str]] | None:
        """(service, operation, path labels) of a request that a stand-in really does, or None.

        What a server asks before it sends a request here rather than elsewhere. The operation is empty for a path
        outside the models, such as a gateway's MCP endpoint; such requests may be signed or not.
        """
        for name, service in self._services.items():
            if service.serves_raw(path):
                return name, "", {}
        found = self._find(method, path, headers, body, query)
        return found if found and found[1] in self._services[found[0]].operations else None

    def _find(
        self, method: str, path: str, headers: Headers, body: bytes, query: MultiDict[str, str]
    ) -> tuple[str, str, dict[str, str]] | None:
        # Services that share a signing name (bedrock-*) may share a path too; then one that does the operation is
        # preferred to one that only has it in its model.
        credential = _CREDENTIAL.search(headers.get("Authorization", ""))
        scope = credential[3] if credential else ""
        matches = []
        for name, service in self._services.items():
            if scope and scope != (service.scope or name):
                continue
            hit = wire.find_operation(name, method, path, headers, body, query)
            if hit:
                matches.append((hit[0] in service.operations, name, hit))
        if not matches:
            return None
        # A label that swallows slashes makes PrepareAgent of every path below an agent: the plain reading goes first.
        plain = [(does, not any("/" in value for value in hit[1].values()), name, hit) for does, name, hit in matches]
        _, _, name, (operation, labels) = max(plain, key=lambda match: match[:2])
        return name, operation, labels

    def _answer(
        self, service: str, operation: str, labels: dict[str, str], headers: Headers, body: bytes, query: Any
    ) -> wire.Response:
        credential = _CREDENTIAL.search(headers.get("Authorization", ""))
        try:
            params = wire.parse(service, operation, labels, headers, body, query)
            result = self._services[service].call(operation, params, credential[2] if credential else "")
        except ApiError as error:
            return wire.serialize_error(service, error)
        return wire.serialize(service, operation, result)

    def attach(self, target: Any, *, others: str = "refuse") -> Callable[[], None]:
        """The in-process door: answer the requests of a boto3/botocore client or session.

        Requests are built, signed and parsed by botocore as ever; only the sending is replaced. A session must be
        attached before its clients are made. Services without a stand-in are refused, or with `others="pass"` left to
        whoever else listens (moto) and then to the network. Returns the function that detaches.
        """
        events = getattr(target, "events", None) or _emitter(target)

        def answer(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
            service_id, operation = event_name.split(".")[1:]
            name = self._by_service_id(service_id)
            if name is None:
                if others == "pass":
                    return None
                raise StandInError(f"No stand-in for {service_id}.{operation}; nothing is sent to the network.")
            return self._answer_prepared(name, operation, request)

        events.register_first("before-send", answer)
        return lambda: events.unregister("before-send", answer)

    def _by_service_id(self, service_id: str) -> str | None:
        """The service that botocore's events call so; mostly its name, so that models are loaded only when needed."""
        if service_id in self._services:
            return service_id
        if not self._service_ids:
            self._service_ids = {each.model.service_id.hyphenize(): name for name, each in self._services.items()}
        return self._service_ids.get(service_id)

    def _answer_prepared(self, service: str, operation: str, request: Any) -> AWSResponse:
        headers = Headers([(key, _text(value)) for key, value in request.headers.items()])
        body = _read(request.body)
        parts = urlsplit(request.url)
        query = wire.values_of(parts.query)
        found = wire.find_operation(service, request.method, parts.path, headers, body, query)
        labels = found[1] if found else {}
        status, answered, content = self._answer(service, operation, labels, headers, body, query)
        return AWSResponse(request.url, status, Headers(answered), _Raw(content))  # type: ignore[arg-type]


class _Raw(BytesIO):
    """What botocore expects of a urllib3 response body."""

    def stream(self, amt: int = 65536, **_: Any) -> Iterable[bytes]:
        while chunk := self.read(amt):
            yield chunk


def _emitter(target: Any) -> Any:
    meta = getattr(target, "meta", None)
    return meta.events if meta else target.get_component("event_emitter")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else bytes(body.read())
