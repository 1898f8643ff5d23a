"""Statements are found wherever CloudFormation keeps them, and only conditions that must hold count as narrowing."""

from typing import Any

import pytest

from stacks.checks.policies import (
    RESOURCE_POLICIES,
    Principal,
    Statement,
    identity_statements,
    resource_statements,
    trust_statements,
)
from stacks.checks.template import Resource, Template

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def resource(type_: str, properties: dict[str, Any]) -> Resource:
    return Template("Stack", {"Resources": {"It": {"Type": type_, "Properties": properties}}}).resources["It"]


def statement(body: dict[str, Any]) -> Statement:
    (found,) = identity_statements(resource("AWS::IAM::Policy", {"PolicyDocument": {"Statement": body}}))
    return found


@pytest.mark.parametrize(("type_", "path"), RESOURCE_POLICIES.items())
def test_resource_policies_of_each_type(type_: str, path: str) -> None:
    properties: Any = {"Statement": [ALLOW]}
    for key in reversed(path.split(".")):
        properties = {key: properties}
    assert [found.actions for found in resource_statements(resource(type_, properties))] == [("s3:GetObject",)]


def test_trust_and_inline_policies_of_a_role_are_told_apart() -> None:
    role = resource(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}},
            "Policies": [{"PolicyDocument": {"Statement": ALLOW}}],
        },
    )
    assert [found.actions for found in trust_statements(role)] == [("sts:AssumeRole",)]
    assert [found.actions for found in identity_statements(role)] == [("s3:GetObject",)]


def test_principals() -> None:
    everyone = Principal("AWS", "*")
    assert statement(ALLOW | {"Principal": "*"}).principals == (everyone,)
    assert statement(ALLOW | {"Principal": {"AWS": ["*"], "Service": "a.amazonaws.com"}}).principals == (
        everyone,
        Principal("Service", "a.amazonaws.com"),
    )
    assert everyone.is_everyone
    assert not Principal("Service", "a.amazonaws.com").is_everyone


@pytest.mark.parametrize("operator", ["StringEquals", "ArnLike", "StringLike", "ForAnyValue:StringEquals"])
def test_conditions_that_must_hold(operator: str) -> None:
    found = statement(ALLOW | {"Condition": {operator: {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}})
    assert found.required == {"aws:sourceaccount": ("${AWS::AccountId}",)}


@pytest.mark.parametrize(
    "operator", ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "Null", "Bool", "ArnNotLike"]
)
def test_conditions_that_may_be_passed_without_the_key(operator: str) -> None:
    assert statement(ALLOW | {"Condition": {operator: {"aws:SourceAccount": "1"}}}).required == {}


def test_inverted_elements_are_marked() -> None:
    body = {"Effect": "Deny", "NotPrincipal": "*", "NotAction": "iam:*", "NotResource": "a"}
    found = statement(body)
    assert found.inverted == ("NotAction", "NotResource", "NotPrincipal")
    assert not found.allows


@pytest.mark.parametrize("document", ["not json", {"Ref": "Document"}, {"Statement": {"Ref": "Statement"}}, [], None])
def test_documents_that_cannot_be_read_have_no_statements(document: Any) -> None:
    assert list(identity_statements(resource("AWS::IAM::Policy", {"PolicyDocument": document}))) == []


def test_principals_and_conditions_that_only_the_deployment_knows() -> None:
    body = {"Principal": {"Fn::If": ["Public", "*", "1"]}, "Condition": {"Fn::If": ["C", {}, {}]}}
    found = statement(ALLOW | body)
    assert found.principals == ()
    assert found.required == {}
