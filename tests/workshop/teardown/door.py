"""A quick way from boto3's clients to stand-ins: botocore checks and builds each request, nothing is put on a wire.

The wire itself is tested where the stand-ins are; here it would cost most of the time.
"""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.config import Config

from local_aws.framework import ApiError, StandIns


class Door:
    """Stands in for a boto3 session. `standins` may be exchanged; clients are made once, because that is slow."""

    def __init__(self) -> None:
        self._session = boto3.Session("testing", "testing", region_name="us-east-1")
        self._clients: dict[tuple[str, str, bool], Any] = {}
        self.standins: StandIns | None = None
        self.events = Hooks()
        self._session.events.register("before-parameter-build", _remember)
        self._session.events.register_last("before-call", self._answer)  # type: ignore[arg-type]  # may answer

    def client(self, service: str, region_name: str = "us-east-1", config: Any = None) -> Any:
        """As a session's. Who gives a config is the teardown, whose hooks hold for its own clients only."""
        key = (service, region_name, config is not None)
        if key not in self._clients:
            # Composing the user agent takes a sixth of the time of a call.
            agent = Config(user_agent="teardown-tests")
            self._clients[key] = self._session.client(service, region_name=region_name, config=agent)  # type: ignore[call-overload]  # any service
            if config is not None:
                self.events.put_on(self._clients[key])
        return self._clients[key]

    def _answer(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        assert self.standins is not None
        service = model.service_model.service_name
        try:
            params = context["asked"]
            region = context["client_region"].replace("aws-global", "us-east-1")
            answer = self.standins.call(service, model.name, region, **params)
        except ApiError as error:
            details = {"Code": error.code, "Message": error.message, **error.members}
            return SimpleNamespace(status_code=400), {"Error": details, "ResponseMetadata": {}}
        if "Body" in answer:
            answer = {**answer, "Body": BytesIO(answer["Body"])}
        return SimpleNamespace(status_code=200), {**answer, "ResponseMetadata": {"RequestId": "local"}}


class Hooks:
    """What the teardown wants to see first of every call; kept for the clients that are made for it."""

    def __init__(self) -> None:
        self._hooks: dict[str, tuple[str, Any]] = {}

    def register_first(self, event: str, handler: Any, unique_id: str) -> None:
        """As a session's."""
        self._hooks[unique_id] = (event, handler)

    def put_on(self, client: Any) -> None:
        """Register everything with one client."""
        for unique_id, (event, handler) in self._hooks.items():
            client.meta.events.register_first(event, handler, unique_id=unique_id)


def _remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    # Later handlers turn some parameters into wire form.
    # Files are what botocore makes of bytes.
    context["asked"] = {
        name: value.getvalue() if isinstance(value, BytesIO) else value for name, value in params.items()
    }
