"""Sums that were done by hand, and what is never done to an unknown price."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workshop.cost.hand_made import REGION, config, cost, resource
from workshop.cost.estimate import NO_METER, NOTHING, Amount, Estimate, Figures, Missing, assume, difference

ALARM = resource("AWS::CloudWatch::Alarm")
KEY = resource("AWS::KMS::Key")
INSTANCES = resource(
    "AWS::SageMaker::EndpointConfig", ProductionVariants=[{"InstanceType": "ml.m5.large", "InitialInstanceCount": 2}]
)
SERVERLESS = resource(
    "AWS::SageMaker::EndpointConfig",
    ProductionVariants=[{"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 2}}],
)
ROLE = resource("AWS::IAM::Role")


def _row(result: Estimate, name: str) -> tuple[float, float, float]:
    row = result.rows[name]
    return (row.idle_hour.usd, row.day.usd, row.forgotten.usd)


def test_an_instance_is_paid_for_by_the_hour_whether_it_is_used_or_not() -> None:
    # Two at 3 USD: 4 hours of workshop and 1 around it; then 100 hours forgotten.
    assert _row(cost([INSTANCES], {"ml.m5.large": 3}, hours_around=1), "Endpoint, ml.m5.large") == (6, 30, 600)


def test_a_serverless_endpoint_is_paid_for_by_what_it_computes() -> None:
    # 10 attendees, 5 predictions of 2 seconds on 2 GB: 200 GB-seconds at 0.5 USD.
    result = cost([SERVERLESS], {"serverless inference": 0.5}, predictions=5, prediction_seconds=2)
    assert _row(result, "Endpoint, serverless") == (0, 100, 0)


def test_a_monthly_price_is_spread_over_its_hours() -> None:
    result = cost([KEY], {"KMS key": 730, "KMS request": 2}, key_requests=3)
    # 1 USD an hour: 4 hours, and 10 attendees with 3 requests at 2 USD.
    assert _row(result, "KMS key") == pytest.approx((1, 64, 100))


def test_a_question_is_paid_for_in_tokens_calls_events_and_judgements() -> None:
    resources = [
        resource("AWS::BedrockAgentCore::Harness"),
        resource("AWS::BedrockAgentCore::Gateway"),
        resource("AWS::BedrockAgentCore::Memory"),
        resource("AWS::Bedrock::Guardrail", ContentPolicyConfig={}, WordPolicyConfig={}),
    ]
    prices = {
        "input tokens of us.amazon.nova-lite-v1:0": 0.01,
        "output tokens of us.amazon.nova-lite-v1:0": 0.1,
        "AgentCore vCPU": 36,
        "AgentCore memory of a session": 5,
        "AgentCore gateway call": 7,
        "AgentCore memory event": 11,
        "guardrail content filter": 13,
    }
    assumed = {
        "questions": 2,  # so 20 questions of all attendees
        "model_calls": 3,  # so 60 model calls
        "input_tokens": 100,
        "output_tokens": 10,
        "gateway_calls": 4,
        "memory_events": 2,
        "guardrail_text_units": 2,
        "agent_session_hours": 0.5,
        "agent_gb": 2,
        "agent_cpu_seconds": 10,
    }
    result = cost(resources, prices, **assumed)
    assert {name: round(row.day.usd, 6) for name, row in result.rows.items()} == {
        "Chat model, AgentCore agent": 60 * 100 * 0.01 + 60 * 10 * 0.1,
        "AgentCore sessions": 20 * 10 * 0.01 + 10 * 0.5 * 2 * 5,
        "AgentCore gateway": 20 * 4 * 7,
        "AgentCore memory": 20 * 2 * 11,
        "Guardrail": 60 * 2 * 13,
    }
    assert result.total.idle_hour == NOTHING


def test_two_agents_are_asked_twice_and_judged_twice() -> None:
    guardrail = resource("AWS::Bedrock::Guardrail", TopicPolicyConfig={})
    harness, agent = resource("AWS::BedrockAgentCore::Harness"), resource("AWS::Bedrock::Agent")
    prices = {"guardrail denied topics": 1.0}
    assumed = {"questions": 1, "model_calls": 1, "guardrail_text_units": 1}
    assert cost([guardrail, harness], prices, **assumed).rows["Guardrail"].day.usd == 10
    assert cost([guardrail, harness, agent], prices, **assumed).rows["Guardrail"].day.usd == 20


def _domain(**settings: Any) -> Estimate:
    domain = resource("AWS::SageMaker::Domain", DefaultUserSettings=settings)
    prices = {"ml.t3.medium": 2.0, "Studio storage": 730.0, "ml.m5.large": 4.0}
    return cost([domain], prices, job_hours=0.5)


def test_studio_is_paid_for_while_it_runs_and_its_volumes_until_they_are_removed() -> None:
    idle = {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 60}
    result = _domain(
        JupyterLabAppSettings={"AppLifecycleManagement": {"IdleSettings": idle}},
        SpaceStorageSettings={"DefaultEbsStorageSettings": {"DefaultEbsVolumeSizeInGb": 7}},
    )
    assert _row(result, "JupyterLab spaces, ml.t3.medium") == (0, 10 * 4 * 2, 0)
    assert _row(result, "Volumes of the spaces") == pytest.approx((0, 10 * 7 * 4, 10 * 7 * 100))
    assert _row(result, "Training jobs, ml.m5.large") == (0, 10 * 0.5 * 4, 0)


def test_spaces_that_do_not_stop_by_themselves_are_paid_for_as_long_as_they_are_forgotten() -> None:
    assert _row(_domain(), "JupyterLab spaces, ml.t3.medium") == (0, 80, 10 * 100 * 2)


def test_opensearch_costs_its_minimum_always_and_its_maximum_while_it_works() -> None:
    limits = {
        "MinSearchCapacityInOcu": 1, "MaxSearchCapacityInOcu": 3,
        "MinIndexingCapacityInOcu": 0, "MaxIndexingCapacityInOcu": 2,
    }  # fmt: skip
    group = resource("AWS::OpenSearchServerless::CollectionGroup", CapacityLimits=limits)
    member = resource("AWS::OpenSearchServerless::Collection", CollectionGroupName="group")
    result = cost([group, member], {"OpenSearch Serverless OCU": 1}, indexing_hours=0.5)
    assert _row(result, "OpenSearch Serverless") == (1, 1 * 4 + 2 * 4 + 2 * 0.5, 100)


def test_a_collection_without_a_group_never_sleeps() -> None:
    alone = resource("AWS::OpenSearchServerless::Collection", StandbyReplicas="DISABLED")
    assert _row(cost([alone], {"OpenSearch Serverless OCU": 1}), "OpenSearch Serverless") == (1, 4, 100)


def test_an_unknown_price_is_never_0() -> None:
    result = cost([ALARM, KEY], {"KMS key": 730, "KMS request": 1})
    row = result.rows["CloudWatch alarms"]
    assert (row.idle_hour.usd, row.idle_hour.unknown) == (0, {Missing("CloudWatch alarm", REGION): 1 / 730})
    assert result.total.idle_hour.usd == 1
    assert set(result.total.day.unknown) == set(result.total.forgotten.unknown) == {Missing("CloudWatch alarm", REGION)}


def test_what_is_not_used_needs_no_price() -> None:
    assert cost([SERVERLESS], {}).rows["Endpoint, serverless"].day == NOTHING


def test_a_type_that_nobody_thought_about_is_named_and_not_free() -> None:
    result = cost([resource("AWS::EC2::NatGateway"), ROLE], {})
    assert list(result.rows) == [f"AWS::EC2::NatGateway {NO_METER}"]
    assert set(result.total.day.unknown) == {Missing("AWS::EC2::NatGateway", REGION)}
    assert list(result.not_charged) == ["AWS::IAM::Role"]


def test_the_three_largest_rows_and_none_that_costs_nothing() -> None:
    function = resource("AWS::Lambda::Function", Architectures=["arm64"])
    prices = {"CloudWatch alarm": 1, "KMS key": 3, "ml.m5.large": 2, "Lambda request": 1, "Lambda on Graviton": 1}
    result = cost([ALARM, KEY, INSTANCES, function], prices, tool_calls=1)
    assert [name for name, _ in result.largest("day")] == ["Endpoint, ml.m5.large", "Lambda functions", "KMS key"]
    assert [name for name, _ in result.largest("idle_hour")] == [
        "Endpoint, ml.m5.large", "KMS key", "CloudWatch alarms",
    ]  # fmt: skip
    assert cost([ROLE], {}).largest("day") == []


def test_the_difference_has_the_rows_that_differ_and_nothing_else() -> None:
    prices = {"ml.m5.large": 3, "CloudWatch alarm": 730, "KMS key": 730, "KMS request": 1, "serverless inference": 1}
    this = cost([ALARM, KEY, SERVERLESS], prices, predictions=1, prediction_seconds=1)
    other = cost([ALARM, INSTANCES], prices)
    rows = {name: (row.idle_hour.usd, row.day.usd) for name, row in difference(other, this).items()}
    assert rows == {"Endpoint, ml.m5.large": (6, 24), "Endpoint, serverless": (0, -20), "KMS key": (-1, -4)}
    assert list(rows) == ["Endpoint, ml.m5.large", "Endpoint, serverless", "KMS key"]
    assert difference(this, this) == {}


def test_a_difference_of_unknown_prices_is_unknown() -> None:
    once, twice = cost([ALARM], {}), cost([ALARM, ALARM], {})
    (row,) = difference(twice, once).values()
    assert row.day.unknown == once.total.day.unknown
    # The same units at the same price are no difference, whatever the price is; in another region they may be one.
    assert (once.total - once.total) == Figures()
    elsewhere = Amount(0, {Missing("CloudWatch alarm", "ap-southeast-1"): 1 / 730})
    assert len((elsewhere - once.total.idle_hour).unknown) == 2


amounts = st.builds(
    Amount,
    st.integers(-1000, 1000).map(float),
    st.dictionaries(st.builds(Missing, st.sampled_from("abc"), st.sampled_from("xy")), st.integers(-9, 9).map(float)),
)


@settings(deadline=None)
@given(amounts, amounts, amounts)
def test_sums_do_not_depend_on_the_order_of_the_resources(a: Amount, b: Amount, c: Amount) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert (a - b).usd == a.usd - b.usd


def test_the_configuration_says_how_many_and_how_long_unless_somebody_says_otherwise() -> None:
    planned = assume(config())
    assert (planned.attendees, planned.hours, planned.forgotten_hours) == (10, 4, 730)
    other = assume(config(), attendees=200, hours=8)
    assert (other.attendees, other.hours) == (200, 8)


def test_a_workshop_that_removes_itself_is_not_forgotten_for_a_month() -> None:
    teardown = {"hours_after_end": 2, "dedicated_account": True}
    assert assume(config(teardown=teardown)).forgotten_hours == 2
