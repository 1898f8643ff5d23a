"""Asks the deployed guardrail about prompts, and reads its answers."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from workshop.redteam.prompts import Judge, Prompt, Treatment, normalise

WORKERS = 4
"""A few calls at once: the quota of ApplyGuardrail counts calls and text units per second."""

FINDINGS = {
    Judge.WORD: (("wordPolicy", "customWords"),),
    Judge.REGEX: (("sensitiveInformationPolicy", "regexes"),),
    Judge.PII: (("sensitiveInformationPolicy", "piiEntities"),),
    Judge.TOPIC: (("topicPolicy", "topics"),),
    Judge.MODEL: (("contentPolicy", "filters"), ("wordPolicy", "managedWordLists")),
}
"""Where an assessment has the findings of each part of the guardrail."""


@dataclass(frozen=True)
class Guardrail:
    """Identifier and numbered version, as ApplyGuardrail takes them."""

    identifier: str
    version: str


@dataclass(frozen=True)
class Judgement:
    """What the guardrail did with one prompt, and how long the call took, retries included."""

    prompt: Prompt
    outcome: Treatment
    milliseconds: float

    @property
    def right(self) -> bool:
        """A harmless text passed untouched, or any other was treated at least as strictly as expected."""
        if self.prompt.expected is Treatment.ALLOW:
            return self.outcome is Treatment.ALLOW
        return self.outcome.strictness >= self.prompt.expected.strictness


def judge_all(
    client: Any,
    guardrail: Guardrail,
    prompts: Sequence[Prompt],
    *,
    by_part: bool,
    progress: Callable[[], None] = lambda: None,
) -> list[Judgement]:
    """Judgements in the order of the prompts.

    Args:
        client: of bedrock-runtime.
        by_part: read each outcome only from the part of the guardrail that the prompt rests on.

    Raises ClientError or BotoCoreError with the first call that fails: half a suite is no measurement.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(_judge, client, guardrail, prompt, by_part) for prompt in prompts]
        try:
            for finished in as_completed(running):
                finished.result()
                progress()
        finally:
            pool.shutdown(cancel_futures=True)
    return [future.result() for future in running]


def _judge(client: Any, guardrail: Guardrail, prompt: Prompt, by_part: bool) -> Judgement:
    started = time.perf_counter()
    answer = client.apply_guardrail(
        guardrailIdentifier=guardrail.identifier,
        guardrailVersion=guardrail.version,
        source=prompt.source.upper(),
        content=[{"text": {"text": normalise(prompt.text)}}],
    )
    milliseconds = (time.perf_counter() - started) * 1000
    parts = (prompt.judged_by,) if by_part else tuple(Judge)
    return Judgement(prompt, read_outcome(answer, parts), milliseconds)


def read_outcome(answer: Mapping[str, Any], parts: Sequence[Judge]) -> Treatment:
    """The strictest action that these parts of the guardrail took."""
    actions = set(_actions(answer, parts))
    if "BLOCKED" in actions:
        return Treatment.BLOCK
    return Treatment.MASK if "ANONYMIZED" in actions else Treatment.ALLOW


def _actions(answer: Mapping[str, Any], parts: Sequence[Judge]) -> Iterator[str]:
    for assessment in answer["assessments"]:
        for part in parts:
            for policy, group in FINDINGS[part]:
                yield from (finding["action"] for finding in assessment.get(policy, {}).get(group, ()))
