"""`python -m workshop redteam` asks the guardrail that is deployed and reports what it really did."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from contract import Output, StackName, stack_name
from local_aws.services.bedrock.guardrail_rules import evaluate
from stacks.config import load_config
from stacks.safety.policy import load_policy
from tests.workshop.canned_aws import Answer, RefusalError, canned_session
from workshop.__main__ import main
from workshop.redteam.command import report_quality
from workshop.redteam.judge import FINDINGS, Judgement, read_outcome
from workshop.redteam.prompts import CATEGORIES, Judge, Source, Treatment, load_prompts, normalise

CONFIG = Path(__file__).parents[2] / "presets" / "default.toml"
WORKSHOP_ID = load_config(CONFIG).workshop_id
SUITE = load_prompts()
BY_TEXT = {normalise(prompt.text): prompt for prompt in SUITE}
POLICY = load_policy()
UNITS = {
    "topicPolicyUnits": 1,
    "contentPolicyUnits": 1,
    "wordPolicyUnits": 1,
    "sensitiveInformationPolicyUnits": 1,
    "sensitiveInformationPolicyFreeUnits": 1,
    "contextualGroundingPolicyUnits": 0,
}
Apply = Callable[[dict[str, Any]], list[dict[str, Any]]]


# --- The command ----------------------------------------------------------------------------------------------------


def local_guardrail() -> dict[str, Any]:
    """The policy in the form of GetGuardrail."""
    canary = {"text": POLICY.words.canary, "inputEnabled": False, "outputAction": "BLOCK"}
    return {
        "blockedInputMessaging": POLICY.blocked_input,
        "blockedOutputsMessaging": POLICY.blocked_output,
        "wordPolicy": {"words": [canary, *({"text": text} for text in POLICY.words.custom)]},
        "topicPolicy": {"topics": [topic.model_dump() for topic in POLICY.topics]},
        "sensitiveInformationPolicy": {
            "piiEntities": [entity.model_dump() for entity in POLICY.pii],
            "regexes": [regex.model_dump() for regex in POLICY.regexes],
        },
    }


def rules_of(guardrail: dict[str, Any]) -> Apply:
    def apply(given: dict[str, Any]) -> list[dict[str, Any]]:
        texts = [block["text"]["text"] for block in given["content"]]
        return [evaluate(guardrail, given["source"], texts).assessment]

    return apply


def acting(outcome: Treatment) -> list[dict[str, Any]]:
    if outcome is Treatment.BLOCK:
        found = {"type": "PROMPT_ATTACK", "confidence": "HIGH", "action": "BLOCKED"}
        return [{"contentPolicy": {"filters": [found]}}]
    if outcome is Treatment.MASK:
        masked = {"type": "PHONE", "match": "x", "action": "ANONYMIZED"}
        return [{"sensitiveInformationPolicy": {"piiEntities": [masked], "regexes": []}}]
    return []


def perfect(given: dict[str, Any]) -> list[dict[str, Any]]:
    return acting(BY_TEXT[given["content"][0]["text"]["text"]].expected)


def lenient(given: dict[str, Any]) -> list[dict[str, Any]]:
    return acting(Treatment.ALLOW)


def strict(given: dict[str, Any]) -> list[dict[str, Any]]:
    return acting(Treatment.BLOCK)


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Call it with what the guardrail does; it gives the list of the calls to come. AWS itself unless `local`."""

    def deploy_it(apply: Apply, *, local: bool = False, missing: str = "") -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def guardrail(given: dict[str, Any]) -> dict[str, Any]:
            calls.append(given)
            found = apply(given)
            return {"usage": UNITS, "action": "NONE", "outputs": [], "assessments": found}

        answers: dict[str, Answer] = {
            "cloudformation.DescribeStacks": lambda given: describe(given["StackName"], missing),
            "bedrock-runtime.ApplyGuardrail": guardrail,
        }
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        if local:
            monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
        session = canned_session(answers)
        monkeypatch.setattr(boto3, "Session", lambda: session)
        return calls

    return deploy_it


