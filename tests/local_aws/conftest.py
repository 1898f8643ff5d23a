"""One local AWS for the tests of a worker; each test makes stacks of its own in it."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local_aws.launcher import LocalAws
from tests.local_aws.doors import all_of_them, backend, client, clock, http_client, http_door, world

__all__ = ["all_of_them", "backend", "client", "clock", "http_client", "http_door", "world"]

Clients = Callable[[str], Any]
ACCOUNT = "111122223333"


@pytest.fixture(scope="session")
def aws() -> Iterator[LocalAws]:
    with LocalAws.start() as running:
        yield running


@pytest.fixture(scope="session")
def clients(aws: LocalAws) -> Clients:
    variables = aws.environment()
    session: Any = boto3.Session(
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=aws.region,
    )

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=aws.endpoint_url, config=Config(retries={"max_attempts": 1}))

    return client


@dataclass
class Stack:
    """One CloudFormation stack of a test."""

    name: str
    clients: Clients

    def deploy(self, resources: dict[str, Any], outputs: dict[str, Any] | None = None, **more: Any) -> dict[str, str]:
        """Create or update the stack; gives its outputs. Fails with the stack's reasons unless it completes."""
        cloudformation = self.clients("cloudformation")
        body = {"Resources": resources, **more}
        if outputs:
            body["Outputs"] = {name: {"Value": value} for name, value in outputs.items()}
        arguments = {
            "StackName": self.name,
            "TemplateBody": json.dumps(body),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Tags": [{"Key": "workshop:id", "Value": self.name}],
        }
        verb = "update" if self.exists() else "create"
        getattr(cloudformation, f"{verb}_stack")(**arguments)
        found = self._wait()
        assert found["StackStatus"] == f"{verb.upper()}_COMPLETE", self.reasons()
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    def exists(self) -> bool:
        listed = self.clients("cloudformation").list_stacks()["StackSummaries"]
        return any(each["StackName"] == self.name and each["StackStatus"] != "DELETE_COMPLETE" for each in listed)

    def physical_id(self, logical_id: str) -> str:
        found = self.clients("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def delete(self) -> str:
        """Delete the stack; gives the status in which it ends."""
        cloudformation = self.clients("cloudformation")
        stack_id = cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        cloudformation.delete_stack(StackName=self.name)
        return str(self._wait(stack_id)["StackStatus"])

    def reasons(self) -> list[str]:
        """Why resources failed, newest first."""
        events = self.clients("cloudformation").describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            event.get("ResourceStatusReason", "") for event in events if event["ResourceStatus"].endswith("_FAILED")
        ]

    def _wait(self, stack_id: str = "") -> dict[str, Any]:
        cloudformation = self.clients("cloudformation")
        while True:
            found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack_id or self.name)["Stacks"][0]
            if not found["StackStatus"].endswith("_IN_PROGRESS"):
                return found


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def stack(clients: Clients, _numbers: Iterator[int]) -> Stack:
    """A stack that does not exist yet."""
    return Stack(f"test-{next(_numbers)}", clients)
