"""Each rule refuses its failing fixtures, saying what is wrong, and accepts its passing ones."""

import re
from dataclasses import replace

import pytest

from stacks.checks.catalog import RULES
from stacks.checks.rule import Rule
from stacks.regions import regions
from tests.stacks.checks.rule_fixtures import BY_ID, SETTINGS, Case, cases, findings

CASES = cases()
FAILING = [case for case in CASES if case.says is not None]
PASSING = [case for case in CASES if case.says is None]

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(RULES)


@each_rule
def test_rule_is_documented(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert len(rule.title) > 20
    assert "https://docs.aws.amazon.com/" in rule.why


@each_rule
def test_rule_has_both_kinds_of_fixtures(rule: Rule) -> None:
    assert [case for case in FAILING if case.rule_id == rule.id]
    assert [case for case in PASSING if case.rule_id == rule.id]


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {case.rule_id for case in CASES} == set(BY_ID)


@pytest.mark.parametrize("case", FAILING, ids=str)
def test_rule_refuses(case: Case) -> None:
    found = findings(BY_ID[case.rule_id], Stack=case.resources)
    messages = [finding.problem.message for finding in found]
    assert len(messages) == len(case.says or ())
    for text, message in zip(case.says or (), messages, strict=True):
        assert text in message
    for finding in found:
        assert finding.id.startswith(case.rule_id)
        assert finding.problem.message.endswith(".")
        assert finding.problem.fix.endswith(".")
        assert str(finding).startswith(f"Stack/{finding.resource.logical_id}: ")


@pytest.mark.parametrize("case", PASSING, ids=str)
def test_rule_accepts(case: Case) -> None:
    rule = BY_ID[case.rule_id]
    types = {resource["Type"] for resource in case.resources.values()}
    assert not rule.types or types & set(rule.types), "the rule is never asked"
    assert [str(finding) for finding in findings(rule, Stack=case.resources)] == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_rule_stumbles_over_unknown_values(case: Case) -> None:
    hidden = {
        name: resource | {"Properties": {key: {"Ref": "Parameter"} for key in resource.get("Properties", {})}}
        for name, resource in case.resources.items()
    }
    findings(BY_ID, Stack=hidden)


def test_findings_that_differ_in_detail_have_ids_of_their_own() -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}
    policy = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Statement": statement}}}
    ids = [finding.id for finding in findings(BY_ID["wildcard-resource"], Stack={"Policy": policy})]
    assert ids == ["wildcard-resource[s3:GetObject]", "wildcard-resource[s3:PutObject]"]


def test_roles_need_no_boundary_until_boundaries_are_on() -> None:
    role = {"Role": {"Type": "AWS::IAM::Role", "Properties": {}}}
    assert findings(BY_ID["role-boundary"], Stack=role)
    assert not findings(BY_ID["role-boundary"], replace(SETTINGS, boundaries=False), Stack=role)


def test_bedrock_agents_are_allowed_where_the_account_has_them() -> None:
    agent = {"Agent": {"Type": "AWS::Bedrock::Agent"}}
    assert findings(BY_ID["closed-service"], Stack=agent)
    assert not findings(BY_ID["closed-service"], replace(SETTINGS, bedrock_agents=True), Stack=agent)


def test_models_are_judged_by_the_region_of_the_app() -> None:
    arn = {"Fn::Sub": "arn:aws:bedrock:${AWS::Region}::foundation-model/amazon.titan-embed-text-v2:0"}
    vectors = {"VectorKnowledgeBaseConfiguration": {"EmbeddingModelArn": arn}}
    base = {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {"KnowledgeBaseConfiguration": vectors}}
    in_virginia = replace(SETTINGS, region=regions()["us-east-1"])
    assert findings(BY_ID["embedding-model"], Stack={"Base": base})
    assert not findings(BY_ID["embedding-model"], in_virginia, Stack={"Base": base})


@pytest.mark.parametrize(("attribute", "refused"), [("GuardrailVersion", True), ("Version", False)])
def test_a_guardrail_version_is_followed_to_another_stack(attribute: str, refused: bool) -> None:
    safety = {
        "Resources": {
            "Guardrail": {"Type": "AWS::Bedrock::Guardrail"},
            "Numbered": {"Type": "AWS::Bedrock::GuardrailVersion"},
        },
        "Outputs": {
            "GuardrailVersion": {"Value": {"Fn::GetAtt": ["Guardrail", "Version"]}},
            "Version": {"Value": {"Fn::GetAtt": ["Numbered", "Version"]}},
        },
    }
    version = {"Fn::GetStackOutput": {"StackName": "Safety", "OutputName": attribute}}
    guardrail = {"GuardrailIdentifier": "abc", "GuardrailVersion": version}
    agent = {"Agent": {"Type": "AWS::Bedrock::Agent", "Properties": {"GuardrailConfiguration": guardrail}}}
    assert bool(findings(BY_ID["agent-guardrail"], Agents=agent, Safety=safety)) is refused


def test_a_boundary_of_another_stack_is_a_ceiling_too() -> None:
    allow_all = {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}
    identity = {
        "Resources": {"Boundary": {"Type": "AWS::IAM::ManagedPolicy", "Properties": allow_all}},
        "Outputs": {"Boundary": {"Value": {"Ref": "Boundary"}}},
    }
    output = {"Fn::GetStackOutput": {"StackName": "Identity", "OutputName": "Boundary"}}
    role = {"Role": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": output}}}
    assert findings(BY_ID["wildcard-resource"], Identity=identity)
    assert not findings(BY_ID["wildcard-resource"], Identity=identity, Tools=role)


def test_a_role_of_another_stack_is_complete_before_this_one_begins() -> None:
    identity = {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
            "Policy": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}]}},
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }
    arn = {"Fn::GetStackOutput": {"StackName": "Identity", "OutputName": "Arn"}}
    base = {"Base": {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {"RoleArn": arn}}}
    assert not findings(BY_ID["role-inline-policy"], Identity=identity, Knowledge=base)


@pytest.mark.parametrize(("count", "refused"), [(30, False), (31, True)])
def test_number_of_denied_topics(count: int, refused: bool) -> None:
    topics = [{"Name": "Medicine", "Definition": "Advice on health.", "Type": "DENY"}] * count
    properties = {"TopicPolicyConfig": {"TopicsConfig": topics}}
    guardrail = {"Guardrail": {"Type": "AWS::Bedrock::Guardrail", "Properties": properties}}
    assert bool(findings(BY_ID["guardrail-limits"], Stack=guardrail)) is refused
