"""Translate and Comprehend: what they claim, and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.shared.languages import detect
from tests.local_aws.services.conftest import Client


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hôm nay chúng ta học về trí tuệ nhân tạo", "vi"),
        ("xin chao cac ban", "vi"),
        ("Where is the room of the workshop?", "en"),
        ("こんにちは", "ja"),
        ("Привет", "ru"),
        ("สวัสดี", "th"),
    ],
)
def test_language_is_told(client: Client, text: str, language: str) -> None:
    found = client("comprehend").detect_dominant_language(Text=text)["Languages"]
    assert found[0]["LanguageCode"] == language


def test_text_that_says_nothing_scores_low() -> None:
    assert detect("12345") == [("en", 0.5)]


def test_translation_says_that_it_is_none(client: Client) -> None:
    answer = client("translate").translate_text(
        Text="The lab starts now", SourceLanguageCode="auto", TargetLanguageCode="vi"
    )
    assert answer["TranslatedText"] == "[vi] The lab starts now"
    assert (answer["SourceLanguageCode"], answer["TargetLanguageCode"]) == ("en", "vi")


def test_greetings_are_known_and_text_in_the_target_stays(client: Client) -> None:
    translate = client("translate").translate_text
    known = translate(Text="Xin chào!", SourceLanguageCode="vi", TargetLanguageCode="en")
    same = translate(Text="Chúng tôi ở đây", SourceLanguageCode="auto", TargetLanguageCode="vi")
    assert (known["TranslatedText"], same["TranslatedText"]) == ("Hello", "Chúng tôi ở đây")


def test_limits(client: Client) -> None:
    translate = client("translate")
    with pytest.raises(translate.exceptions.TextSizeLimitExceededException):
        translate.translate_text(Text="ă" * 5001, SourceLanguageCode="vi", TargetLanguageCode="en")
    with pytest.raises(translate.exceptions.UnsupportedLanguagePairException):
        translate.translate_text(Text="x", SourceLanguageCode="tlh", TargetLanguageCode="en")


@given(st.text(min_size=1, max_size=100))
def test_any_text_has_a_language_and_scores_are_shares(text: str) -> None:
    found = detect(text)
    assert found
    assert 0 < sum(score for _, score in found) <= 1
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
