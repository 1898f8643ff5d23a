"""translate_text and detect_language: what they ask AWS, and what they make of its answers."""

import json

import pytest

from tests.lambda_src.support import Answer, Function, aws_answers, aws_error, gateway_context, json_answer


def test_translate(language: Function) -> None:
    answer = json_answer({"TranslatedText": "Hello", "SourceLanguageCode": "vi", "TargetLanguageCode": "en"})
    with aws_answers(language, lambda request: answer) as aws:
        result = language({"text": "Xin chào", "target_language": "en"}, gateway_context("translate_text"))
    assert result == {"translation": "Hello", "source_language": "vi", "target_language": "en"}
    assert json.loads(aws.sent) == {
        "Text": "Xin chào",
        "SourceLanguageCode": "auto",
        "TargetLanguageCode": "en",
    }


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (aws_error("UnsupportedLanguagePairException"), "language_unclear"),
        (aws_error("DetectedLanguageLowConfidenceException"), "language_unclear"),
        (aws_error("AccessDeniedException"), "service_unavailable"),
    ],
)
def test_translate_says_when_the_language_is_unclear(language: Function, answer: Answer, code: str) -> None:
    with aws_answers(language, lambda request: answer):
        result = language({"text": "??", "target_language": "en"}, gateway_context("translate_text"))
    assert result["error"]["code"] == code


@pytest.mark.parametrize(
    "event", [{"text": "a"}, {"text": "a", "target_language": "fr"}, {"text": "x" * 2_001, "target_language": "vi"}]
)
def test_translate_refuses_bad_input(language: Function, event: dict[str, str]) -> None:
    assert language(event, gateway_context("translate_text"))["error"]["code"] == "invalid_input"


def test_detect_gives_the_three_best(language: Function) -> None:
    scores = {"fr": 0.1, "vi": 0.71234, "en": 0.15, "de": 0.03}
    answer = json_answer({"Languages": [{"LanguageCode": code, "Score": score} for code, score in scores.items()]})
    with aws_answers(language, lambda request: answer):
        result = language({"text": "Xin chào"}, gateway_context("detect_language"))
    assert result == {
        "languages": [
            {"language": "vi", "score": 0.712},
            {"language": "en", "score": 0.15},
            {"language": "fr", "score": 0.1},
        ]
    }
