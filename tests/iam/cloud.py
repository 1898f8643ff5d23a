"""The roles and policies of a cloud assembly, as they would be once deployed to an example account.

Resolves CloudFormation's intrinsic functions to example names and ARNs. Two stacks that mean the same resource get the
same ARN, which is all that the evaluator needs; names that only AWS knows are made from the logical id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.iam.model import Policy, RoleSession

ACCOUNT = "111122223333"
PARTITION = "aws"
Template = Mapping[str, Any]

_LOGS: Policy = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "*",
        }
    ]
}
# Ref of most types is the name; of these it is the ARN ("Return values" of each type's page).
REFERENCE_IS_ARN = {"AWS::IAM::ManagedPolicy", "AWS::SageMaker::Endpoint", "AWS::SNS::Topic"}
GIVEN_NAMES = {
    "AWS::BedrockAgentCore::Harness": "HarnessName",
    "AWS::CodeBuild::Project": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Logs::LogGroup": "LogGroupName",
}
AWS_MANAGED = {f"arn:{PARTITION}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": _LOGS}


@dataclass(frozen=True)
class DeployedRole:
    """A role with everything that decides what it may do."""

    stack: str
    logical_id: str
    arn: str
    tags: Mapping[str, str]
    trust: Policy
    policies: tuple[Policy, ...]
    boundary: tuple[Policy, ...]

    @property
    def session(self) -> RoleSession:
        """Somebody who has assumed the role."""
        return RoleSession(account=ACCOUNT, role=self.arn.partition(":role/")[2], tags=self.tags)


class Cloud:
    """All stacks of one preset, deployed to one region of the example account."""

    def __init__(self, templates: Mapping[str, Template], region: str, workshop_id: str) -> None:
        self.templates = templates
        self.region = region
        self.workshop_id = workshop_id

    @cached_property
    def roles(self) -> tuple[DeployedRole, ...]:
        """Every role of every stack."""
        return tuple(
            self._role(stack, logical_id, resource)
            for stack, template in self.templates.items()
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == "AWS::IAM::Role"
        )

    def find(self, stack: str, kind: str, prefix: str = "") -> str:
        """Logical id of the one resource of that type whose logical id begins so.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [
            name
            for name, resource in self.templates[stack]["Resources"].items()
            if resource["Type"] == kind and name.startswith(prefix)
        ]
        if len(found) != 1:
            raise LookupError(f"{stack}: {len(found)} resources {kind} {prefix}: {found}")
        return str(found[0])

    def arn(self, stack: str, kind: str, prefix: str = "", attribute: str = "Arn") -> str:
        """ARN of the one resource of that type whose logical id begins so."""
        return self._attribute(stack, self.find(stack, kind, prefix), attribute)

    def name(self, stack: str, kind: str, prefix: str = "") -> str:
        """Name of the one resource of that type whose logical id begins so."""
        return self._name(stack, self.find(stack, kind, prefix))

    def resource_policies(self, resource: str) -> tuple[Policy, ...]:
        """The policy of the bucket or key that a request is about."""
        return tuple(policy for owner, policy in self._resource_policies if f"{resource}/".startswith(f"{owner}/"))

    def resolve(self, stack: str, value: Any) -> Any:
        """A value of a template with its intrinsic functions carried out.

        Raises:
            LookupError: an intrinsic function that is not modelled.
        """
        if isinstance(value, list):
            return [self.resolve(stack, one) for one in value]
        if not isinstance(value, dict):
            return value
        name = next(iter(value), "")
        if len(value) == 1 and (name == "Ref" or name.startswith("Fn::")):
            return self._intrinsic(stack, name, value[name])
        return {key: self.resolve(stack, one) for key, one in value.items()}

    def _intrinsic(self, stack: str, name: str, value: Any) -> Any:
        if name == "Ref":
            return self._reference(stack, value)
        if name == "Fn::GetAtt":
            return self._attribute(stack, *value)
        if name == "Fn::Join":
            return str(value[0]).join(self.resolve(stack, value[1]))
        if name == "Fn::Sub":
            text = str(value)
            for pseudo in ("AWS::Partition", "AWS::AccountId", "AWS::Region"):
                text = text.replace(f"${{{pseudo}}}", self._reference(stack, pseudo))
            return text
        if name == "Fn::GetStackOutput":
            other = value["StackName"].removeprefix(f"{self.workshop_id}-")
            return self.resolve(other, self.templates[other]["Outputs"][value["OutputName"]]["Value"])
        raise LookupError(f"{stack}: {name} is not modelled")

    def _reference(self, stack: str, name: str) -> str:
        pseudo: dict[str, str] = {
            "AWS::Partition": PARTITION,
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": self.region,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": f"{self.workshop_id}-{stack}",
        }
        if name in pseudo:
            return pseudo[name]
        resource = self.templates[stack]["Resources"].get(name, {"Type": ""})
        return self._attribute(stack, name, "Arn") if resource["Type"] in REFERENCE_IS_ARN else self._name(stack, name)

    def _name(self, stack: str, logical_id: str) -> str:
        resource = self.templates[stack]["Resources"].get(logical_id, {"Type": ""})
        given = GIVEN_NAMES.get(resource["Type"], "")
        name = resource.get("Properties", {}).get(given)
        return str(self.resolve(stack, name)) if name else f"{self.workshop_id}-{stack}-{logical_id}"

    def _attribute(self, stack: str, logical_id: str, attribute: str) -> str:
        """An ARN for every attribute that is called one, and a name for every other."""
        if attribute == "Version":
            return "1"
        if not attribute.endswith("Arn"):
            return self._name(stack, logical_id)
        resource = self.templates[stack]["Resources"][logical_id]
        name, kind = self._name(stack, logical_id), resource["Type"]
        _, service, noun = kind.split("::")
        path = resource.get("Properties", {}).get("Path", "/")
        here = f"{self.region}:{ACCOUNT}"
        special = {
            "AWS::IAM::Role": f"iam::{ACCOUNT}:role{path}{name}",
            "AWS::IAM::ManagedPolicy": f"iam::{ACCOUNT}:policy{path}{name}",
            "AWS::S3::Bucket": f"s3:::{name.lower()}",
            "AWS::Logs::LogGroup": f"logs:{here}:log-group:{name}:*",
            "AWS::SNS::Topic": f"sns:{here}:{name}",
            "AWS::SQS::Queue": f"sqs:{here}:{name}",
            "AWS::DynamoDB::GlobalTable": f"dynamodb:{here}:table/{name}",
            "AWS::OpenSearchServerless::Collection": f"aoss:{here}:collection/{name}",
        }
        prefix = {"BedrockAgentCore": "bedrock-agentcore"}.get(service, service.lower())
        generic = f"{prefix}:{here}:{_kebab(noun)}/{name}"
        return f"arn:{PARTITION}:{special.get(kind, generic)}"

    @cached_property
    def _resource_policies(self) -> tuple[tuple[str, Policy], ...]:
        found = []
        for stack, template in self.templates.items():
            for name, resource in template["Resources"].items():
                properties = resource.get("Properties", {})
                if resource["Type"] == "AWS::S3::BucketPolicy":
                    bucket = self._attribute(stack, properties["Bucket"]["Ref"], "Arn")
                    found.append((bucket, self.resolve(stack, properties["PolicyDocument"])))
                if resource["Type"] == "AWS::KMS::Key":
                    found.append((self._attribute(stack, name, "Arn"), self.resolve(stack, properties["KeyPolicy"])))
        return tuple(found)

    @cached_property
    def _managed(self) -> Mapping[str, Policy]:
        """Documents of managed policies by ARN."""
        own = {
            self._attribute(stack, name, "PolicyArn"): self.resolve(stack, resource["Properties"]["PolicyDocument"])
            for stack, template in self.templates.items()
            for name, resource in template["Resources"].items()
            if resource["Type"] == "AWS::IAM::ManagedPolicy"
        }
        return {**AWS_MANAGED, **own}

    def _role(self, stack: str, logical_id: str, resource: Mapping[str, Any]) -> DeployedRole:
        properties = self.resolve(stack, resource["Properties"])
        attached = [
            self.resolve(stack, other["Properties"]["PolicyDocument"])
            for other in self.templates[stack]["Resources"].values()
            if other["Type"] == "AWS::IAM::Policy" and {"Ref": logical_id} in other["Properties"]["Roles"]
        ]
        boundary = properties.get("PermissionsBoundary")
        return DeployedRole(
            stack=stack,
            logical_id=logical_id,
            arn=self._attribute(stack, logical_id, "Arn"),
            tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])},
            trust=properties["AssumeRolePolicyDocument"],
            policies=(
                *(policy["PolicyDocument"] for policy in properties.get("Policies", [])),
                *(self._managed[arn] for arn in properties.get("ManagedPolicyArns", [])),
                *attached,
            ),
            boundary=(self._managed[boundary],) if boundary else (),
        )


def _kebab(noun: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in noun).lstrip("-")
