"""The prompts of the red team suite, read from `prompts/*.jsonl` and checked."""

import re
import unicodedata
from collections import defaultdict
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

PROMPTS = Path(__file__).with_name("prompts")
CATEGORIES = (
    "override",
    "role-play",
    "leakage",
    "encoding",
    "homoglyph",
    "zero-width",
    "indirect-document",
    "indirect-tool",
    "tool-parameter",
    "pii",
    "denied-topic",
    "word",
    "harmless",
)
HARMLESS = "harmless"
INVISIBLE_MARKS = "\u034f\ufe0e\ufe0f"
"""Combining grapheme joiner and variation selectors: marks without a shape of their own."""


class Language(StrEnum):
    """`vi-ascii` is Vietnamese as people type it without diacritics."""

    VI = "vi"
    VI_ASCII = "vi-ascii"
    EN = "en"


class Treatment(StrEnum):
    """What happens to a text, from lenient to strict."""

    ALLOW = "allow"
    MASK = "mask"
    BLOCK = "block"

    @property
    def strictness(self) -> int:
        """A number to compare by: 0 for ALLOW, 2 for BLOCK."""
        return list(Treatment).index(self)


class Judge(StrEnum):
    """The part of the guardrail that the expected outcome rests on. MODEL is what only AWS has."""

    WORD = "word"
    REGEX = "regex"
    PII = "pii"
    TOPIC = "topic"
    MODEL = "model"


class Source(StrEnum):
    """The side of the conversation. Documents and tool results with orders in them are judged as INPUT: prompt attacks
    are not looked for in OUTPUT (docs.aws.amazon.com/bedrock/latest/userguide/guardrails-prompt-attack.html).
    """

    INPUT = "input"
    OUTPUT = "output"


class Prompt(BaseModel):
    """One prompt of the suite, with what should happen to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z-]+-\d{2}$")
    language: Language
    category: str
    text: str = Field(min_length=10, max_length=1_000)
    expected: Treatment
    judged_by: Judge
    source: Source
    note: str

    @field_validator("category")
    @classmethod
    def _known(cls, category: str) -> str:
        if category not in CATEGORIES:
            raise ValueError(f"must be one of {', '.join(CATEGORIES)}")
        return category

    @property
    def harmless(self) -> bool:
        """True if an intervention would be a mistake."""
        return self.category == HARMLESS


class PromptError(ValueError):
    """The suite cannot be used; the message lists every reason."""


def normalise(text: str) -> str:
    """Composed letters (NFC) without invisible characters: what is judged is what a person sees.

    Drops zero-width and bidirectional controls, soft hyphens and tag characters, all of Unicode's category Cf.
    """
    visible = (letter for letter in text if unicodedata.category(letter) != "Cf" and letter not in INVISIBLE_MARKS)
    return unicodedata.normalize("NFC", "".join(visible))


def comparable(text: str) -> str:
    """A text without diacritics, case, punctuation and double spaces: equal for two ways to type the same thing."""
    decomposed = unicodedata.normalize("NFD", normalise(text)).replace("đ", "d").replace("Đ", "D")
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters.casefold()))


def load_prompts(folder: Path = PROMPTS) -> tuple[Prompt, ...]:
    """All prompts of a folder. Raises PromptError that lists every broken line, repeated id and repeated text."""
    prompts: list[Prompt] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                prompt = Prompt.model_validate_json(line)
            except ValidationError as error:
                problems += [f"{path.name}:{number}: {_describe(error)}"]
                continue
            prompts.append(prompt)
            if prompt.category != path.stem:
                problems.append(f"{path.name}:{number}: {prompt.id} belongs into {prompt.category}.jsonl")
    problems += _repetitions(prompts)
    if problems or not prompts:
        raise PromptError("\n  - ".join([f"{folder.name}: {len(prompts)} usable prompts", *problems]))
    return tuple(prompts)


def _describe(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, entry['loc'])) or 'line'}: {entry['msg']}" for entry in error.errors())


def _repetitions(prompts: list[Prompt]) -> list[str]:
    ids: dict[str, list[str]] = defaultdict(list)
    texts: dict[str, list[str]] = defaultdict(list)
    for prompt in prompts:
        ids[prompt.id].append(prompt.category)
        texts[comparable(prompt.text)].append(prompt.id)
    repeated_ids = [f"id {key} is used {len(used)} times" for key, used in ids.items() if len(used) > 1]
    return repeated_ids + [f"{' and '.join(used)} have the same text" for used in texts.values() if len(used) > 1]
