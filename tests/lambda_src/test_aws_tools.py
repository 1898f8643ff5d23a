"""predict, language and document_search: what they ask AWS, and what they make of its answers."""

import json
from typing import Any

import pytest

from tests.lambda_src.support import Answer, Function, aws_answers, aws_error, gateway_context, json_answer

ROW = [1.8, 11, 0, 11.3, 19, 2.8]


def test_predict_sends_one_csv_row_and_gives_the_number(predict: Function) -> None:
    with aws_answers(predict, lambda request: (200, {"Content-Type": "text/csv"}, b"0.5000600814819336\n")) as aws:
        assert predict({"features": ROW}, gateway_context("predict")) == {"prediction": 0.5000600814819336}
    (request,) = aws.requests
    assert request.url == "https://runtime.sagemaker.ap-southeast-1.amazonaws.com/endpoints/endpoint/invocations"
    assert aws.sent == b"1.8,11.0,0.0,11.3,19.0,2.8"
    assert request.headers["Content-Type"] == b"text/csv"


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"1", 1.0),
        (b"-2.5e-05", -2.5e-05),
        (b" 0.25\r\n", 0.25),
        (b"", None),
        (b"0.5,0.6", None),
        (b"[0.5]", None),
        (b"nan", None),
        (b"inf", None),
        (b"1e999", None),
        (b"1_0", None),
        ("٠.٥".encode(), None),
        (b"\xff", None),
        (b"0." + b"5" * 2_000 + b" and more", None),
    ],
)
def test_predict_takes_one_finite_number_and_nothing_else(predict: Function, body: bytes, number: float | None) -> None:
    with aws_answers(predict, lambda request: (200, {}, body)):
        answer = predict({"features": ROW}, gateway_context("predict"))
    if number is None:
        assert answer["error"]["code"] == "service_unavailable"
    else:
        assert answer == {"prediction": number}


@pytest.mark.parametrize(
    "features",
    [None, [], ROW[:5], [*ROW, 1], ["1", 2, 3, 4, 5, 6], [True, 2, 3, 4, 5, 6], [float("inf"), 2, 3, 4, 5, 6], "1,2"],
)
def test_predict_refuses_bad_rows(predict: Function, features: Any) -> None:
    with aws_answers(predict, lambda request: (200, {}, b"0.5")) as aws:
        answer = predict({"features": features}, gateway_context("predict"))
    assert answer["error"]["code"] == "invalid_input"
    assert aws.requests == []


def test_an_endpoint_that_starts_slowly_is_waited_for_once(predict: Function) -> None:
    config = predict.clients[0].meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (1, 15, 1)


def test_every_other_client_is_quick(desk: Function, language: Function, document_search: Function) -> None:
    for client in (*desk.clients, *language.clients, *document_search.clients):
        config = client.meta.config
        assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (1, 5, 2)


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


def passage(text: str, uri: str | None = "s3://bucket/docs/vi/agenda.md") -> dict[str, Any]:
    location = {"type": "S3", "s3Location": {"uri": uri}} if uri else {"type": "WEB"}
    return {"content": {"type": "TEXT", "text": text}, "location": location, "score": 0.87654}


@pytest.mark.parametrize("wanted", ["vi", None])
def test_search_asks_for_four_in_the_wanted_language(document_search: Function, wanted: str | None) -> None:
    with aws_answers(document_search, lambda request: json_answer({"retrievalResults": [passage("Giải lao")]})) as aws:
        event = {"question": "Khi nào giải lao?", "language": wanted}
        result = document_search(event, gateway_context("search_documents"))
    assert result == {"passages": [{"source": "agenda.md", "text": "Giải lao", "score": 0.877}]}
    (request,) = aws.requests
    assert request.url.endswith("/knowledgebases/KB12345678/retrieve")
    language_filter = {"filter": {"equals": {"key": "language", "value": "vi"}}} if wanted else {}
    assert json.loads(aws.sent) == {
        "retrievalQuery": {"text": "Khi nào giải lao?"},
        "retrievalConfiguration": {"vectorSearchConfiguration": {"numberOfResults": 4, **language_filter}},
    }


def test_search_trims_and_cleans_passages_and_hides_the_bucket(document_search: Function) -> None:
    answer = json_answer(
        {"retrievalResults": [passage("a\u200bb" + "ế" * 2_000), passage("c", None), passage("d", "")]}
    )
    with aws_answers(document_search, lambda request: answer):
        result = document_search({"question": "What?"}, gateway_context("search_documents"))
    assert [item["source"] for item in result["passages"]] == ["agenda.md", "unknown", "unknown"]
    assert result["passages"][0]["text"] == "ab" + "ế" * 1_298 + "…"
    assert "bucket" not in json.dumps(result)


def test_four_long_vietnamese_passages_fit(document_search: Function) -> None:
    with aws_answers(document_search, lambda request: json_answer({"retrievalResults": [passage("ế" * 1_300)] * 6})):
        result = document_search({"question": "What?"}, gateway_context("search_documents"))
    assert len(result["passages"]) == 4
    assert "truncated" not in result


@pytest.mark.parametrize(
    "event", [{}, {"question": "?"}, {"question": "x" * 1_001}, {"question": "ok", "language": "fr"}]
)
def test_search_refuses_bad_input(document_search: Function, event: dict[str, str]) -> None:
    with aws_answers(document_search, lambda request: json_answer({"retrievalResults": []})) as aws:
        assert document_search(event, gateway_context("search_documents"))["error"]["code"] == "invalid_input"
    assert aws.requests == []
