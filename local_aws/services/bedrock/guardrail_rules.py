"""A guardrail judged by rules, in the form of ApplyGuardrail's answer.

Judged: words (exact, any case), custom patterns (Python's `re`), personal data that has a shape (e-mail, phone, card
number with its check digit, AWS keys), denied topics by shared words with the examples and the definition, diacritics
or not. Never judged, so never found: content filters, prompt attacks, the managed word list, grounding, names,
addresses, passwords. A topic here is a comparison of words, not understanding: a paraphrase without common words gets
through.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from local_aws.framework import Params
from local_aws.services.shared.scripted_model.words import common_run, distinctive_words, is_vietnamese, words

Source = Literal["INPUT", "OUTPUT"]

PII = {
    "EMAIL": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "PHONE": re.compile(r"(?<![\w.])(?:\+\d{1,3}|0)[ .-]?(?:\d[ .-]?){8,10}\b(?!\d)"),
    "CREDIT_DEBIT_CARD_NUMBER": re.compile(r"\b(?:\d[ -]?){12,18}\d\b"),
    "AWS_ACCESS_KEY": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "AWS_SECRET_KEY": re.compile(r"(?<![\w/+=])(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9/+]{40}(?![\w/+=])"),
}
TOPIC_EXAMPLE_SHARE = 0.65
TOPIC_PHRASE = 4
TOPIC_DEFINITION_WORDS = 3
TOPIC_DEFINITION_SHARE = 0.5
TEXT_UNIT = 1000
"""Characters that a policy bills as one unit."""


@dataclass(frozen=True)
class GuardrailVerdict:
    """What a guardrail says about a text."""

    blocked: bool
    masked: bool
    texts: tuple[str, ...]
    """The texts to go on with: masked ones, or the blocking message."""
    assessment: Params
    usage: Params

    @property
    def intervened(self) -> bool:
        """True if the texts are not the ones that were judged."""
        return self.blocked or self.masked

    @property
    def reason(self) -> str:
        """What the answer gives as `actionReason`."""
        return "Guardrail blocked." if self.blocked else "Guardrail masked." if self.masked else "No action."


@dataclass(frozen=True)
class _Finding:
    policy: str
    group: str
    entry: Params
    action: str
    text: int = 0
    start: int = 0
    end: int = 0
    mask: str = ""


def evaluate(guardrail: Mapping[str, Any], source: Source, texts: Sequence[str]) -> GuardrailVerdict:
    """Judge texts with a guardrail's members (as GetGuardrail names them)."""
    findings = [
        *_words(guardrail, source, texts),
        *_topics(guardrail, source, texts),
        *_private(guardrail, source, texts),
    ]
    acted = [finding for finding in findings if finding.action != "NONE"]
    blocked = any(finding.action == "BLOCKED" for finding in acted)
    masks = [finding for finding in acted if finding.action == "ANONYMIZED"]
    message = guardrail["blockedInputMessaging" if source == "INPUT" else "blockedOutputsMessaging"]
    after = (str(message),) if blocked else tuple(_masked(text, place, masks) for place, text in enumerate(texts))
    return GuardrailVerdict(blocked, bool(masks), after, _assessment(findings), _usage(guardrail, texts))


def _applied(entry: Mapping[str, Any], source: Source, default: str) -> str:
    """The action for that direction; empty if the entry is switched off for it."""
    side = "input" if source == "INPUT" else "output"
    if entry.get(f"{side}Enabled") is False:
        return ""
    return str(entry.get(f"{side}Action") or entry.get("action") or default)


_DONE = {"BLOCK": "BLOCKED", "ANONYMIZE": "ANONYMIZED", "NONE": "NONE"}


def _words(guardrail: Mapping[str, Any], source: Source, texts: Sequence[str]) -> Iterator[_Finding]:
    spoken = [f" {' '.join(words(text))} " for text in texts]
    for entry in (guardrail.get("wordPolicy") or {}).get("words", ()):
        action = _applied(entry, source, "BLOCK")
        phrase = f" {' '.join(words(entry['text']))} "
        if action and any(phrase in text for text in spoken):
            done = _DONE[action]
            yield _Finding(
                "wordPolicy", "customWords", {"match": entry["text"], "action": done, "detected": True}, done
            )


def _topics(guardrail: Mapping[str, Any], source: Source, texts: Sequence[str]) -> Iterator[_Finding]:
    topics = (guardrail.get("topicPolicy") or {}).get("topics", ())
    common = _common_words(topics)
    for topic in topics:
        action = _applied(topic, source, "BLOCK")
        if action and any(_about(topic, sentence, common) for text in texts for sentence in _sentences(text)):
            done = _DONE[action]
            entry = {"name": topic["name"], "type": "DENY", "action": done, "detected": True}
            yield _Finding("topicPolicy", "topics", entry, done)


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?\n;:]+", text) if part.strip()]


