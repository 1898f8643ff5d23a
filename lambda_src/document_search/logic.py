"""Retrieval from a knowledge base (docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Retrieve.html)."""

import re
from collections.abc import Mapping
from typing import Any

from lambda_src.common.dispatch import Caller
from lambda_src.common.text import clean
from lambda_src.document_search.definition import SearchDocuments

RESULTS = 4
MAX_PASSAGE = 1_300
"""Characters. Four passages of Vietnamese at three bytes each still fit an answer."""
_OWN = re.compile(r"/docs/((?:vi|en)/[a-z0-9-]{1,80})\.md$")
LANGUAGE_KEY = "language"
"""Metadata attribute of the documents, from their `.metadata.json` files."""


class DocumentSearch:
    """Searches the documents of one knowledge base."""

    def __init__(self, bedrock_agent_runtime: Any, knowledge_base_id: str) -> None:
        self._bedrock_agent_runtime = bedrock_agent_runtime
        self._knowledge_base_id = knowledge_base_id

    def search_documents(self, wanted: SearchDocuments, caller: Caller) -> dict[str, object]:
        """At most four passages, best first, each with the name of its file and a score."""
        if not wanted.language:
            return {"passages": [_passage(each) for each in self._retrieve(wanted.question)]}
        same = {"equals": {"key": LANGUAGE_KEY, "value": wanted.language}}
        found = self._retrieve(wanted.question, filter=same)
        # An attribute that a document lacks, or writes in another way, is equal to nothing: without a second search the
        # best document would be left out whenever four others have the attribute.
        known = [_identity(each) for each in found]
        others = self._retrieve(wanted.question)
        found += [each for each in others if _identity(each) not in known and _may_be(each, wanted.language)]
        best = sorted(found, key=lambda each: each.get("score", 0.0), reverse=True)
        return {"passages": [_passage(each) for each in best[:RESULTS]]}

    def _retrieve(self, question: str, **search: object) -> list[Mapping[str, Any]]:
        response = self._bedrock_agent_runtime.retrieve(
            knowledgeBaseId=self._knowledge_base_id,
            retrievalQuery={"text": question},
            retrievalConfiguration={"vectorSearchConfiguration": {"numberOfResults": RESULTS, **search}},
        )
        return list(response["retrievalResults"][:RESULTS])


def _identity(result: Mapping[str, Any]) -> tuple[object, object]:
    return result.get("location"), result["content"].get("text")


def _may_be(result: Mapping[str, Any], language: str) -> bool:
    """True for a document without a language, or with one such as `vi-VN`."""
    given = str(result.get("metadata", {}).get(LANGUAGE_KEY, language))
    return given.lower().partition("-")[0] == language


def _passage(result: Mapping[str, Any]) -> dict[str, object]:
    # Documents can hide instructions in characters that nobody sees, so passages are cleaned like any input.
    text = clean(result["content"].get("text", ""))
    return {
        **_document(result),
        "text": text if len(text) <= MAX_PASSAGE else f"{text[:MAX_PASSAGE]}…",
        "score": round(result.get("score", 0.0), 3),
    }


def _document(result: Mapping[str, Any]) -> dict[str, object]:
    """The file only: which bucket it is in is no business of a model. A document of the workshop itself, whose file has
    the same name in both languages, is also named by its key, so that a page can open it."""
    uri: str = result.get("location", {}).get("s3Location", {}).get("uri", "")
    source: dict[str, object] = {"source": clean(uri.rpartition("/")[2])[:200] or "unknown"}
    own = _OWN.search(uri)
    return {**source, "document": own[1], "title": _title(result)} if own else source


def _title(result: Mapping[str, Any]) -> str:
    return clean(str(result.get("metadata", {}).get("title", "")))[:100]
