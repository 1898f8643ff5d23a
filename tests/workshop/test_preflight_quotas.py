"""Preflight compares the quotas that count in the account with what the class needs."""

import re
from typing import Any

import pytest

from stacks.regions import ChatModel, regions
from tests.workshop.canned_aws import Answer
from tests.workshop.test_preflight import QUOTAS, TYPES, ask, configuration, fixed, listed
from workshop.preflight import Finding
from workshop.preflight.model_quotas import IN_REGION, chat_needs, model_quota, scope_of
from workshop.preflight.quota import Quota
from workshop.report import Verdict

LIST = "service-quotas.ListServiceQuotas"


def with_quota(name: str, code: str, value: float, config: str = "default") -> Finding:
    return ask(name, {LIST: listed({code: value})}, config)


@pytest.mark.parametrize(
    ("name", "code", "preset", "needed"),
    [
        ("endpoint quota", "L-96300102", "default", 2),
        ("endpoint quota", "L-614B09FD", "real-time", 1),
        ("studio apps", "L-71FAF417", "default", 30),
        ("studio apps", "L-71FAF417", "large", 200),
        ("studio profiles", "L-AC46C40F", "default", 30),
        ("studio profiles", "L-AC46C40F", "large", 200),
        ("studio spaces", "L-8E5333B4", "large", 200),
        ("studio domain", "L-B683BCB0", "default", 1),
        ("vpcs", "L-F678F1CE", "default", 2),
        ("trail", "L-1568E18E", "default", 1),
        ("scheduled teardown", "L-9D07B6EF", "scheduled-teardown", 1),
    ],
)
def test_just_enough_passes_and_one_less_fails(name: str, code: str, preset: str, needed: int) -> None:
    assert with_quota(name, code, needed, preset).verdict is Verdict.PASS
    finding = with_quota(name, code, needed - 1, preset)
    assert (finding.verdict, "increase" in finding.fix) == (Verdict.FAIL, True)


@pytest.mark.parametrize("name", ["endpoint quota", "studio apps", "studio profiles", "studio domain"])
def test_a_quota_that_is_not_listed_is_said(name: str) -> None:
    finding = ask(name, {LIST: listed(service="sagemaker")})
    assert (finding.verdict, "not listed" in finding.detail) == (Verdict.WARN, True), finding


@pytest.mark.parametrize(
    ("name", "call", "reply", "says"),
    [
        ("vpcs", "ec2.DescribeVpcs", fixed(Vpcs=[{}] * 5), "5 of 5 VPCs"),
        ("trail", "cloudtrail.DescribeTrails", fixed(trailList=[{}] * 5), "5 of 5 trails"),
    ],
)
def test_a_documented_default_counts_where_no_quota_is_listed(name: str, call: str, reply: Answer, says: str) -> None:
    service = "vpc" if name == "vpcs" else "cloudtrail"
    finding = ask(name, {call: reply, LIST: listed(service=service)})
    assert (finding.verdict, says in finding.detail) == (Verdict.FAIL, True), finding


def of_jobs(use: str, value: float) -> dict[str, float]:
    return {f"L-{each}-{use}": value for each in TYPES}


@pytest.mark.parametrize(
    ("name", "use", "at_zero"),
    [
        ("training jobs", "training job usage", Verdict.FAIL),
        ("processing jobs", "processing job usage", Verdict.FAIL),
        ("transform jobs", "transform job usage", Verdict.WARN),
    ],
)
def test_jobs_need_one_instance_type_with_room(name: str, use: str, at_zero: Verdict) -> None:
    none = of_jobs(use, 0)
    assert ask(name, {LIST: listed(none)}).verdict is at_zero
    assert ask(name, {LIST: listed(none | {f"L-ml.t3.medium-{use}": 1})}).verdict is Verdict.WARN
    assert ask(name, {LIST: listed(none | {f"L-ml.m5.xlarge-{use}": 3})}).verdict is Verdict.PASS


def test_a_name_is_taken_whole() -> None:
    """`ml.m5.large for endpoint usage` is another quota than that of `ml.m5.large` for training."""
    only = {code: quota for code, quota in QUOTAS["sagemaker"].items() if quota[0] != "ml.m5.large for endpoint usage"}

    def without(given: dict[str, Any]) -> dict[str, Any]:
        rows = [{"QuotaCode": code, "QuotaName": name, "Value": value} for code, (name, value) in only.items()]
        return {"Quotas": [*rows, {"QuotaCode": "L-0", "QuotaName": "ml.m5.large for endpoint usage x", "Value": 9}]}

    assert ask("endpoint quota", {LIST: without}, "real-time").verdict is Verdict.WARN


def test_the_class_needs_more_of_the_model_the_larger_it_is() -> None:
    for small, large in zip(chat_needs(30), chat_needs(200), strict=True):
        assert (small.unit, small.needed < large.needed) == (large.unit, True)


