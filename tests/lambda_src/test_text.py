import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.text import clean, clean_value

ANY_TEXT = st.text(st.characters())
"""Lone surrogates included."""


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("Xin cha\u0300o", "Xin chào"),
        ("pass\u200bword", "password"),
        ("\u202eevil\u202c", "evil"),
        ("\u2066a\u2069", "a"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("\ufeffa\u00adb", "ab"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("vs\ufe0f\U000e0101", "vs"),
        ("\u3164\u115f\uffa0\u2800x", "x"),
        ("half\ud800", "half"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("e\u200b\u0301", "é"),
    ],
)
def test_what_cannot_be_seen_goes(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@pytest.mark.parametrize("text", ["Trường Đại học", "日本語", "مرحبا", "a, b; {c}", "🙂"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert clean(text) == text


@given(ANY_TEXT)
def test_clean_text_is_stable_encodable_and_visible(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()
    assert {unicodedata.category(c) for c in cleaned if c not in "\n\t"}.isdisjoint({"Cc", "Cf", "Cs"})


def test_strings_anywhere_in_a_value_are_cleaned() -> None:
    assert clean_value({"a\u200b": ["\u200bb", {"c": "d\u200b"}], "n": 1, "x": None}) == {
        "a": ["b", {"c": "d"}],
        "n": 1,
        "x": None,
    }
