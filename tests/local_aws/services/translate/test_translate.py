"""Translate: what it claims, and no more."""

import pytest

from tests.local_aws.doors import Client


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
