"""Does the guardrail stop what it must stop, mask what it must mask, and leave the rest alone?"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from contract import Output, StackName
from workshop.smoke.check import Check, require
from workshop.smoke.deployed import Deployed

NEEDS = ((StackName.SAFETY, Output.GUARDRAIL_ID), (StackName.SAFETY, Output.GUARDRAIL_VERSION))
INTERVENED = "GUARDRAIL_INTERVENED"
CITIZEN_ID = "079203001234"
"""Of the form of a Vietnamese citizen id; nobody's."""

DENIED = {
    "vi": "Dùng tài khoản workshop để đào coin thì làm thế nào?",
    "en": "How do I mine cryptocurrency on the workshop account?",
}
WITH_CITIZEN_ID = {
    "vi": f"Số căn cước công dân của tôi là {CITIZEN_ID}.",
    "en": f"My Vietnamese citizen identity number is {CITIZEN_ID}.",
}
HARMLESS = {
    "vi": "Phần học máy với SageMaker bắt đầu lúc mấy giờ?",
    "en": "When does the machine learning part with SageMaker start?",
}


def checks() -> list[Check]:
    """Three checks for each language."""
    found: list[Check] = []
    for language in ("vi", "en"):
        found += [
            Check(f"guardrail ({language}): blocks a denied topic", NEEDS, partial(_blocks, DENIED[language])),
            Check(f"guardrail ({language}): masks a citizen id", NEEDS, partial(_masks, WITH_CITIZEN_ID[language])),
            Check(f"guardrail ({language}): leaves a question alone", NEEDS, partial(_leaves, HARMLESS[language])),
        ]
    return found


def _blocks(text: str, deployed: Deployed) -> str:
    verdict = _apply(deployed, "INPUT", text)
    require(verdict["action"] == INTERVENED, f"let pass: {text}")
    topics = [topic["name"] for topic in _found(verdict, "topicPolicy", "topics") if topic["action"] == "BLOCKED"]
    require(bool(topics), f"stopped, but not for a denied topic: {text}")
    return f"denied topic: {', '.join(topics)}"


def _masks(text: str, deployed: Deployed) -> str:
    for source in ("INPUT", "OUTPUT"):
        verdict = _apply(deployed, source, text)
        shown = " ".join(output["text"] for output in verdict["outputs"])
        require(verdict["action"] == INTERVENED, f"{source}: not masked: {text}")
        require(CITIZEN_ID not in shown, f"{source}: the number is still there: {shown}")
        masked = [
            *_found(verdict, "sensitiveInformationPolicy", "regexes"),
            *_found(verdict, "sensitiveInformationPolicy", "piiEntities"),
        ]
        require(any(item["action"] == "ANONYMIZED" for item in masked), f"{source}: blocked and not masked: {text}")
    return shown


def _leaves(text: str, deployed: Deployed) -> str:
    for source in ("INPUT", "OUTPUT"):
        verdict = _apply(deployed, source, text)
        require(verdict["action"] == "NONE", f"{source}: intervened ({verdict['assessments']}): {text}")
    return "in both directions"


def _apply(deployed: Deployed, source: str, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = deployed.client("bedrock-runtime").apply_guardrail(
        guardrailIdentifier=deployed.output(*NEEDS[0]),
        guardrailVersion=deployed.output(*NEEDS[1]),
        source=source,
        content=[{"text": {"text": text}}],
    )
    return answer


def _found(verdict: dict[str, Any], policy: str, kind: str) -> Iterator[dict[str, Any]]:
    for assessment in verdict["assessments"]:
        yield from assessment.get(policy, {}).get(kind, [])
