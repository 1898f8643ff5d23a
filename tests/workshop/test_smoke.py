"""Smoke checks against AWS from a table: what passes, what fails and why, and what a half-deployed workshop gives."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from contract import Output, StackName, stack_name
from lambda_src.common.arguments import validated
from lambda_src.groups import TOOL_GROUPS
from stacks.config import AgentEngine, WorkshopConfig, is_wanted, load_config
from stacks.config.model import AttendeesSection
from stacks.safety.policy import load_policy
from tests.workshop.canned_aws import Answer, RefusalError, canned_session
from workshop.report import Verdict
from workshop.smoke import account, alarms, bucket_policy, documents, guardrail, leftovers
from workshop.smoke.check import Check, CheckFailedError, CheckResult, perform
from workshop.smoke.command import checks_for, print_results, run_checks
from workshop.smoke.deployed import Deployed, DeployedStack
from workshop.smoke.scenarios import document_search, scenarios

ROOT = Path(__file__).parents[2]
CONFIG = load_config(ROOT / "presets/default.toml")
NOTHING_LEFT = "every deployed stack is in the configuration"
OTHER_ENGINE = CONFIG.agent.model_copy(update={"engines": (AgentEngine.BEDROCK_AGENTS,)})
WITHOUT_GATEWAY = CONFIG.model_copy(update={"agent": OTHER_ENGINE})
GROUPS = {group.name: group for group in TOOL_GROUPS}


def stacks(*present: StackName, status: str = "CREATE_COMPLETE", without: Output | None = None) -> Answer:
    """CloudFormation with these stacks; the value of an output is made of its name."""
    names = {stack_name(CONFIG.workshop_id, stack) for stack in present}

    def describe(given: dict[str, Any]) -> dict[str, Any]:
        if given["StackName"] not in names:
            raise RefusalError("ValidationError", f"Stack with id {given['StackName']} does not exist")
        outputs = [
            {"OutputKey": each, "OutputValue": f"{each}-of-the-workshop"} for each in Output if each is not without
        ]
        stack = {"StackName": "s", "CreationTime": "2026-01-01", "StackStatus": status, "Outputs": outputs}
        return {"Stacks": [stack]}

    return describe


def always(answer: dict[str, Any]) -> Answer:
    return lambda given: answer


CONFIRMED = "arn:aws:sns:ap-southeast-1:111122223333:topic:0b1c"


def subscriptions(addresses: dict[str, str]) -> Answer:
    """SNS with these addresses and the ARN of their subscription."""
    rows = [{"Protocol": "email", "Endpoint": address, "SubscriptionArn": arn} for address, arn in addresses.items()]
    return always({"Subscriptions": rows})


def result_of(check: Check, answers: dict[str, Answer], config: WorkshopConfig = CONFIG) -> CheckResult:
    """One check on a complete workshop, without any patience."""
    session = canned_session({"cloudformation.DescribeStacks": stacks(*StackName)} | answers)
    deployed = Deployed(config, session, patience_seconds=0, poll_seconds=0)
    deployed.look_up()
    return perform(check, deployed)


def named(found: list[Check], part: str) -> Check:
    return next(check for check in found if part in check.name)


# What is deployed


def test_nothing_deployed_names_every_missing_stack_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    results = run_checks(CONFIG, canned_session({"cloudformation.DescribeStacks": stacks()}))
    assert len(results) == len(checks_for(CONFIG))
    assert [result.name for result in results if result.passed] == [NOTHING_LEFT]
    print_results(CONFIG, results)
    printed = capsys.readouterr().out
    for stack in ("Knowledge", "Safety", "AgentCore", "Studio", "Inference", "Budget"):
        assert f"stack {CONFIG.workshop_id}-{stack} is not deployed" in printed
    assert f"1 of {len(results)} checks passed" in printed


def test_half_deployed_runs_what_can_run() -> None:
    session = canned_session(
        {
            "cloudformation.DescribeStacks": stacks(StackName.AUDIT, StackName.BUDGET),
            "sts.GetCallerIdentity": lambda given: {"Account": "111122223333"},
            "budgets.DescribeBudget": lambda given: {"Budget": budget(CONFIG.budget.limit_usd)},
            "sns.ListSubscriptionsByTopic": subscriptions(dict.fromkeys(CONFIG.budget.alert_emails, CONFIRMED)),
        }
    )
    passed = [result.name for result in run_checks(CONFIG, session) if result.passed]
    assert passed == ["the budget exists", "alarms reach every address", NOTHING_LEFT]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (stacks(*StackName, status="ROLLBACK_COMPLETE"), "is ROLLBACK_COMPLETE"),
        (stacks(*StackName, without=Output.GUARDRAIL_VERSION), "has no output GuardrailVersion"),
    ],
)
def test_a_failed_stack_and_a_missing_output_are_named(answer: Answer, says: str) -> None:
    result = result_of(guardrail.checks()[0], {"cloudformation.DescribeStacks": answer})
    assert (result.passed, says in result.detail) == (False, True), result


def test_each_engine_and_feature_brings_its_checks() -> None:
    both = {check.name for check in checks_for(load_config(ROOT / "presets/existing-agents.toml"))}
    one = {check.name for check in checks_for(CONFIG)}
    assert both - one == {f"Bedrock Agents: {scenario.tool}" for scenario in scenarios(True)}
    less = CONFIG.model_copy(update={"features": CONFIG.features.model_copy(update={"inference": False})})
    without = {check.name for check in checks_for(less)}
    assert one - without == {"AgentCore: predict", "the endpoint answers like the model in ml/"}


def test_what_aws_refuses_is_a_failed_check() -> None:
    def refuse(given: dict[str, Any]) -> dict[str, Any]:
        raise RefusalError("ThrottlingException", "Too many tokens per day")

    result = result_of(guardrail.checks()[0], {"bedrock-runtime.ApplyGuardrail": refuse})
    assert not result.passed
    assert "Too many tokens per day" in result.detail


def test_the_local_aws_says_who_chose_the_tools(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    print_results(CONFIG, [])
    assert "scripted stand-in model" not in capsys.readouterr().out
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    print_results(CONFIG, [])
    assert "the tool was chosen by the scripted stand-in model" in capsys.readouterr().out


# Documents


def retrieved(*uris: str) -> dict[str, Any]:
    results = [{"content": {"text": "t"}, "location": {"type": "S3", "s3Location": {"uri": uri}}} for uri in uris]
    return {"retrievalResults": results}


def test_the_documents_that_questions_expect_are_there_in_both_languages() -> None:
    for each in documents.questions():
        assert (ROOT / "knowledge/docs" / each.document).is_file()
        assert each.document.startswith(f"{each.language}/")
    assert {each.language for each in documents.questions()} == {"vi", "en"}


def test_a_knowledge_base_that_is_still_being_filled_is_waited_for() -> None:
    question, check = documents.questions()[0], documents.checks(CONFIG)[0]
    right = f"s3://b/docs/{question.document}"
    answers = iter([(), ("s3://b/docs/vi/faq.md",), (right,), (right,)])
    retrieve = {"bedrock-agent-runtime.Retrieve": lambda given: retrieved(*next(answers))}
    session = canned_session({"cloudformation.DescribeStacks": stacks(*StackName)} | retrieve)
    deployed = Deployed(CONFIG, session, patience_seconds=3600, poll_seconds=0)
    deployed.look_up()
    assert perform(check, deployed).passed


def test_a_document_without_a_language_must_be_among_the_passages() -> None:
    passages = [{"source": "agenda.md"}, {"source": "smoke-check-1.md"}]
    documents.require_passage(json.dumps({"passages": passages}), "docs/smoke-check-1.md")
    answers: list[dict[str, object]] = [{"passages": passages[:1]}, {"passages": []}, {"error": "throttled"}]
    for answer in answers:
        with pytest.raises(CheckFailedError, match="which names no language"):
            documents.require_passage(json.dumps(answer), "docs/smoke-check-1.md")


def test_only_the_right_document_in_first_place_passes() -> None:
    question, check = documents.questions()[0], documents.checks(CONFIG)[0]
    right, other = f"s3://b/docs/{question.document}", "s3://b/docs/vi/faq.md"
    found = {
        name: result_of(check, {"bedrock-agent-runtime.Retrieve": always(retrieved(*uris))})
        for name, uris in {"first": (right, other), "second": (other, right), "none": ()}.items()
    }
    assert [name for name, result in found.items() if result.passed] == ["first"]
    assert "vi/faq.md" in found["second"].detail


class Bucket:
    """A knowledge bucket whose knowledge base follows uploads and deletions, or one of them, or none."""

    def __init__(self, *, follows_uploads: bool = True, follows_deletions: bool = True) -> None:
        self.keys: set[str] = set()
        self.indexed: set[str] = set()
        self._uploads, self._deletions = follows_uploads, follows_deletions

    def put(self, given: dict[str, Any]) -> dict[str, Any]:
        self.keys.add(given["Key"])
        self.indexed |= self.keys if self._uploads else set()
        return {}

    def delete(self, given: dict[str, Any]) -> dict[str, Any]:
        self.keys.discard(given["Key"])
        self.indexed &= self.keys if self._deletions else self.indexed
        return {}

    def answers(self) -> dict[str, Answer]:
        credentials = {"AccessKeyId": "A" * 16, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2027-01-01"}
        return {
            "sts.AssumeRole": lambda given: {"Credentials": credentials},
            "s3.PutObject": self.put,
            "s3.DeleteObject": self.delete,
            "bedrock-agent-runtime.Retrieve": lambda given: retrieved(*(f"s3://b/{key}" for key in self.indexed)),
        }


def test_an_upload_is_searchable_and_goes_again() -> None:
    bucket = Bucket()
    result = result_of(named(documents.checks(WITHOUT_GATEWAY), "upload"), bucket.answers())
    assert result.passed, result
    assert not bucket.keys


@pytest.mark.parametrize(
    ("bucket", "says"),
    [
        (Bucket(follows_uploads=False), "was not searchable within 0 s"),
        (Bucket(follows_deletions=False), "was deleted, but still found within 0 s"),
    ],
    ids=["never searchable", "never gone"],
)
def test_an_upload_that_is_not_followed_fails_and_leaves_no_document(bucket: Bucket, says: str) -> None:
    result = result_of(named(documents.checks(WITHOUT_GATEWAY), "upload"), bucket.answers())
    assert (result.passed, says in result.detail) == (False, True), result
    assert not bucket.keys


# Guardrail

NO_USAGE = dict.fromkeys(
    [
        "topicPolicyUnits",
        "contentPolicyUnits",
        "wordPolicyUnits",
        "sensitiveInformationPolicyUnits",
        "sensitiveInformationPolicyFreeUnits",
        "contextualGroundingPolicyUnits",
    ],
    0,
)


def verdict(action: str, text: str = "", **assessment: Any) -> dict[str, Any]:
    return {"usage": NO_USAGE, "action": action, "outputs": [{"text": text}], "assessments": [assessment]}


PASSED = verdict("NONE")
BLOCKED = verdict(
    "GUARDRAIL_INTERVENED",
    "Sorry",
    topicPolicy={"topics": [{"name": "Misuse", "type": "DENY", "action": "BLOCKED"}]},
)
REGEX = {"name": "vn-citizen-id", "action": "ANONYMIZED"}
MASKED = verdict(
    "GUARDRAIL_INTERVENED",
    "My id is {vn-citizen-id}.",
    sensitiveInformationPolicy={"piiEntities": [], "regexes": [REGEX]},
)
LEAKED = MASKED | {"outputs": [{"text": guardrail.CITIZEN_ID}]}


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("blocks", BLOCKED, [PASSED, MASKED]),
        ("masks", MASKED, [PASSED, BLOCKED, LEAKED]),
        ("leaves", PASSED, [BLOCKED, MASKED]),
    ],
)
def test_each_guardrail_check_passes_for_one_verdict_only(
    check: str, good: dict[str, Any], bad: list[dict[str, Any]]
) -> None:
    for each in (each for each in guardrail.checks() if check in each.name):
        assert result_of(each, {"bedrock-runtime.ApplyGuardrail": always(good)}).passed
        for wrong in bad:
            assert not result_of(each, {"bedrock-runtime.ApplyGuardrail": always(wrong)}).passed


def test_guardrail_checks_exist_in_both_languages() -> None:
    assert [sum(f"({language})" in check.name for check in guardrail.checks()) for language in ("vi", "en")] == [3, 3]


def test_the_denied_questions_are_examples_of_the_policy() -> None:
    examples = {example for topic in load_policy().topics for example in topic.examples}
    assert set(guardrail.DENIED.values()) <= examples


# Account


def budget(limit: float) -> dict[str, Any]:
    return {
        "BudgetName": "b",
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
        "BudgetLimit": {"Amount": str(limit), "Unit": "USD"},
    }


@pytest.mark.parametrize(("limit", "passes"), [(CONFIG.budget.limit_usd, True), (CONFIG.budget.limit_usd * 10, False)])
def test_the_budget_needs_the_limit_of_the_configuration(limit: float, passes: bool) -> None:
    answers: dict[str, Answer] = {
        "sts.GetCallerIdentity": lambda given: {"Account": "111122223333"},
        "budgets.DescribeBudget": lambda given: {"Budget": budget(limit)},
    }
    assert result_of(named(account.checks(CONFIG), "budget"), answers).passed is passes


@pytest.mark.parametrize(("change", "passes"), [("", True), ("1", False), ("not a number", False)])
def test_the_endpoint_needs_every_expected_number(change: str, passes: bool) -> None:
    numbers = {",".join(map(repr, each.row)): str(each.prediction) for each in account.expected_predictions()}

    def invoke(given: dict[str, Any]) -> dict[str, Any]:
        last = given["Body"] == list(numbers)[-1]
        return {"Body": io.BytesIO((change if last and change else numbers[given["Body"]]).encode())}

    check = named(account.checks(CONFIG), "endpoint")
    assert result_of(check, {"sagemaker-runtime.InvokeEndpoint": invoke}).passed is passes


def profiles(*names: str, status: str = "InService") -> Answer:
    return lambda given: {"UserProfiles": [{"UserProfileName": name, "Status": status} for name in names]}


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        (profiles(*CONFIG.attendee_names), True),
        (profiles(*CONFIG.attendee_names[:-1]), False),
        (profiles(*CONFIG.attendee_names, status="Failed"), False),
    ],
    ids=["all", "one missing", "failed"],
)
def test_each_attendee_needs_a_profile_in_service(answer: Answer, passes: bool) -> None:
    assert result_of(named(account.checks(CONFIG), "profile"), {"sagemaker.ListUserProfiles": answer}).passed is passes


REAL_TIME = {
    "Resources": {
        "Configuration": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {
                "ProductionVariants": [
                    {"VariantName": "AllTraffic", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
                ]
            },
        }
    }
}


def test_a_stack_that_the_configuration_no_longer_has_is_told_with_its_cost_and_what_removes_it() -> None:
    config = CONFIG.model_copy(update={"features": CONFIG.features.model_copy(update={"inference": False})})
    wanted = [stack for stack in StackName if is_wanted(config, stack)]
    check = leftovers.checks()[0]
    answers: dict[str, Answer] = {"cloudformation.DescribeStacks": stacks(*wanted)}
    assert result_of(check, answers, config).verdict is Verdict.PASS

    answers["cloudformation.DescribeStacks"] = stacks(*wanted, StackName.INFERENCE)
    answers["cloudformation.GetTemplate"] = always({"TemplateBody": json.dumps(REAL_TIME)})
    result = result_of(check, answers, config)
    assert result.verdict is Verdict.WARN
    name = stack_name(CONFIG.workshop_id, StackName.INFERENCE)
    assert re.search(rf"{name} is no longer .* costs 0\.\d+[1-9]\d* USD an hour", result.detail), result.detail
    assert f"aws cloudformation delete-stack --stack-name {name} --region ap-southeast-1" in result.detail


def test_a_roster_is_told_by_how_many_and_where_the_names_are() -> None:
    people = AttendeesSection(roster=("an@example.com", "binh@example.com"))
    config = CONFIG.model_copy(update={"attendees": people})
    check, answers = named(account.checks(config), "profile"), profiles(*config.attendee_names)
    detail = result_of(check, {"sagemaker.ListUserProfiles": answers}, config).detail
    assert detail == "2 attendees; `python -m workshop attendees` lists who is who"


# Scenarios


@pytest.mark.parametrize("scenario", [*scenarios(True), document_search()], ids=lambda each: each.tool)
def test_scenarios_are_valid_calls(scenario: Any) -> None:
    group = GROUPS[scenario.group]
    tool = next(tool for tool in group.tools if tool.name == scenario.tool)
    validated(tool, scenario.arguments)
    assert scenario.target_tool == f"{group.target_name}___{tool.name}"
    json.dumps(scenario.arguments)


# Alarms


def test_addresses_that_have_not_confirmed_are_named_and_fail_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    emails = ("confirmed@example.com", "waiting@example.com", "gone@example.com")
    config = CONFIG.model_copy(update={"budget": CONFIG.budget.model_copy(update={"alert_emails": emails})})
    answers = {"sns.ListSubscriptionsByTopic": subscriptions({emails[0]: CONFIRMED, emails[1]: "PendingConfirmation"})}
    result = result_of(alarms.checks()[0], answers, config)
    assert (result.passed, result.verdict) == (True, Verdict.WARN)
    assert ("waits for waiting@example.com to" in result.detail, "knows gone@example.com:" in result.detail) == (
        True,
        True,
    )
    assert emails[0] not in result.detail
    print_results(config, [result])
    assert capsys.readouterr().out.startswith("WARN  alarms reach every address")


def test_the_topic_of_the_scheduled_teardown_counts_as_well() -> None:
    config = load_config(ROOT / "presets/scheduled-teardown.toml")
    topic = "arn:aws:sns:ap-southeast-1:111122223333:own"
    seen: list[str] = []

    def of_topic(given: dict[str, Any]) -> dict[str, Any]:
        seen.append(given["TopicArn"])
        return subscriptions(dict.fromkeys(config.budget.alert_emails, CONFIRMED))(given)

    resource = {
        "LogicalResourceId": "Topic",
        "PhysicalResourceId": topic,
        "ResourceType": "AWS::SNS::Topic",
        "LastUpdatedTimestamp": "2026-01-01",
        "ResourceStatus": "CREATE_COMPLETE",
    }
    answers = {
        "cloudformation.DescribeStacks": lambda given: stacks(StackName.AUDIT)(
            {"StackName": stack_name(CONFIG.workshop_id, StackName.AUDIT)}
        ),
        "cloudformation.ListStackResources": always({"StackResourceSummaries": [resource]}),
        "sns.ListSubscriptionsByTopic": of_topic,
    }
    assert result_of(alarms.checks()[0], answers, config).passed
    assert seen == [f"{Output.ALARM_TOPIC_ARN}-of-the-workshop", topic]


@pytest.mark.parametrize(
    ("deployed_by", "expected"),
    [
        ("", "arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-ap-southeast-1"),
        ("arn:aws:iam::111122223333:role/cdk-wshop26-cfn-exec-role", None),
    ],
)
def test_the_role_that_deployed_is_the_one_the_policy_has_to_name(deployed_by: str, expected: str | None) -> None:
    outputs = {str(each): "x" for each in Output}
    found = {stack: DeployedStack("CREATE_COMPLETE", outputs, deployed_by) for stack in StackName}
    deployed = Deployed(CONFIG, canned_session({}), 0, 0, found)
    assert bucket_policy.deployer(deployed, "aws", "111122223333") == (expected or deployed_by)
