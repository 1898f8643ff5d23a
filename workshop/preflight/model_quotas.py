"""Do Bedrock's quotas for the chosen models carry the class? New accounts start with 0, which no deploy would show.

https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
"""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stacks.regions import ChatModel
from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.preflight.quota import INCREASE, Quota
from workshop.report import Verdict

NAMES_FILE = Path(__file__).with_name("model_quotas.toml")

CALLS_PER_QUESTION = 3
"""The model is asked, chooses a tool, reads what it answered, and speaks."""
TOKENS_PER_CALL = 2_500
"""Instruction, tools, retrieved passages and answer."""
ASKING_AT_ONCE = 0.25
"""Share of the attendees who ask something in the same minute."""
QUESTIONS_PER_DAY = 40
"""Of one attendee."""
TOKENS_PER_SEARCH = 200
INGESTION_TOKENS = 50_000
"""All documents of the workshop, should they be indexed within one minute."""

PER_MINUTE = "requests per minute"
TOKENS_PER_MINUTE = "tokens per minute"
TOKENS_PER_DAY = "tokens per day"
FORMULA = (
    f"{ASKING_AT_ONCE:.0%} of the attendees ask in one minute, {CALLS_PER_QUESTION} calls a question, "
    f"{TOKENS_PER_CALL:,} tokens a call, {QUESTIONS_PER_DAY} questions a day"
)
SEARCH_FORMULA = f"a search for each attendee in one minute, {TOKENS_PER_SEARCH} tokens each, and the documents"


@dataclass(frozen=True)
class Measure:
    """One kind of quota of a model, and how much of it the class needs."""

    unit: str
    needed: int


@cache
def quota_names() -> Mapping[str, str]:
    """Foundation model id → how Service Quotas calls the model."""
    names: Mapping[str, str] = tomllib.loads(NAMES_FILE.read_text(encoding="utf-8"))["names"]
    return names


def chat_needs(attendees: int) -> tuple[Measure, ...]:
    """What the chat model must serve, by FORMULA."""
    calls = math.ceil(attendees * ASKING_AT_ONCE * CALLS_PER_QUESTION)
    daily = attendees * QUESTIONS_PER_DAY * CALLS_PER_QUESTION * TOKENS_PER_CALL
    return (
        Measure(PER_MINUTE, calls),
        Measure(TOKENS_PER_MINUTE, calls * TOKENS_PER_CALL),
        Measure(TOKENS_PER_DAY, daily),
    )


def embedding_needs(attendees: int) -> tuple[Measure, ...]:
    """What the embedding model must serve, by SEARCH_FORMULA."""
    return (
        Measure(PER_MINUTE, attendees),
        Measure(TOKENS_PER_MINUTE, attendees * TOKENS_PER_SEARCH + INGESTION_TOKENS),
    )


def model_quota(scope: str, unit: str, foundation_model_id: str) -> Quota:
    """The quota of a model for calls of a scope, such as `Cross-region`."""
    model = re.escape(quota_names()[foundation_model_id])
    name = rf"{scope} (model inference|InvokeModel) {unit} for {model}( V1)?"
    if unit == TOKENS_PER_DAY:  # which calls in the region and across regions of a geography share
        name = rf"{name}|Model invocation max {unit} for {model}( V1)?( \(.*\))?" if scope != GLOBAL else name
    return Quota("bedrock", name)


IN_REGION, CROSS_REGION, GLOBAL = "On-demand", "Cross-region", "Global cross-region"


def scope_of(model: ChatModel) -> str:
    """How the names of a model's quotas begin."""
    if model.is_global:
        return GLOBAL
    return CROSS_REGION if model.is_profile else IN_REGION


def _chat(account: Account) -> Finding:
    model = account.config.chat_model
    needs = chat_needs(account.attendees)
    return _compare(account, model.id, model.foundation_model_id, scope_of(model), needs, FORMULA)


def _embedding(account: Account) -> Finding:
    model_id = account.config.embedding_model.id
    return _compare(account, model_id, model_id, IN_REGION, embedding_needs(account.attendees), SEARCH_FORMULA)


def _compare(
    account: Account, label: str, foundation_model_id: str, scope: str, needs: tuple[Measure, ...], formula: str
) -> Finding:
    """Newer models have no quota of requests, so one that is not listed is only a warning if none is."""
    applied = {need: model_quota(scope, need.unit, foundation_model_id).applied(account) for need in needs}
    listed = {need: value for need, value in applied.items() if value is not None}
    if not listed:
        return Finding(
            Verdict.WARN,
            f"no bedrock quota is listed for {quota_names()[foundation_model_id]} ({scope})",
            "Look it up in the console of Service Quotas, and see what the call of the model says.",
        )
    said = ", ".join(f"{value:,.12g} {need.unit} (needs {need.needed:,})" for need, value in listed.items())
    detail = f"{label}: {said}; {account.attendees} attendees: {formula}"
    if all(value >= need.needed for need, value in listed.items()):
        return Finding(Verdict.PASS, detail)
    zero = any(value == 0 for value in listed.values())
    support = " 0 is often `not adjustable`: then open a case with AWS Support." if zero else ""
    return Finding(Verdict.FAIL, detail, f"{INCREASE}{support} Or choose another model, see stacks/regions.toml.")


ASKED = ("service-quotas:ListServiceQuotas",)
CHAT_QUOTAS = Question("chat model quotas", ASKED, _chat)
EMBEDDING_QUOTAS = Question("embedding model quotas", ASKED, _embedding)
