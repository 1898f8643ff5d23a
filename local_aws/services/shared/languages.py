"""Which language a text is in, and a translation that is none: behind Amazon Translate and Amazon Comprehend.

Languages are told by their script, by letters that only Vietnamese has, and by the small words of Vietnamese and
English; everything else counts as English with a low score. A translation is the text itself behind the name of the
language, `[vi] …`, except for a handful of greetings. ministack has neither operation; moto has a fixed answer only.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from local_aws.services.shared.scripted_model.words import fold, is_vietnamese, words

_DATA: dict[str, Any] = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
TRANSLATED = frozenset(_DATA["translated"])
LOW = 0.5
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
}
_SMALL = {code: frozenset(text.split()) for code, text in _DATA["small_words"].items()}
_PHRASES: list[dict[str, str]] = _DATA["phrases"]


def detect(text: str) -> list[tuple[str, float]]:
    """(language code, score) of the likely languages, best first; at least one."""
    for code, pattern in _SCRIPTS.items():
        if pattern.search(text):
            return [(code, 0.99)]
    if is_vietnamese(text):
        return [("vi", 0.99)]
    found = {word for each in words(text) for word in (fold(each),)}
    hits = {code: len(found & small) for code, small in _SMALL.items()}
    total = sum(hits.values())
    if not total:
        return [("en", LOW)]
    ranked = sorted(hits.items(), key=lambda hit: -hit[1])
    return [(code, round(0.98 * count / total, 4)) for code, count in ranked if count]


def translate(text: str, target: str) -> str:
    """A known greeting in the other language, or the text itself marked with the language's code."""
    plain = " ".join(words(text))
    for phrase in _PHRASES:
        if target in phrase and plain in phrase.values():
            return phrase[target].capitalize()
    return f"[{target}] {text}"
