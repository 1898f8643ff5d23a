"""One use of each tool: how to call it, a question that needs it, and what shows that its own data came back."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workshop.smoke.account import expected_predictions
from workshop.smoke.check import CheckFailedError, require

Answer = Mapping[str, Any]
"""What a tool answered, parsed."""

SEAT = "SMOKE-1"
HOUSE_RULES = ["house-rules.md", "house-rules", "house rules"]
"""The file that answers the question for documents, and how an agent may name it."""


@dataclass(frozen=True)
class Scenario:
    """A question that only one tool can answer, and how its answer is known."""

    group: str
    tool: str
    arguments: Mapping[str, object]
    question: str
    evidence: Callable[[Answer], list[str]]
    """From the tool's answer, texts of which one must be in the agent's answer; an empty list or a LookupError if the
    tool's answer is not what it should be."""

    @property
    def target_tool(self) -> str:
        """Name of the tool at the gateway."""
        return f"{self.group.replace('_', '-')}___{self.tool}"


@dataclass(frozen=True)
class AgentTurn:
    """What an agent did with a question."""

    tools: tuple[tuple[str, str], ...]
    """Name of each tool that was used, as the engine calls it, and what the tool answered."""
    text: str


def scenarios(inference: bool) -> list[Scenario]:
    """A scenario for each tool that is deployed for both engines. Without inference there is no `predict`."""
    found = [
        Scenario(
            "workshop_desk",
            "get_agenda",
            {"part": "break"},
            "When does the break start, according to the agenda?",
            lambda answer: [item["start"] for item in answer["agenda"] if item["part"] == "break"],
        ),
        Scenario(
            "workshop_desk",
            "request_helper",
            {"topic": "Smoke check, nobody has to come", "seat": SEAT},
            f"Please send a lab helper to seat {SEAT}: smoke check, nobody has to come. Yes, I confirm the request.",
            lambda answer: [answer["request_id"], "request"],
        ),
        Scenario(
            "workshop_desk",
            "list_my_requests",
            {},
            "List my open requests for a lab helper.",
            lambda answer: [*(request["request_id"] for request in answer["requests"]), "requests", "request"],
        ),
        Scenario(
            "language",
            "translate_text",
            {"text": "Xin chào các bạn", "target_language": "en"},
            "Translate into English: Xin chào các bạn",
            lambda answer: [answer["translation"].rstrip(".! ")] if answer["target_language"] == "en" else [],
        ),
        Scenario(
            "language",
            "detect_language",
            {"text": "Hôm nay chúng ta học về trí tuệ nhân tạo"},
            "Detect the language of this text: Hôm nay chúng ta học về trí tuệ nhân tạo",
            lambda answer: ["Vietnamese", "tiếng Việt", "vi"] if answer["languages"][0]["language"] == "vi" else [],
        ),
    ]
    return [*found, _predict()] if inference else found


def document_search() -> Scenario:
    """AgentCore only: the agent on Bedrock Agents is connected to the knowledge base itself."""
    return Scenario(
        "document_search",
        "search_documents",
        {"question": "May I take pictures of other people?", "language": "en"},
        "May I take pictures of other people?",
        lambda answer: HOUSE_RULES if HOUSE_RULES[0] in [passage["source"] for passage in answer["passages"]] else [],
    )


def _predict() -> Scenario:
    expected = max(expected_predictions(), key=lambda each: abs(each.prediction - 0.5))
    shown = [f"{expected.prediction:.2f}", f"{expected.prediction:.3f}", f"{expected.prediction * 100:.0f}"]
    return Scenario(
        "predict",
        "predict",
        {"features": expected.row},
        f"Predict with the workshop's model for the features {', '.join(map(str, expected.row))}.",
        lambda answer: shown if abs(answer["prediction"] - expected.prediction) < 1e-4 else [],
    )


def tool_data(scenario: Scenario, answer: str) -> list[str]:
    """The evidence in a tool's answer. Raises CheckFailedError if the tool failed or answered something else."""
    try:
        evidence = scenario.evidence(json.loads(answer))
    except (ValueError, LookupError, TypeError, AttributeError):
        raise CheckFailedError(f"{scenario.tool} answered: {answer[:300]}") from None
    require(bool(evidence), f"{scenario.tool} answered: {answer[:300]}")
    return evidence


def judge(scenario: Scenario, turn: AgentTurn) -> None:
    """Raises CheckFailedError unless the agent used the tool and its answer has the tool's data."""
    used = [name for name, _ in turn.tools]
    answers = [answer for name, answer in turn.tools if name.endswith(scenario.tool)]
    require(
        bool(answers), f"the agent did not use {scenario.tool} but {used or 'no tool'}, and said: {turn.text[:300]}"
    )
    evidence = tool_data(scenario, answers[-1])
    require(
        any(_says(turn.text, each) for each in evidence),
        f"the tool's data ({' or '.join(evidence[:3])}) is not in the agent's answer: {turn.text[:300]}",
    )


def _says(text: str, evidence: str) -> bool:
    """True if the text has it as whole words; `0.94` also where the text says 0.9426."""
    return re.search(rf"(?<!\w){re.escape(evidence)}(?![^\W\d])", text, re.IGNORECASE) is not None
