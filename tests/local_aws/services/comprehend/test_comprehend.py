"""Comprehend: which language a text is in."""

import pytest

from tests.local_aws.doors import Client


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
