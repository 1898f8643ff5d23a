"""An account full of things, in process: the stand-ins of teardown's tests and measurements, wired to one another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore import xform_name

from local_aws.account.identity import Iam, Kms
from local_aws.account.network import Ec2
from local_aws.account.platform import CloudFormation, Lambda, Logs
from local_aws.account.storage import S3, DynamoDb, Ecr, Efs, Glue, SecretsManager
from local_aws.account.tag_index import Ssm, Sts, TagIndex
from local_aws.framework import Nothing, StandIn, StandIns, World
from local_aws.services.catalog import control_planes
from local_aws.services.shared.backend import FunctionAnswer, ObjectInfo, ServiceEvent

IN_PROCESS = (
    S3, Efs, Glue, DynamoDb, SecretsManager, Ecr, Ec2, Iam, Kms, Logs, Lambda, CloudFormation, Ssm, Sts, TagIndex,
)  # fmt: skip
"""Services that a rehearsal has from the emulator."""


class NoBackend:
    """Nothing to read and nothing to call."""

    def get_object(self, bucket: str, key: str) -> bytes:
        raise KeyError(f"s3://{bucket}/{key}")

    def list_objects(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        return iter(())

    def put_object(self, bucket: str, key: str, content: bytes) -> None:
        raise KeyError(f"s3://{bucket}")

    def invoke_lambda(
        self, name: str, payload: Mapping[str, Any], client_context: Mapping[str, Any] | None = None
    ) -> FunctionAnswer:
        raise LookupError(name)

    def table(self, database: str, name: str, table: Mapping[str, Any]) -> None:
        """Tables of the account are in its own catalog."""

    def emit(self, event: ServiceEvent) -> None:
        """Nobody listens for events in an account in process."""


def account(world: World, listings: Mapping[str, Iterable[str]]) -> StandIns:
    """All stand-ins that have resources: those of a rehearsal, and those for what the emulator has there.

    `listings` are operations (boto3's method names by service) that have to answer: those that no stand-in knows answer
    that there is nothing.
    """
    services: list[StandIn] = [
        *control_planes(world, NoBackend(), execute=False),
        *(kind(world) for kind in IN_PROCESS),
    ]
    known = {each.service for each in services}
    services += [Nothing(world, service) for service in listings if service not in known]
    for each in services:
        each.answer_empty(listings.get(each.service, ()))
    return StandIns(world, services)


def answers(standins: StandIns, service: str, listing: str) -> bool:
    """Whether a listing (by boto3's method name) is really answered, and not by "there is nothing"."""
    owner = standins[service]
    return any(xform_name(name) == listing for name in owner.operations - owner.empty)