@pytest.mark.parametrize("unit", ["requests per minute", "tokens per minute", "tokens per day"])
def test_the_quota_of_a_new_account_is_a_failure(unit: str) -> None:
    code = f"L-Cross-region-{unit}-Amazon Nova Lite"
    finding = with_quota("chat model quotas", code, 0)
    assert (finding.verdict, f"0 {unit}" in finding.detail, "Support" in finding.fix) == (Verdict.FAIL, True, True)
    assert "30 attendees" in finding.detail


def test_a_neighbouring_quota_is_another_one() -> None:
    """A profile uses the cross-region quotas, and Nova 2 Lite is another model than Nova Lite."""
    others = ("On-demand", "Global cross-region")
    for scope in others:
        assert with_quota("chat model quotas", f"L-{scope}-tokens per minute-Amazon Nova Lite", 0).verdict is (
            Verdict.PASS
        )
    assert with_quota("chat model quotas", "L-Cross-region-tokens per minute-Amazon Nova 2 Lite", 0).verdict is (
        Verdict.PASS
    )


def test_newer_models_have_no_quota_of_requests() -> None:
    gone = "L-Cross-region-requests per minute-Amazon Nova Lite"
    assert ask("chat model quotas", {LIST: listed(gone=gone)}).verdict is Verdict.PASS
    finding = ask("chat model quotas", {LIST: listed(service="bedrock")})
    assert (finding.verdict, "no bedrock quota is listed" in finding.detail) == (Verdict.WARN, True)


def test_embeddings_are_called_in_the_region() -> None:
    assert with_quota(
        "embedding model quotas", "L-On-demand-tokens per minute-Cohere Embed Multilingual", 0
    ).verdict is (Verdict.FAIL)


# As Service Quotas writes them: https://docs.aws.amazon.com/general/latest/gr/bedrock.html and, for what that page
# lacks, the index of PyPI's bedrock-usage-analyzer 0.7.0b0 (October 2026).
SEEN = {
    "apac.amazon.nova-lite-v1:0": (
        "Cross-region model inference requests per minute for Amazon Nova Lite",
        "Cross-region model inference tokens per minute for Amazon Nova Lite",
        "Model invocation max tokens per day for Amazon Nova Lite (doubled for cross-region calls)",
    ),
    "amazon.nova-lite-v1:0": (
        "On-demand model inference requests per minute for Amazon Nova Lite",
        "On-demand model inference tokens per minute for Amazon Nova Lite",
        "Model invocation max tokens per day for Amazon Nova Lite (doubled for cross-region calls)",
    ),
    "global.amazon.nova-2-lite-v1:0": (
        "Global cross-region model inference requests per minute for Amazon Nova 2 Lite",
        "Global cross-region model inference tokens per minute for Amazon Nova 2 Lite",
        "Global cross-region model inference tokens per day for Amazon Nova 2 Lite",
    ),
    "us.anthropic.claude-sonnet-5-5": (
        "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 5.5",
    ),
}
NEVER = (
    "(Model customization) Sum of on demand custom model deployment tokens per minute for Amazon Nova Lite",
    "Cross-region model inference tokens per minute for Amazon Nova Lite V2",
    "Model invocation max tokens per day for Amazon Nova 2 Lite (doubled for cross-region calls)",
)


def known_chat_models() -> dict[str, ChatModel]:
    return {model.id: model for region in regions().values() for model in region.chat_models}


@pytest.mark.parametrize("model_id", SEEN)
def test_names_that_were_seen_are_found(model_id: str) -> None:
    model = known_chat_models()[model_id]
    units = ("requests per minute", "tokens per minute", "tokens per day")
    quotas = [model_quota(scope_of(model), unit, model.foundation_model_id) for unit in units]
    names = {name for each in SEEN.values() for name in each} | set(NEVER)
    assert {name for quota in quotas for name in names if matches(quota, name)} == set(SEEN[model_id])


def matches(quota: Quota, name: str) -> bool:
    return re.fullmatch(quota.name, name, re.IGNORECASE) is not None


@pytest.mark.parametrize(
    "name",
    [
        "On-demand model inference tokens per minute for Amazon Titan Text Embeddings V2",
        "On-demand model inference requests per minute for Amazon Titan Text Embeddings V2",
    ],
)
def test_names_of_embeddings_that_were_seen_are_found(name: str) -> None:
    unit = name.split("inference ")[1].split(" for")[0]
    assert matches(model_quota(IN_REGION, unit, "amazon.titan-embed-text-v2:0"), name)


def test_what_is_needed_is_stated_with_its_formula() -> None:
    detail = ask("chat model quotas", {}, configuration(attendees={"count": 40})).detail
    assert "40 attendees" in detail
    assert "needs 30" in detail  # a quarter of forty, three calls each
    assert "3 calls a question" in detail