def describe(name: str, missing: str) -> dict[str, Any]:
    outputs = {Output.GUARDRAIL_ID: "gr1abc", Output.GUARDRAIL_VERSION: "3"}
    if name != stack_name(WORKSHOP_ID, StackName.SAFETY) or missing == "stack":
        raise RefusalError("ValidationError", f"Stack with id {name} does not exist")
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items() if key != missing]
    stack = {"StackName": name, "CreationTime": "2026-11-22", "StackStatus": "CREATE_COMPLETE", "Outputs": listed}
    return {"Stacks": [stack]}


def redteam(*arguments: str) -> int:
    return main(["redteam", "--config", str(CONFIG), *arguments])


def test_perfect_guardrail_passes_and_every_prompt_is_asked_normalised(
    deploy: Callable[..., list[dict[str, Any]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = deploy(perfect)
    assert redteam("--json", str(tmp_path / "figures.json")) == 0
    assert {(call["guardrailIdentifier"], call["guardrailVersion"]) for call in calls} == {("gr1abc", "3")}
    asked = Counter((call["content"][0]["text"]["text"], call["source"]) for call in calls)
    assert asked == Counter((normalise(prompt.text), prompt.source.upper()) for prompt in SUITE)
    assert {prompt.source for prompt in SUITE} == set(Source)
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["target"] == "aws"
    assert set(figures["recall"]) == set(CATEGORIES) - {"harmless"}
    assert set(figures["recall"].values()) == {1.0}
    assert figures["false_positives"] == {"vi": 0.0, "vi-ascii": 0.0, "en": 0.0}
    assert [row["id"] for row in figures["rows"]] == [prompt.id for prompt in SUITE]
    assert 0 < figures["latency_ms"]["p50"] <= figures["latency_ms"]["p95"]
    assert not [prompt for prompt in SUITE if prompt.text in json.dumps(figures, ensure_ascii=False)]
    output = capsys.readouterr().out
    assert "FAIL" not in output
    assert "p95" in output


def test_guardrail_that_lets_all_pass_has_no_recall(
    deploy: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(lenient)
    assert redteam() == 1
    output = capsys.readouterr().out
    assert "FAIL  override  0 of 22 caught  recall 0.00" in output
    assert "PASS  harmless, vi  0 of 63 stopped  false positives 0.00" in output
    assert "override-en-01: expected block, got allow" in output


def test_guardrail_that_stops_all_has_false_positives(
    deploy: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    deploy(strict)
    assert redteam() == 1
    output = capsys.readouterr().out
    assert "PASS  pii  42 of 42 caught  recall 1.00" in output
    assert "FAIL  harmless, vi  63 of 63 stopped  false positives 1.00" in output


def test_thresholds_are_arguments() -> None:
    nothing_stopped = [Judgement(prompt, Treatment.ALLOW, 1.0) for prompt in SUITE]
    all_stopped = [Judgement(prompt, Treatment.BLOCK, 1.0) for prompt in SUITE]
    assert report_quality(nothing_stopped, min_recall=0, max_false_positives=0) == 0
    assert report_quality(nothing_stopped, min_recall=0.01, max_false_positives=0) == 1
    assert report_quality(all_stopped, min_recall=1, max_false_positives=1) == 0
    assert report_quality(all_stopped, min_recall=1, max_false_positives=0.99) == 1


@pytest.mark.parametrize("option", ["--min-recall", "--max-false-positives"])
@pytest.mark.parametrize("value", ["1.5", "-0.1", "nan", "much"])
def test_threshold_that_is_no_share_is_refused(
    option: str, value: str, deploy: Callable[..., list[dict[str, Any]]]
) -> None:
    calls = deploy(perfect)
    with pytest.raises(SystemExit) as ended:
        redteam(f"{option}={value}")
    assert ended.value.code == 2
    assert calls == []


def test_local_run_asks_only_what_rules_decide_and_claims_no_quality(
    deploy: Callable[..., list[dict[str, Any]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = deploy(rules_of(local_guardrail()), local=True)
    assert redteam("--json", str(tmp_path / "figures.json")) == 0
    by_rule = [prompt for prompt in SUITE if prompt.judged_by is not Judge.MODEL]
    assert len(calls) == len(by_rule)
    output = capsys.readouterr().out
    assert f"{len(SUITE) - len(by_rule)} of {len(SUITE)} prompts were not judged" in output
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert set(figures) == {"guardrail", "target", "judged", "not_judged", "rows"}
    assert figures["target"] == "local stand-in, wiring only"
    for word in ("recall", "accuracy", "false positives", "Latency"):
        assert word not in output


@pytest.mark.parametrize(
    ("part", "lost"),
    [
        ("word", lambda guardrail: guardrail.pop("wordPolicy")),
        ("topic", lambda guardrail: guardrail.pop("topicPolicy")),
        ("regex", lambda guardrail: guardrail["sensitiveInformationPolicy"]["regexes"].pop()),
        ("pii", lambda guardrail: guardrail["sensitiveInformationPolicy"].pop("piiEntities")),
    ],
)
def test_local_run_notices_a_part_of_the_policy_that_did_not_arrive(
    part: str,
    lost: Callable[[dict[str, Any]], object],
    deploy: Callable[..., object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    guardrail = local_guardrail()
    lost(guardrail)
    deploy(rules_of(guardrail), local=True)
    assert redteam() == 1
    output = capsys.readouterr().out
    assert re.findall(r"FAIL  (\w+)", output) == [part]


@pytest.mark.parametrize("missing", ["stack", Output.GUARDRAIL_ID, Output.GUARDRAIL_VERSION])
def test_half_deployed_workshop_is_named(
    missing: str, deploy: Callable[..., list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    calls = deploy(perfect, missing=missing)
    assert redteam() == 1
    message = capsys.readouterr().err
    assert f"{WORKSHOP_ID}-Safety" in message
    assert (missing == "stack") == ("not deployed" in message)
    assert calls == []


def test_refused_call_ends_the_run_without_figures(
    deploy: Callable[..., object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(given: dict[str, Any]) -> list[dict[str, Any]]:
        raise RefusalError("AccessDeniedException", "not authorized to perform bedrock:ApplyGuardrail")

    deploy(refuse)
    assert redteam("--json", str(tmp_path / "figures.json")) == 1
    captured = capsys.readouterr()
    assert "nothing was measured" in captured.err
    assert "bedrock:ApplyGuardrail" in captured.err
    assert captured.out == ""
    assert not (tmp_path / "figures.json").exists()


def test_json_file_in_a_missing_folder_is_refused_before_any_call(
    deploy: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    calls = deploy(perfect)
    assert redteam("--json", str(tmp_path / "no" / "figures.json")) == 2
    assert calls == []


# --- Reading an answer ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", Judge)
def test_finding_counts_for_its_own_part_only(part: Judge) -> None:
    for policy, group in FINDINGS[part]:
        answer = {"assessments": [{policy: {group: [{"action": "NONE"}, {"action": "BLOCKED"}]}}]}
        assert read_outcome(answer, [part]) is Treatment.BLOCK
        assert read_outcome(answer, list(Judge)) is Treatment.BLOCK
        assert read_outcome(answer, [other for other in Judge if other is not part]) is Treatment.ALLOW


def test_detection_without_action_is_not_an_intervention() -> None:
    answer = {"assessments": [{"topicPolicy": {"topics": [{"action": "NONE", "detected": True}]}}, {}]}
    assert read_outcome(answer, list(Judge)) is Treatment.ALLOW


@pytest.mark.parametrize(
    ("expected", "outcome", "right"),
    [
        (Treatment.ALLOW, Treatment.ALLOW, True),
        (Treatment.ALLOW, Treatment.MASK, False),
        (Treatment.ALLOW, Treatment.BLOCK, False),
        (Treatment.MASK, Treatment.ALLOW, False),
        (Treatment.MASK, Treatment.MASK, True),
        (Treatment.MASK, Treatment.BLOCK, True),
        (Treatment.BLOCK, Treatment.ALLOW, False),
        (Treatment.BLOCK, Treatment.MASK, False),
        (Treatment.BLOCK, Treatment.BLOCK, True),
    ],
)
def test_stricter_than_expected_is_right_save_for_harmless_texts(
    expected: Treatment, outcome: Treatment, right: bool
) -> None:
    prompt = SUITE[0].model_copy(update={"expected": expected})
    assert Judgement(prompt, outcome, 1.0).right is right
