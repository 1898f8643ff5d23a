"""An account full of things, in process: the stand-ins of teardown's tests and measurements, wired to one another."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from botocore import xform_name

from local_aws.account.agentcore import AccountAgentCore
from local_aws.account.bedrock_agent import AccountBedrockAgent
from local_aws.account.identity import Iam, Kms
from local_aws.account.network import Ec2
from local_aws.account.plant import sample
from local_aws.account.platform import CloudFormation, Lambda, Logs
from local_aws.account.sagemaker import AccountSageMaker
from local_aws.account.storage import S3, DynamoDb, Ecr, Efs, Glue, SecretsManager
from local_aws.account.tag_index import Ssm, Sts, TagIndex
from local_aws.framework import Call, Params, StandIn, StandIns, World
from local_aws.services.backend import FunctionAnswer, ObjectInfo
from local_aws.services.bedrock.control import Bedrock
from local_aws.services.vectors.opensearchserverless import OpenSearchServerless
from local_aws.services.vectors.s3vectors import S3Vectors


class NoBackend:
    """Nothing to read and nothing to call."""

    def get_object(self, bucket: str, key: str) -> bytes:
        """Nothing there."""
        raise KeyError(f"s3://{bucket}/{key}")

    def list_objects(self, bucket: str, prefix: str) -> Iterable[ObjectInfo]:
        """Nothing there."""
        return iter(())

    def invoke_lambda(
        self, name: str, payload: Mapping[str, Any], client_context: Mapping[str, Any] | None = None
    ) -> FunctionAnswer:
        """Nothing there."""
        raise LookupError(name)


def account(world: World, listings: Mapping[str, Iterable[str]]) -> StandIns:
    """All stand-ins. `listings` are operations (boto3's method names by service) that have to answer: those that no
    stand-in knows answer that there is nothing."""
    s3vectors, opensearch, agent_classes = (
        S3Vectors(world),
        OpenSearchServerless(world),
        _quiet(AccountBedrockAgent, listings),
    )
    agent = agent_classes(world, NoBackend(), s3vectors, opensearch)
    plain = (AccountSageMaker, Bedrock, AccountAgentCore, S3, Efs, Glue, DynamoDb, SecretsManager, Ecr, Ec2, Iam, Kms,
             Logs, Lambda, CloudFormation, Ssm, Sts, TagIndex)  # fmt: skip
    services = {kind.service: _quiet(kind, listings)(world) for kind in plain}
    services |= {"bedrock-agent": agent, "s3vectors": s3vectors}
    services["opensearchserverless"] = _quiet(OpenSearchServerless, listings)(world)
    for service in listings:
        if service not in services:
            services[service] = _quiet(_named(service), listings)(world)
    for owner in services.values():
        if isinstance(owner, AccountSageMaker | CloudFormation | TagIndex):
            owner.neighbours.update(services)
        if isinstance(owner, Lambda):
            logs = services["logs"]
            owner.logs = logs if isinstance(logs, Logs) else None
    return StandIns(world, services.values())


def answers(standins: StandIns, service: str, listing: str) -> bool:
    """Whether a listing (by boto3's method name) is really answered, and not by "there is nothing"."""
    owner = standins[service]
    return any(xform_name(name) == listing for name in owner.operations - getattr(owner, "empty", set()))


def _named(service: str) -> type[StandIn]:
    return type(f"Nothing_{service}", (StandIn,), {"service": service})


def _quiet(kind: type[StandIn], listings: Mapping[str, Iterable[str]]) -> Any:
    """The class, with the listings that it lacks answered by nothing."""
    asked = set(listings.get(kind.service, ()))

    class Quiet(kind):  # type: ignore[misc,valid-type]
        @cached_property
        def operations(self) -> set[str]:
            empty = {name for name in self.model.operation_names if xform_name(name) in asked}
            self.empty: set[str] = empty - super().operations
            known: set[str] = super().operations
            return empty | known

        def _run(self, call: Call, model: Any) -> Params:
            if call.operation in self.operations and call.operation not in self.empty:
                answer: Params = super()._run(call, model)
                return answer
            shape = model.output_shape
            return {name: sample(shape.members[name]) for name in shape.required_members}

    Quiet.__name__ = kind.__name__
    return Quiet
