"""Between HTTP and (operation, parameters): moto's parsers and serialisers, driven by botocore's service models."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from moto.core import parse as moto_parse
from moto.core import serialize as moto_serialize
from moto.core.model import ServiceModel
from werkzeug.datastructures import Headers, MultiDict

from local_aws.framework.world import ApiError, Params

Query = Mapping[str, str | Sequence[str]] | str
Response = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""

NEWER_MODELS = Path(__file__).parents[2] / "lambda_src" / "chat" / "models"
"""Models that the functions bring with them, newer than those of the emulator's own environment."""
_LOADER: Any = Loader(extra_search_paths=[str(NEWER_MODELS)])
_PARSERS: Any = moto_parse.PROTOCOL_PARSERS
_TOKEN = re.compile(r"\{(\w+)(\+?)\}")


@cache
def service_model(service: str) -> ServiceModel:
    """Model of a service by botocore's name; botocore.exceptions.UnknownServiceError if there is none."""
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)


def protocol_of(service: str) -> str:
    """The protocol that clients speak; some models name a newer one first that botocore does not choose."""
    return str(service_model(service).resolved_protocol)


@dataclass(frozen=True)
class Route:
    """One REST operation's path as a pattern; `loose` accepts slashes in labels, for servers that decode paths."""

    operation: str
    method: str
    uri: str
    literals: tuple[tuple[str, str], ...]

    @cached_property
    def strict(self) -> re.Pattern[str]:
        return self._pattern(r"[^/]+")

    @cached_property
    def loose(self) -> re.Pattern[str]:
        return self._pattern(r".+")

    @property
    def weight(self) -> tuple[int, int]:
        """Routes with more literal text and more query literals are tried first."""
        return (len(self.literals), len(_TOKEN.sub("", self.uri)))

    def _pattern(self, label: str) -> re.Pattern[str]:
        parts, last = [], 0
        for found in _TOKEN.finditer(self.uri):
            parts.append(re.escape(self.uri[last : found.start()]))
            parts.append(f"(?P<{found[1]}>{'.+' if found[2] else label})")
            last = found.end()
        return re.compile("".join(parts) + re.escape(self.uri[last:].rstrip("/")) + "/?")


@cache
def routes(service: str) -> tuple[Route, ...]:
    """Routes of a REST service, the most specific first; none for services that name the operation in a header."""
    model = service_model(service)
    if not protocol_of(service).startswith("rest-"):
        return ()
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        literals = tuple(parse_qsl(query, keep_blank_values=True))
        found.append(Route(name, http["method"], path.rstrip("/") or "/", literals))
    return tuple(sorted(found, key=lambda route: route.weight, reverse=True))


def values_of(query: Query) -> MultiDict[str, str]:
    """The query string in any form a server hands it over."""
    if isinstance(query, str):
        return MultiDict(parse_qsl(query, keep_blank_values=True))
    pairs = ((key, [value] if isinstance(value, str) else list(value)) for key, value in query.items())
    return MultiDict([(key, item) for key, items in pairs for item in items])


def find_operation(
    service: str, method: str, path: str, headers: Headers, body: bytes, query: MultiDict[str, str]
) -> tuple[str, dict[str, str]] | None:
    """Operation that a request names, and the labels of its path; None if the service has no such operation."""
    model = service_model(service)
    if protocol_of(service) == "json":
        prefix, _, name = headers.get("X-Amz-Target", "").rpartition(".")
        fits = name in model.operation_names and prefix == model.metadata.get("targetPrefix")
        return (name, {}) if fits else None
    if protocol_of(service) in ("query", "ec2"):
        form = MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
        name = form.get("Action") or query.get("Action", "")
        return (name, {}) if name in model.operation_names else None
    return _match(routes(service), method, path, query)


def _match(
    candidates: tuple[Route, ...], method: str, path: str, query: MultiDict[str, str]
) -> tuple[str, dict[str, str]] | None:
    for how in ("strict", "loose"):
        for route in candidates:
            if route.method != method or any(query.get(key) != value for key, value in route.literals):
                continue
            found = getattr(route, how).fullmatch(path)
            if found:
                return route.operation, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


def parse(
    service: str, operation: str, labels: Mapping[str, str], headers: Headers, body: bytes, query: MultiDict[str, str]
) -> Params:
    """Parameters of a request; ApiError SerializationException if its body cannot be read."""
    model = service_model(service)
    form = query
    if protocol_of(service) in ("query", "ec2"):
        form = MultiDict([*query.items(multi=True), *parse_qsl(body.decode(), keep_blank_values=True)])
    request = {
        "body": body,
        "headers": headers,
        "url_params": dict(labels),
        "values": form,
        "method": "",
        "url_path": "",
    }
    try:
        parsed = _PARSERS[protocol_of(service)](model.operation_model(operation)).parse(request)
    except (ValueError, AttributeError, TypeError, moto_parse.RequestParserError) as error:
        raise ApiError("SerializationException", "The request body cannot be read.", 400) from error
    members = model.operation_model(operation).input_shape.members if parsed else {}
    return {name: value for name, value in parsed.items() if value is not None and not _absent(members[name], value)}


def _absent(member: Any, value: Any) -> bool:
    """A list that travels in the query string is not there if it has no entry; moto makes an empty one of it."""
    return bool(value == [] and member.serialization.get("location") == "querystring")


def serialize(service: str, operation: str, result: Params) -> Response:
    """An answer in the HTTP form of the service."""
    model = service_model(service)
    operation_model = model.operation_model(operation)
    serializer = moto_serialize.get_serializer_class(service, protocol_of(service))(operation_model)
    answer = serializer.serialize(result)
    body = answer["body"]
    headers = {**answer["headers"], **_header_members(operation_model, result)}
    return answer["status_code"], headers, body.encode() if isinstance(body, str) else bytes(body or b"")


def _header_members(operation_model: Any, result: Params) -> dict[str, str]:
    """Members that travel as headers; moto drops them from event streams and overwrites their Content-Type."""
    headers: dict[str, str] = {}
    shape = operation_model.output_shape
    for name, member in (shape.members if shape else {}).items():
        if member.serialization.get("location") == "header" and result.get(name) is not None:
            key = member.serialization.get("name", name)
            moto_serialize.HeaderSerializer().serialize(headers, result[name], member, key)
    return headers


def serialize_error(service: str, error: ApiError) -> Response:
    """An error as HTTP, in the format of the service's protocol."""
    model = service_model(service)
    status = error.status or _modelled_status(model, error.code)
    if "json" in protocol_of(service):
        body = {"__type": error.code, "message": error.message, **error.members}
        return status, {"Content-Type": "application/json", "x-amzn-ErrorType": error.code}, json.dumps(body).encode()
    detail = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if protocol_of(service) == "ec2":
        xml = f"<Response><Errors><Error>{detail}</Error></Errors><RequestID>local</RequestID></Response>"
    elif service == "s3":
        xml = f"<Error>{detail}<RequestId>local</RequestId></Error>"
    else:
        xml = f"<ErrorResponse><Error><Type>Sender</Type>{detail}</Error><RequestId>local</RequestId></ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, xml.encode()


def _modelled_status(model: ServiceModel, code: str) -> int:
    shapes: list[Any] = list(model.error_shapes)
    for shape in shapes:
        if code in (shape.name, shape.error_code):
            return int(shape.metadata.get("error", {}).get("httpStatusCode", 400))
    return 400
