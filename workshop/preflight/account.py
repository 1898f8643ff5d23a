"""The account as a configuration will meet it: clients, quotas, and what is deployed there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from contract import DEFAULT_BOOTSTRAP_QUALIFIER, StackName, stack_name
from stacks.config import WorkshopConfig

SETTINGS = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"})


@dataclass(frozen=True)
class AppliedQuota:
    """A quota as it counts in this account and region."""

    code: str
    name: str
    value: float


@dataclass(frozen=True)
class Account:
    """The account as this configuration will meet it."""

    config: WorkshopConfig
    session: boto3.Session
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it will be met."""
    qualifier: str = DEFAULT_BOOTSTRAP_QUALIFIER
    """Which bootstrap of the account the CDK will use."""
    _remembered: dict[str, Any] = field(default_factory=dict)

    @property
    def attendees(self) -> int:
        """How many attendees there will be at the most."""
        return len(self.config.attendee_names)

    def client(self, service: str, region: str | None = None) -> Any:
        """A client in the workshop's region that gives up soon."""
        return self.session.client(
            service,  # type: ignore[call-overload]  # any service
            region_name=region or self.config.region,
            config=SETTINGS,
        )

    def caller(self) -> dict[str, str]:
        """Account and ARN of whoever asks."""
        if "caller" not in self._remembered:
            self._remembered["caller"] = self.client("sts").get_caller_identity()
        caller: dict[str, str] = self._remembered["caller"]
        return caller

    def quotas(self, service: str) -> Sequence[AppliedQuota]:
        """All quotas of a service; asked once."""
        key = f"quotas of {service}"
        if key not in self._remembered:
            paginator = self.client("service-quotas").get_paginator("list_service_quotas")
            pages = paginator.paginate(ServiceCode=service, PaginationConfig={"PageSize": 100})
            self._remembered[key] = [
                AppliedQuota(quota["QuotaCode"], quota["QuotaName"], quota["Value"])
                for page in pages
                for quota in page["Quotas"]
            ]
        found: list[AppliedQuota] = self._remembered[key]
        return found

    def listed(self, service: str, operation: str, items: str, **parameters: Any) -> list[Any]:
        """Every entry that a listing has at `items`."""
        client = self.client(service)
        if not client.can_paginate(operation):
            return list(getattr(client, operation)(**parameters)[items])
        return [entry for page in client.get_paginator(operation).paginate(**parameters) for entry in page[items]]

    def outputs(self, stack: StackName) -> Mapping[str, str] | None:
        """Outputs of a stack of this workshop, whose resources then count already; None if it is not deployed."""
        key = f"stack {stack}"
        if key not in self._remembered:
            self._remembered[key] = self._describe(stack_name(self.config.workshop_id, stack))
        found: Mapping[str, str] | None = self._remembered[key]
        return found

    def _describe(self, name: str) -> Mapping[str, str] | None:
        try:
            stack = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):  # there is no error code of its own for this
                return None
            raise
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
