"""Calls to the local AWS from inside it: plain botocore clients, so that every request is checked against its model."""

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import OperationModel

_CREATING = threading.Lock()


MISSING = ("notfound", "nosuch", "nonexistent", "not found", "could not find", "could not be found")
"""How services say it; SageMaker has no error code for it."""


class MissingError(Exception):
    """The resource does not exist (any more)."""


_SESSION = botocore.session.Session()
"""One for all clients: a session keeps the service models that it has read."""


@cache
def _client(service: str, endpoint: str, account: str, region: str) -> BaseClient:
    return _SESSION.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=account,  # the emulator reads the account from the key
        aws_secret_access_key="local",  # noqa: S106  # signs requests that nobody verifies
        config=Config(retries={"max_attempts": 0}, read_timeout=120, s3={"addressing_style": "path"}),
    )


@dataclass(frozen=True)
class Api:
    """One service of the local AWS, as one account and region sees it."""

    service: str
    endpoint: str
    account: str
    region: str

    def client(self) -> BaseClient:
        """The botocore client; clients are shared between threads, their creation is not."""
        with _CREATING:
            return _client(self.service, self.endpoint, self.account, self.region)

    def of(self, service: str) -> "Api":
        """Another service of the same account and region."""
        return Api(service, self.endpoint, self.account, self.region)

    def operation(self, name: str) -> OperationModel:
        """botocore's model of one operation of the service."""
        return self.client().meta.service_model.operation_model(name)

    def has(self, name: str) -> bool:
        """Whether the service has this operation."""
        return name in self.client().meta.service_model.operation_names

    def call(self, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Response of an operation without its metadata.

        Raises:
            MissingError: the service says that the resource does not exist.
            ValueError: any other refusal, with the operation and the service's words.
        """
        try:
            response: dict[str, Any] = self.client()._make_api_call(name, parameters)  # type: ignore[attr-defined]
        except ClientError as refused:
            error = refused.response["Error"]
            words = f"{error.get('Code', '')}: {error.get('Message', '')}"
            if _says_missing(words):
                raise MissingError(words) from refused
            raise ValueError(f"{words} (service {self.service}, operation {name})") from refused
        response.pop("ResponseMetadata", None)
        return response


def _says_missing(words: str) -> bool:
    return any(phrase in words.lower() for phrase in MISSING)
