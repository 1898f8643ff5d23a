"""IAM policy statements wherever CloudFormation keeps them.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stacks.checks.template import Resource
from stacks.checks.values import as_list, get, is_intrinsic, objects, render

RESOURCE_POLICIES = {
    "AWS::Bedrock::ResourcePolicy": "PolicyDocument",
    "AWS::BedrockAgentCore::ResourcePolicy": "Policy",
    "AWS::DynamoDB::Table": "ResourcePolicy.PolicyDocument",
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
    "AWS::S3::AccessPoint": "Policy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::S3Vectors::VectorBucketPolicy": "Policy",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SageMaker::ModelPackageGroup": "ModelPackageGroupPolicy",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
}
"""Where each type keeps its resource policy."""

IDENTITY_POLICIES = (
    "AWS::IAM::Role",
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::User",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::Group",
    "AWS::IAM::GroupPolicy",
)
"""Types that hold permissions of principals."""

_POSITIVE = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


@dataclass(frozen=True)
class Principal:
    """One entry of `Principal`: kind is AWS, Service, Federated or CanonicalUser."""

    kind: str
    value: str

    @property
    def is_everyone(self) -> bool:
        """True for `*`, which stands for every principal."""
        return self.value == "*"


@dataclass(frozen=True)
class Statement:
    """One statement; texts are rendered, see `values.render`."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[Principal, ...]
    inverted: tuple[str, ...]
    """Which of NotAction, NotResource and NotPrincipal it uses."""
    required: Mapping[str, tuple[str, ...]]
    """Condition keys in lower case that must be present and equal or like one of the values."""


def trust_statements(role: Resource) -> Iterator[Statement]:
    """The statements that say who may assume a role."""
    yield from _document(get(role.properties, "AssumeRolePolicyDocument"))


def identity_statements(resource: Resource) -> Iterator[Statement]:
    """What the holder of a role, user, group or policy may do."""
    if "PolicyDocument" in resource.properties:
        yield from _document(resource.properties["PolicyDocument"])
    for policy in objects(get(resource.properties, "Policies")):
        yield from _document(get(policy, "PolicyDocument"))


def resource_statements(resource: Resource) -> Iterator[Statement]:
    """Who may do what with a resource of one of the types in RESOURCE_POLICIES."""
    yield from _document(get(resource.properties, RESOURCE_POLICIES[resource.type]))


def _document(document: Any) -> Iterator[Statement]:
    if isinstance(document, str) or is_intrinsic(document):
        document = _from_text(render(document))
    if isinstance(document, Mapping):
        for statement in as_list(document.get("Statement")):
            if isinstance(statement, Mapping) and not is_intrinsic(statement):
                yield _statement(statement)


def _from_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _statement(body: Mapping[str, Any]) -> Statement:
    return Statement(
        allows=body.get("Effect") == "Allow",
        actions=_texts(body.get("Action")) + _texts(body.get("NotAction")),
        resources=_texts(body.get("Resource")) + _texts(body.get("NotResource")),
        principals=tuple(_principals(body.get("Principal", body.get("NotPrincipal")))),
        inverted=tuple(key for key in ("NotAction", "NotResource", "NotPrincipal") if key in body),
        required=_required(body.get("Condition")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(render(item) for item in as_list(value))


def _principals(value: Any) -> Iterator[Principal]:
    if isinstance(value, str):
        yield Principal("AWS", value)
    elif isinstance(value, Mapping) and not is_intrinsic(value):
        for kind, entries in value.items():
            yield from (Principal(kind, render(entry)) for entry in as_list(entries))


def _required(conditions: Any) -> dict[str, tuple[str, ...]]:
    required: dict[str, tuple[str, ...]] = {}
    if not isinstance(conditions, Mapping):
        return required
    for operator, keys in conditions.items():
        # `…IfExists` and `ForAllValues:` are true when the key is missing; `ForAnyValue:` is not.
        if operator.lower().removeprefix("foranyvalue:") in _POSITIVE and isinstance(keys, Mapping):
            required.update({key.lower(): _texts(values) for key, values in keys.items()})
    return required
