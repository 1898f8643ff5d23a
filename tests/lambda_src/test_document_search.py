"""search_documents: what it asks AWS, and what it makes of the answers."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest

from tests.lambda_src.support import Answer, Function, aws_answers, gateway_context, json_answer


def passage(text: str, uri: str | None = "s3://bucket/docs/vi/agenda.md") -> dict[str, Any]:
    location = {"type": "S3", "s3Location": {"uri": uri}} if uri else {"type": "WEB"}
    return {"content": {"type": "TEXT", "text": text}, "location": location, "score": 0.87654}


@pytest.mark.parametrize("wanted", ["vi", None])
def test_search_asks_for_four_in_the_wanted_language(document_search: Function, wanted: str | None) -> None:
    with aws_answers(document_search, lambda request: json_answer({"retrievalResults": [passage("Giải lao")]})) as aws:
        event = {"question": "Khi nào giải lao?", "language": wanted}
        result = document_search(event, gateway_context("search_documents"))
    own = {"source": "agenda.md", "document": "vi/agenda", "title": ""}
    assert result == {"passages": [{**own, "text": "Giải lao", "score": 0.877}]}
    request = aws.requests[0]
    assert request.url.endswith("/knowledgebases/KB12345678/retrieve")
    language_filter = {"filter": {"equals": {"key": "language", "value": "vi"}}} if wanted else {}
    assert json.loads(aws.sent) == {
        "retrievalQuery": {"text": "Khi nào giải lao?"},
        "retrievalConfiguration": {"vectorSearchConfiguration": {"numberOfResults": 4, **language_filter}},
    }


def found_in(document_search: Function, language: str, labels: dict[str, str | None], best: str = "") -> list[str]:
    """File names for a question in that language, in a knowledge base whose documents have these languages; all answer
    it alike but the best one."""

    def knowledge_base(request: AWSPreparedRequest) -> Answer:
        body = request.body
        assert isinstance(body, bytes)
        search = json.loads(body)["retrievalConfiguration"]["vectorSearchConfiguration"]
        wanted = search.get("filter", {}).get("equals", {}).get("value")
        # As Bedrock does: an attribute that a document lacks is equal to nothing.
        results = [
            passage(name, f"s3://bucket/docs/{name}")
            | ({"metadata": {"language": label}} if label else {})
            | ({"score": 0.9} if name == best else {})
            for name, label in sorted(labels.items(), key=lambda each: each[0] != best)
            if wanted in (None, label)
        ]
        return json_answer({"retrievalResults": results[: search["numberOfResults"]]})

    with aws_answers(document_search, knowledge_base):
        event = {"question": "Bữa trưa ở đâu?", "language": language}
        return [each["source"] for each in document_search(event, gateway_context("search_documents"))["passages"]]


def test_a_document_without_a_language_is_found_behind_those_that_have_it(document_search: Function) -> None:
    labels = {"none.md": None, "region.md": "vi-VN", "en.md": "en", "vi.md": "vi"}
    assert found_in(document_search, "vi", labels) == ["vi.md", "none.md", "region.md"]
    assert found_in(document_search, "en", labels) == ["en.md", "none.md"]


def test_enough_in_the_wanted_language_is_enough(document_search: Function) -> None:
    labels = {"none.md": None, **{f"{number}.md": "vi" for number in range(4)}}
    assert found_in(document_search, "vi", labels) == ["0.md", "1.md", "2.md", "3.md"]


def test_the_best_document_is_found_without_a_language_however_many_have_one(document_search: Function) -> None:
    labels = {**{f"{number}.md": "vi" for number in range(9)}, "none.md": None}
    assert found_in(document_search, "vi", labels, best="none.md") == ["none.md", "0.md", "1.md", "2.md"]


def test_the_best_document_of_another_language_stays_out(document_search: Function) -> None:
    labels: dict[str, str | None] = {**{f"{number}.md": "vi" for number in range(9)}, "en.md": "en"}
    assert found_in(document_search, "vi", labels, best="en.md") == ["0.md", "1.md", "2.md", "3.md"]


def test_search_trims_and_cleans_passages_and_hides_the_bucket(document_search: Function) -> None:
    answer = json_answer(
        {"retrievalResults": [passage("a\u200bb" + "ế" * 2_000), passage("c", None), passage("d", "")]}
    )
    with aws_answers(document_search, lambda request: answer):
        result = document_search({"question": "What?"}, gateway_context("search_documents"))
    assert [item["source"] for item in result["passages"]] == ["agenda.md", "unknown", "unknown"]
    assert result["passages"][0]["text"] == "ab" + "ế" * 1_298 + "…"
    assert "bucket" not in json.dumps(result)


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("s3://bucket/docs/en/house-rules.md", "en/house-rules"),
        ("s3://bucket/docs/vi/house-rules.txt", None),
        ("s3://bucket/docs/fr/house-rules.md", None),
        ("s3://bucket/docs/vi/../secret.md", None),
        ("s3://bucket/uploads/vi/house-rules.md", None),
    ],
)
def test_only_a_document_of_the_workshop_can_be_opened(document_search: Function, uri: str, key: str | None) -> None:
    found = passage("a", uri) | {"metadata": {"title": "Nội\u200b quy"}}
    with aws_answers(document_search, lambda request: json_answer({"retrievalResults": [found]})):
        (each,) = document_search({"question": "What?"}, gateway_context("search_documents"))["passages"]
    assert each.get("document") == key
    assert each.get("title") == ("Nội quy" if key else None)


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
