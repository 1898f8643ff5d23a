"""Rules for roles and what they may do."""

import re
from collections.abc import Iterator
from typing import Any

from contract import WORKSHOP_TAG
from stacks.checks.policies import IDENTITY_POLICIES, Statement, identity_statements
from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import ARN_PART, elements, get, reference
from stacks.common.wildcards import WITHOUT_RESOURCES

ROLE = "AWS::IAM::Role"
ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")
_OWN_TAG = f"aws:resourcetag/{WORKSHOP_TAG}"
EVERYTHING = re.compile(rf"\*|arn(?::{ARN_PART}){{4}}:\*")

READ_AT_CREATION = {
    "AWS::Bedrock::Agent": "AgentResourceRoleArn",
    "AWS::Bedrock::KnowledgeBase": "RoleArn",
    "AWS::BedrockAgentCore::Gateway": "RoleArn",
    "AWS::BedrockAgentCore::Harness": "ExecutionRoleArn",
    "AWS::BedrockAgentCore::Memory": "MemoryExecutionRoleArn",
    "AWS::BedrockAgentCore::Runtime": "RoleArn",
    "AWS::CloudTrail::Trail": "CloudWatchLogsRoleArn",
    "AWS::SageMaker::Domain": "DefaultUserSettings.ExecutionRole",
    "AWS::SageMaker::FeatureGroup": "RoleArn",
    "AWS::SageMaker::Model": "ExecutionRoleArn",
    "AWS::SageMaker::Pipeline": "RoleArn",
    "AWS::StepFunctions::StateMachine": "RoleArn",
}
"""Types whose service uses the role while it creates the resource, and where they name it."""


def check_wildcard(resource: Resource, context: Context) -> Iterator[Problem]:
    """`*` only for actions without resource-level permissions, or with a condition on the workshop's tag."""
    if resource in context.boundaries - context.attached:
        return
    for statement in identity_statements(resource):
        if statement.allows and not _only_own(statement):
            yield from _wildcards(statement)


def _only_own(statement: Statement) -> bool:
    tags = statement.required.get(_OWN_TAG, ())
    return bool(tags) and not any(re.search(r"[*?]", tag) for tag in tags)


def _wildcards(statement: Statement) -> Iterator[Problem]:
    for key in statement.inverted:
        yield Problem(f"An Allow uses {key}, so it grants whatever is not listed.", "List what is allowed.", detail=key)
    if not any(EVERYTHING.fullmatch(text) for text in statement.resources):
        return
    for action in statement.actions:
        if action.lower() not in WITHOUT_RESOURCES:
            yield Problem(
                f"{action} is allowed on every resource.",
                "Name the resources; if the action does not support resource-level permissions, "
                "add it with the reason to stacks/common/wildcards.py.",
                detail=action,
            )


def check_boundary(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every role has a permissions boundary."""
    if context.settings.boundaries and get(resource.properties, "PermissionsBoundary") is None:
        yield Problem(
            "The role has no permissions boundary.",
            "Apply the workshop's boundary to its scope: iam.PermissionsBoundary.of(scope).apply(policy).",
        )


def check_inline(resource: Resource, context: Context) -> Iterator[Problem]:
    """A service that reads a role while it creates a resource must find the role's permissions there."""
    role = context.target(resource, READ_AT_CREATION[resource.type])
    if role is None or role.template is not resource.template:
        return  # another stack is complete before this one begins
    for policy in role.template.of_type(*ATTACHED):
        if _is_attached(policy, role) and policy.logical_id not in _order(role, resource):
            yield Problem(
                f"The policy {policy.logical_id} of the role {role.logical_id} may come after {resource.logical_id}.",
                "Make it an inline policy of the role (inline_policies=…).",
                detail=policy.logical_id,
            )


def _is_attached(policy: Resource, role: Resource) -> bool:
    roles: list[Any] = [*elements(get(policy.properties, "Roles")), get(policy.properties, "RoleName")]
    return role.logical_id in map(reference, roles)


def _order(role: Resource, resource: Resource) -> set[str]:
    """Logical ids of what is complete before the resource: its dependencies and the managed policies of its role."""
    managed = map(reference, elements(get(role.properties, "ManagedPolicyArns")))
    return {*resource.depends_on, *(name for name in managed if name is not None)}


RULES = (
    Rule(
        "wildcard-resource",
        "Permissions name their resources",
        "A workshop's role could touch what else is in the account: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        IDENTITY_POLICIES,
        check_wildcard,
    ),
    Rule(
        "role-boundary",
        "Every role has a permissions boundary",
        "A role without one can be widened by whoever may write policies: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        (ROLE,),
        check_boundary,
    ),
    Rule(
        "role-inline-policy",
        "What a service reads at creation is inline on the role",
        "Creation fails now and then with 'unable to assume the given role': CloudFormation makes the policy later: "
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
        tuple(READ_AT_CREATION),
        check_inline,
    ),
)
