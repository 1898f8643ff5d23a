"""The guardrail policy: a typed, validated reading of `policy.toml`. Knows neither CDK nor boto3.

Limits are those of `limits.py`.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from stacks.safety.limits import (
    MAX_EXAMPLE,
    MAX_EXAMPLES,
    MAX_MESSAGE,
    MAX_PHRASES,
    MAX_REGEX,
    MAX_REGEXES,
    MAX_TOPIC_DEFINITION,
    MAX_TOPIC_NAME,
    MAX_TOPICS,
    MAX_WORD,
    MAX_WORDS_PER_PHRASE,
)

POLICY_FILE = Path(__file__).with_name("policy.toml")

Strength = Literal["NONE", "LOW", "MEDIUM", "HIGH"]
SensitiveAction = Literal["BLOCK", "ANONYMIZE", "NONE"]
PiiType = Literal[
    "ADDRESS", "AGE", "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "CREDIT_DEBIT_CARD_CVV", "CREDIT_DEBIT_CARD_EXPIRY",
    "CREDIT_DEBIT_CARD_NUMBER", "DRIVER_ID", "EMAIL", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "IP_ADDRESS",
    "LICENSE_PLATE", "MAC_ADDRESS", "NAME", "PASSWORD", "PHONE", "PIN", "SWIFT_CODE", "URL", "USERNAME",
    "VEHICLE_IDENTIFICATION_NUMBER",
]  # fmt: skip
"""Built-in types, without those of single countries (US, UK, Canada) that mean nothing here."""

Entry = TypeVar("Entry")


class PolicyError(ValueError):
    """The policy file cannot be used. `problems` has every reason, each with its place in the file."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n  - ".join([f"{path.name}: {len(problems)} problem(s)", *problems]))


def _unique(key: Callable[[Entry], str]) -> AfterValidator:
    def check(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        counts = Counter(key(entry).casefold() for entry in entries)
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise ValueError(f"{', '.join(repeated)}: listed more than once; keep one")
        return entries

    return AfterValidator(check)


def _check_phrase(text: str) -> str:
    if len(text.split()) > MAX_WORDS_PER_PHRASE:
        raise ValueError(f"has {len(text.split())} words, a custom phrase takes at most {MAX_WORDS_PER_PHRASE}")
    return text


def _check_pattern(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    # The engine behind the guardrail is not documented, so only what every engine has is allowed.
    if re.search(r"\(\?[^:]|\\[1-9]", re.sub(r"\\[^1-9]", "", pattern)):
        raise ValueError("has a look-around, flag, named group or back-reference; of these only (?:...) is allowed")
    if compiled.search(""):
        raise ValueError("matches an empty text, so it would act on everything")
    return pattern


Phrase = Annotated[str, Field(min_length=1, max_length=MAX_WORD), AfterValidator(_check_phrase)]
Pattern = Annotated[str, Field(min_length=1, max_length=MAX_REGEX), AfterValidator(_check_pattern)]
Message = Annotated[str, Field(min_length=1, max_length=MAX_MESSAGE)]
Example = Annotated[str, Field(min_length=1, max_length=MAX_EXAMPLE)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ContentFilter(_Model):
    """How strongly one kind of harmful content is filtered."""

    type: Literal["HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT", "PROMPT_ATTACK"]
    input: Strength
    """For what is asked."""
    output: Strength
    """For what is answered."""

    @field_validator("output")
    @classmethod
    def _prompt_attacks_are_input(cls, output: Strength, info: ValidationInfo) -> Strength:
        if info.data.get("type") == "PROMPT_ATTACK" and output != "NONE":
            raise ValueError(f"is {output}; the service judges PROMPT_ATTACK on input only and takes NONE here")
        return output


class Topic(_Model):
    """A topic that the guardrail denies."""

    name: str = Field(min_length=1, max_length=MAX_TOPIC_NAME, pattern=r"^[0-9a-zA-Z\-_ !?.]+$")
    definition: str = Field(min_length=1, max_length=MAX_TOPIC_DEFINITION)
    examples: tuple[Example, ...] = Field(max_length=MAX_EXAMPLES)


class Words(_Model):
    """Exact words and phrases that are blocked."""

    managed_lists: tuple[Literal["PROFANITY"], ...]
    canary: Phrase
    """Blocked in answers only."""
    custom: Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=MAX_PHRASES), _unique(str)]
    """Blocked in both directions."""


class PiiEntity(_Model):
    """A built-in kind of personal data and what happens to it, in both directions."""

    type: PiiType
    action: SensitiveAction


class Regex(_Model):
    """A kind of personal data of our own, found by pattern, in both directions."""

    name: str = Field(min_length=1, max_length=100)
    description: str = Field(min_length=1, max_length=1_000)
    pattern: Pattern
    action: SensitiveAction


class GroundingFilter(_Model):
    """The lowest acceptable score (0 to 0.99) of an answer against the retrieved passages or the question."""

    type: Literal["GROUNDING", "RELEVANCE"]
    threshold: float = Field(ge=0, le=0.99)
    action: Literal["BLOCK", "NONE"]


class GuardrailPolicy(_Model):
    """All of `policy.toml`. Name and guardrail profile are not here: they depend on the workshop and its region."""

    description: str = Field(min_length=1, max_length=200)
    tier: Literal["CLASSIC", "STANDARD"]
    blocked_input: Message
    blocked_output: Message
    content_filters: Annotated[
        tuple[ContentFilter, ...], Field(min_length=1, max_length=6), _unique(attrgetter("type"))
    ]
    topics: Annotated[tuple[Topic, ...], Field(min_length=1, max_length=MAX_TOPICS), _unique(attrgetter("name"))]
    words: Words
    pii: Annotated[tuple[PiiEntity, ...], Field(min_length=1), _unique(attrgetter("type"))]
    regexes: Annotated[tuple[Regex, ...], Field(min_length=1, max_length=MAX_REGEXES), _unique(attrgetter("name"))]
    grounding: Annotated[tuple[GroundingFilter, ...], Field(min_length=1, max_length=2), _unique(attrgetter("type"))]


def load_policy(path: Path = POLICY_FILE) -> GuardrailPolicy:
    """Read and validate a policy. Raises PolicyError that lists every problem with its place in the file."""
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(path, [f"cannot be read as TOML: {error}"]) from None
    problems = []
    if not unicodedata.is_normalized("NFC", text):
        problems.append("has decomposed letters, which no normalised input can match; save the file in NFC")
    try:
        policy = GuardrailPolicy.model_validate(values)
    except ValidationError as error:
        problems += [f"{'.'.join(map(str, entry['loc']))}: {_explain(entry['msg'])}" for entry in error.errors()]
    if problems:
        raise PolicyError(path, problems)
    return policy


def _explain(message: str) -> str:
    return message.removeprefix("Value error, ")