def _definition(topic: Mapping[str, Any]) -> set[str]:
    """Telling words of the definition without the sentences that say what is not part of the topic."""
    kept = [part for part in _sentences(topic["definition"]) if " not " not in f" {part.lower()} "]
    return set(distinctive_words(" ".join(kept)))


def _common_words(topics: Iterable[Mapping[str, Any]]) -> set[str]:
    """Words that several topics use tell nothing about any of them."""
    counts: Counter[str] = Counter()
    for topic in topics:
        counts.update(
            {*_definition(topic), *(word for text in topic.get("examples") or () for word in distinctive_words(text))}
        )
    return {word for word, count in counts.items() if count > 1}


def _about(topic: Mapping[str, Any], text: str, common: set[str]) -> bool:
    asked = set(distinctive_words(text))
    for example in topic.get("examples") or ():
        told = set(distinctive_words(example))
        shared = asked & told
        # Two Vietnamese syllables are often one word, so there it takes a third, or a phrase in common.
        enough = 3 if is_vietnamese(example) and common_run(text, example) < TOPIC_PHRASE else 2
        if len(shared) >= enough and len(shared) / len(told) >= TOPIC_EXAMPLE_SHARE and shared - common:
            return True
    shared = (asked & _definition(topic)) - common
    return len(shared) >= TOPIC_DEFINITION_WORDS and len(shared) / len(asked) >= TOPIC_DEFINITION_SHARE


def _private(guardrail: Mapping[str, Any], source: Source, texts: Sequence[str]) -> Iterator[_Finding]:
    policy = guardrail.get("sensitiveInformationPolicy") or {}
    for place, text in enumerate(texts):
        taken: list[tuple[int, int]] = []
        # Custom patterns first: a Vietnamese id would be a card or phone number to the built-in kinds.
        for group, entry, match in (*_regex_hits(policy, text), *_pii_hits(policy, text)):
            action = _applied(entry, source, entry["action"])
            if not action or any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            done = _DONE[action]
            named = {key: entry[key] for key in ("name", "type") if key in entry}
            detail: Params = {**named, "match": match[0], "action": done, "detected": True}
            if group == "regexes":
                detail["regex"] = entry["pattern"]
            mask = "{" + str(entry.get("name") or entry["type"]) + "}"
            yield _Finding("sensitiveInformationPolicy", group, detail, done, place, *match.span(), mask)


def _regex_hits(policy: Mapping[str, Any], text: str) -> Iterator[tuple[str, Mapping[str, Any], re.Match[str]]]:
    for entry in policy.get("regexes", ()):
        for match in re.finditer(entry["pattern"], text):
            if match[0]:
                yield "regexes", entry, match


def _pii_hits(policy: Mapping[str, Any], text: str) -> Iterator[tuple[str, Mapping[str, Any], re.Match[str]]]:
    for entry in policy.get("piiEntities", ()):
        pattern = PII.get(entry["type"])
        for match in pattern.finditer(text) if pattern else ():
            if entry["type"] != "CREDIT_DEBIT_CARD_NUMBER" or luhn(match[0]):
                yield "piiEntities", entry, match


def luhn(number: str) -> bool:
    """True if the check digit of a card number fits; other characters than digits are ignored."""
    digits = [int(letter) for letter in number if letter.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _masked(text: str, place: int, masks: Sequence[_Finding]) -> str:
    for finding in sorted((mask for mask in masks if mask.text == place), key=lambda mask: -mask.start):
        text = text[: finding.start] + finding.mask + text[finding.end :]
    return text


_GROUPS = {
    "topicPolicy": ("topics",),
    "wordPolicy": ("customWords", "managedWordLists"),
    "sensitiveInformationPolicy": ("piiEntities", "regexes"),
}


def _assessment(findings: Sequence[_Finding]) -> Params:
    assessment: Params = {}
    for finding in findings:
        policy = assessment.setdefault(finding.policy, {group: [] for group in _GROUPS[finding.policy]})
        policy[finding.group].append(finding.entry)
    return assessment


def _usage(guardrail: Mapping[str, Any], texts: Sequence[str]) -> Params:
    units = ceil(sum(len(text) for text in texts) / TEXT_UNIT)
    private = guardrail.get("sensitiveInformationPolicy") or {}

    def used(policy: Any) -> int:
        return units if policy else 0

    return {
        "topicPolicyUnits": used(guardrail.get("topicPolicy")),
        "contentPolicyUnits": used(guardrail.get("contentPolicy")),
        "wordPolicyUnits": used(guardrail.get("wordPolicy")),
        "sensitiveInformationPolicyUnits": used(private.get("piiEntities")),
        "sensitiveInformationPolicyFreeUnits": used(private.get("regexes")),
        "contextualGroundingPolicyUnits": 0,
    }
