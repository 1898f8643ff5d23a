"""What stands where an agent's language model would: a script that picks a tool by counting shared words.

It understands nothing. It compares the words of the question (Vietnamese ones through a short glossary) with the names
and descriptions of the tools, takes parameters from the question by their look (quoted text, numbers, language names),
and hands on what the tool said. `choose` takes one tool for a question; `plan.py` beside it takes two at most. It
exists so that the way from a question through guardrail, tool, permissions and answer can be rehearsed; nothing that
it says is evidence about a real model.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.services.shared.scripted_model.words import STOP_WORDS, distinctive_words, fold, stem

NOTE = "[scripted stand-in, no language model]"
NOTHING_FOUND = f"{NOTE} No tool fits this question, and no document answers it."
ENOUGH = 1.5
NAME_WEIGHT, DESCRIPTION_WEIGHT = 3.0, 1.0

# Folded Vietnamese phrases and English words that people use for what the tools call otherwise.
GLOSSARY = {
    "lich trinh": "agenda",
    "chuong trinh": "agenda",
    "may gio": "agenda time",
    "schedule": "agenda",
    "what time": "agenda time",
    "dich": "translate translates",
    "ngon ngu": "language detect languages",
    "which language": "detect languages",
    "what language": "detect languages",
    "du doan": "predict predicts",
    "xac suat": "predict probability",
    "prediction": "predict",
    "probability": "predict probability",
    "tro ly": "helper",
    "nguoi huong dan": "helper request",
    "nguoi ho tro": "helper request",
    "nho nguoi": "helper request",
    "yeu cau cua toi": "list requests",
    "my requests": "list requests",
    "tai lieu": "documents",
    "tim": "searches",
    "search": "searches",
}
LANGUAGES = {
    "vi": ("vietnamese", "tieng viet"),
    "en": ("english", "tieng anh"),
    "fr": ("french", "tieng phap"),
    "ja": ("japanese", "tieng nhat"),
    "ko": ("korean", "tieng han"),
    "zh": ("chinese", "tieng trung"),
}
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]|(?<!\w)['‘]([^'‘’]+)['’](?!\w)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PLAIN = re.compile(r"[^\W_]+")
_CHOICES = re.compile(r"One of: ([^.]+)\.")


@dataclass(frozen=True)
class ToolParameter:
    """One parameter of a tool; `choices` are its allowed values if it says which."""

    name: str
    type: str
    description: str = ""
    required: bool = False

    @property
    def choices(self) -> list[str]:
        """Values that the description lists after "One of:"."""
        found = _CHOICES.search(self.description)
        return [choice.strip() for choice in found[1].split(",")] if found else []


@dataclass(frozen=True)
class ToolSpec:
    """A tool as a model would be told of it."""

    name: str
    description: str
    parameters: tuple[ToolParameter, ...] = ()
    handle: Any = field(default=None, compare=False)
    """Whatever the caller needs to find it again."""


@dataclass(frozen=True)
class Choice:
    """The tool that the script calls, and with what."""

    tool: ToolSpec
    arguments: Mapping[str, Any]


def choose(question: str, tools: Sequence[ToolSpec]) -> Choice | None:
    """The best tool whose required parameters are in the question; the document search if none is good enough."""
    asked = _asked(question)
    weights = [_weights(tool) for tool in tools]
    spread = Counter(word for each in weights for word in each)
    scores = [sum(weight / spread[word] for word, weight in each.items() if word in asked) for each in weights]
    ranked = sorted(range(len(tools)), key=lambda place: -scores[place])
    candidates = [tools[place] for place in ranked if scores[place] >= ENOUGH]
    candidates += [tool for tool in tools if "search" in tool.name]
    for tool in candidates:
        arguments = extract(question, tool)
        if arguments is not None:
            return Choice(tool, arguments)
    return None


def answer(tool: str, data: Any) -> str:
    """The answer text: the tool's own data, and who speaks."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"{NOTE} {tool}: {text}"


def quote(source: str, passage: str) -> str:
    """The answer text for a passage of a document."""
    return f"{NOTE} {source}: {passage}"


def _asked(question: str) -> set[str]:
    folded = " ".join(["", *_PLAIN.findall(fold(_QUOTED.sub(" ", question))), ""])
    known = [words for phrase, words in GLOSSARY.items() if f" {phrase} " in folded]
    return {stem(word) for word in distinctive_words(" ".join([folded, *known]))}


def _weights(tool: ToolSpec) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word in distinctive_words(tool.description):
        weights[stem(word)] = DESCRIPTION_WEIGHT
    for word in tool.name.rpartition("___")[2].split("_"):
        if word not in STOP_WORDS:
            weights[stem(word)] = NAME_WEIGHT
    return weights


def extract(question: str, tool: ToolSpec) -> dict[str, Any] | None:
    """Arguments taken from the question, or None if a required one is not in it."""
    arguments: dict[str, Any] = {}
    for parameter in tool.parameters:
        value = _value(question, parameter)
        if value is not None:
            arguments[parameter.name] = value
        elif parameter.required:
            return None
    return arguments


def _value(question: str, parameter: ToolParameter) -> Any:
    if parameter.type == "array":
        numbers = [float(number) for number in _NUMBER.findall(question)]
        return numbers or None
    if parameter.type in ("number", "integer"):
        found = _NUMBER.search(question)
        return None if found is None else float(found[0]) if parameter.type == "number" else int(float(found[0]))
    if parameter.type == "boolean":
        return None
    if parameter.choices:
        return _choice(question, parameter)
    return _text(question, parameter)


def _choice(question: str, parameter: ToolParameter) -> str | None:
    folded = fold(_QUOTED.sub(" ", question)).replace("-", " ")
    names = {choice: LANGUAGES.get(choice, (fold(choice).replace("-", " "),)) for choice in parameter.choices}
    hits = {choice: max(folded.rfind(name) for name in known) for choice, known in names.items()}
    # "from English into Vietnamese": the last one named is the one that is wanted.
    best = max(hits, key=lambda choice: hits[choice])
    if hits[best] < 0:
        return None
    # An optional language narrows a search; naming a language in passing must not.
    return best if parameter.required or best not in LANGUAGES else None


def _text(question: str, parameter: ToolParameter) -> str | None:
    quoted = _QUOTED.search(question)
    if parameter.required:
        if parameter.name == "question":
            return question.strip()
        if quoted:
            return (quoted[1] or quoted[2]).strip()
        return (question.partition(":")[2] or question).strip()
    named = re.search(rf"\b{re.escape(parameter.name)}\s+([\w-]+)", question, re.IGNORECASE)
    return named[1] if named else None
