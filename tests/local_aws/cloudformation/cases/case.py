"""What a case is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local_aws.cloudformation.shapes import find
from tests.local_aws.conftest import Clients

Properties = dict[str, Any]
There = Callable[[Clients, str], Any]

REGION = "ap-southeast-1"
MODEL = "apac.amazon.nova-lite-v1:0"


def resource(kind: str, **properties: Any) -> Properties:
    """A resource of a template."""
    return {"Type": kind, "Properties": properties}


def get(logical_id: str, attribute: str) -> Properties:
    """`Fn::GetAtt`."""
    return {"Fn::GetAtt": [logical_id, attribute]}


ROLE = get("Role", "Arn")
SERVICES = ["bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com", "sagemaker.amazonaws.com"]
WITH_ROLE: dict[str, Properties] = {
    "Role": resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument={
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}],
        },
    )
}


@dataclass(frozen=True)
class Change:
    """New properties, and what the service's own API then says, by path."""

    properties: Properties
    seen: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One type.

    Attributes:
        there: what the service says of the resource that `Ref` names; raises when it is not there.
        in_place: a change that keeps the resource; None if the type has none.
        replace: a change that makes another resource; None if the type has none.
        needs: the rest of the template.
    """

    kind: str
    properties: Properties
    there: There
    in_place: Change | None = None
    replace: Properties | None = None
    needs: dict[str, Properties] = field(default_factory=dict)


def by(service: str, operation: str, *parameters: str, at: str = "", name: bool = False) -> There:
    """Read with the parts of the reference as the parameters; `name` takes what follows the last slash."""

    def there(clients: Clients, reference: str) -> Any:
        values = [part.rsplit("/", 1)[-1] if name else part for part in reference.split("|")]
        answer = getattr(clients(service), operation)(**dict(zip(parameters, values, strict=True)))
        found = find(answer, at)
        if found is None:
            raise LookupError(reference)
        return found

    return there
