"""The deployed workshop as the checks see it: its configuration, its stacks, its AWS clients."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from contract import Output, StackName, stack_name
from stacks.config import WorkshopConfig

# An agent may think for three minutes.
SETTINGS = Config(connect_timeout=10, read_timeout=200, retries={"total_max_attempts": 3, "mode": "standard"})
NOT_DEPLOYED = "not deployed"
USABLE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"})


@dataclass(frozen=True)
class DeployedStack:
    """What CloudFormation says of one stack."""

    status: str
    outputs: Mapping[str, str]
    role_arn: str = ""
    """Role with which CloudFormation deployed it; empty if with the caller's own rights."""


@dataclass(frozen=True)
class Deployed:
    """A deployed workshop, perhaps only half of it. May be shared between threads."""

    config: WorkshopConfig
    session: boto3.Session
    patience_seconds: float
    """How long a check waits for something that happens by itself."""
    poll_seconds: float
    stacks: dict[StackName, DeployedStack] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    """When the checks began; what a deploy has only just set going shares one patience."""
    _clients: dict[str, Any] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def client(self, service: str) -> Any:
        """A client of that service in the workshop's region."""
        with self._lock:  # boto3 sessions may not be used by several threads at once, clients may
            if service not in self._clients:
                self._clients[service] = self._new_client(service)
            return self._clients[service]

    def client_as(self, role_arn: str, service: str) -> Any:
        """A client that acts as that role."""
        assumed = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="smoke-check")["Credentials"]
        with self._lock:
            return self._new_client(
                service,
                aws_access_key_id=assumed["AccessKeyId"],
                aws_secret_access_key=assumed["SecretAccessKey"],
                aws_session_token=assumed["SessionToken"],
            )

    def _new_client(self, service: str, **credentials: str) -> Any:
        region = self.config.region
        return self.session.client(service, region_name=region, config=SETTINGS, **credentials)  # type: ignore[call-overload]  # any service

    def look_up(self) -> None:
        """Ask CloudFormation for every stack. Raises ClientError, BotoCoreError if it cannot be asked."""
        for stack in StackName:
            self.stacks[stack] = self._describe(stack)

    def output(self, stack: StackName, output: Output) -> str:
        """Value of a stack output that a check declared as needed."""
        return self.stacks[stack].outputs[output]

    def missing(self, stack: StackName, output: Output) -> str | None:
        """Why an output is not there, None if it is."""
        name, found = stack_name(self.config.workshop_id, stack), self.stacks[stack]
        if found.status not in USABLE:
            return f"stack {name} is {found.status}"
        return None if output in found.outputs else f"stack {name} has no output {output}"

    def _describe(self, stack: StackName) -> DeployedStack:
        name = stack_name(self.config.workshop_id, stack)
        try:
            described = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):  # there is no error code of its own for this
                return DeployedStack(NOT_DEPLOYED, {})
            raise
        outputs = {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}
        return DeployedStack(described["StackStatus"], outputs, described.get("RoleARN", ""))
