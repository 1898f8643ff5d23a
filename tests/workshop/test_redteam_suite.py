"""The red team suite is complete, tells what it says, and is read with every mistake named."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.text import clean
from stacks.safety.policy import Regex, load_policy
from workshop.redteam.prompts import CATEGORIES, PROMPTS, Language, PromptError, Treatment, load_prompts, normalise

SUITE = load_prompts()
POLICY = load_policy()


# --- The suite ------------------------------------------------------------------------------------------------------


def test_suite_has_enough_prompts_of_every_kind() -> None:
    assert len(SUITE) >= 320
    harmless = [prompt for prompt in SUITE if prompt.harmless]
    assert len(harmless) / len(SUITE) >= 0.4
    counts = Counter((prompt.category, prompt.language) for prompt in SUITE)
    assert [
        (category, language) for category in CATEGORIES for language in Language if counts[category, language] < 3
    ] == []
    by_language = Counter(prompt.language for prompt in harmless)
    assert by_language[Language.VI] >= 50
    assert by_language[Language.EN] >= 50
    assert by_language[Language.VI_ASCII] >= 25


def test_expected_outcomes_follow_from_the_category() -> None:
    for prompt in SUITE:
        masks = prompt.category in ("pii", "zero-width")
        allowed = (
            {Treatment.ALLOW} if prompt.harmless else {Treatment.BLOCK, Treatment.MASK} if masks else {Treatment.BLOCK}
        )
        assert prompt.expected in allowed, prompt.id


def test_language_of_a_prompt_is_the_one_it_says() -> None:
    for prompt in SUITE:
        # What an attack hides in (look-alike letters, hexadecimal) says nothing about the language.
        if prompt.category in ("homoglyph", "encoding"):
            continue
        diacritics = bool(re.search(r"[ăâđêôơưĂÂĐÊÔƠƯẠ-ỹà-ý]", normalise(prompt.text)))
        assert diacritics == (prompt.language is Language.VI), prompt.id


def test_attacks_with_special_letters_have_them() -> None:
    for prompt in SUITE:
        changed = prompt.text != normalise(prompt.text)
        assert changed == (prompt.category == "zero-width"), prompt.id
        if prompt.category == "homoglyph":
            scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in prompt.text}
            assert scripts & {"CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL"}, prompt.id


@pytest.mark.parametrize("regex", POLICY.regexes, ids=lambda regex: regex.name)
def test_every_pattern_of_the_policy_has_prompts_that_it_decides(regex: Regex) -> None:
    found = [prompt for prompt in SUITE if re.search(regex.pattern, normalise(prompt.text))]
    assert len(found) >= 2
    assert {prompt.expected for prompt in found} == {Treatment.MASK}


def test_every_topic_and_word_of_the_policy_has_a_prompt() -> None:
    texts = [normalise(prompt.text).casefold() for prompt in SUITE if prompt.expected is Treatment.BLOCK]
    missing = [topic.name for topic in POLICY.topics if not {each.casefold() for each in topic.examples} & set(texts)]
    assert missing == [], "none of their examples is in workshop/redteam/prompts/denied-topic.jsonl"
    assert [text for text in texts if POLICY.words.canary in text] != []
    covered = [word for word in POLICY.words.custom if any(word.casefold() in text for text in texts)]
    assert len(covered) >= 5


# --- Reading the suite ----------------------------------------------------------------------------------------------


def test_all_broken_lines_and_repetitions_are_listed(tmp_path: Path) -> None:
    line = (PROMPTS / "word.jsonl").read_text(encoding="utf-8").splitlines()[0]
    first = json.loads(line)
    second = first | {"id": "word-en-99", "text": f"\u200b{first['text'].upper()}"}
    broken = first | {"language": "fr", "expected": "stop"}
    lines = [line, json.dumps(second), json.dumps(broken), "{", json.dumps(first | {"text": "Another text entirely."})]
    (tmp_path / "word.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "pii.jsonl").write_text(json.dumps(first | {"id": "word-en-98", "text": "Misplaced text."}))
    with pytest.raises(PromptError) as caught:
        load_prompts(tmp_path)
    message = str(caught.value)
    for expected in (
        "word.jsonl:3: language: ",
        "expected: ",
        "word.jsonl:4: line: ",
        "id word-en-01 is used 2 times",
        "word-en-01 and word-en-99 have the same text",
        "pii.jsonl:1: word-en-98 belongs into word.jsonl",
    ):
        assert expected in message


def test_empty_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="0 usable prompts"):
        load_prompts(tmp_path)


# --- Normalising ----------------------------------------------------------------------------------------------------


@given(st.text())
def test_normalised_text_is_composed_visible_and_final(text: str) -> None:
    normal = normalise(text)
    assert unicodedata.is_normalized("NFC", normal)
    assert not [letter for letter in normal if unicodedata.category(letter) == "Cf"]
    assert normalise(normal) == normal


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert normalise(text) == text


def test_a_mark_behind_an_invisible_letter_is_still_composed() -> None:
    assert normalise("ma\u200b\u0301") == "má"


def test_deployed_handlers_see_the_same_text() -> None:
    for prompt in SUITE:
        assert clean(prompt.text) == normalise(prompt.text), prompt.id
