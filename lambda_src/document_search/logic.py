"""Retrieval from a knowledge base (docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Retrieve.html)."""

from collections.abc import Mapping
from typing import Any

from lambda_src.common.dispatch import Caller
from lambda_src.common.text import clean
from lambda_src.document_search.definition import SearchDocuments

RESULTS = 4
MAX_PASSAGE = 1_300
"""Characters. Four passages of Vietnamese at three bytes each still fit an answer."""
LANGUAGE_KEY = "language"
"""Metadata attribute of the documents, from their `.metadata.json` files."""


class DocumentSearch:
    """Searches the documents of one knowledge base."""

    def __init__(self, bedrock_agent_runtime: Any, knowledge_base_id: str) -> None:
        self._bedrock_agent_runtime = bedrock_agent_runtime
        self._knowledge_base_id = knowledge_base_id

    def search_documents(self, wanted: SearchDocuments, caller: Caller) -> dict[str, object]:
        """At most four passages, best first, each with the name of its file and a score."""
        search: dict[str, object] = {"numberOfResults": RESULTS}
        if wanted.language:
            search["filter"] = {"equals": {"key": LANGUAGE_KEY, "value": wanted.language}}
        response = self._bedrock_agent_runtime.retrieve(
            knowledgeBaseId=self._knowledge_base_id,
            retrievalQuery={"text": wanted.question},
            retrievalConfiguration={"vectorSearchConfiguration": search},
        )
        return {"passages": [_passage(result) for result in response["retrievalResults"][:RESULTS]]}


def _passage(result: Mapping[str, Any]) -> dict[str, object]:
    # Documents can hide instructions in characters that nobody sees, so passages are cleaned like any input.
    text = clean(result["content"].get("text", ""))
    return {
        "source": _file_name(result.get("location", {})),
        "text": text if len(text) <= MAX_PASSAGE else f"{text[:MAX_PASSAGE]}…",
        "score": round(result.get("score", 0.0), 3),
    }


def _file_name(location: Mapping[str, Any]) -> str:
    """The file only: which bucket it is in is no business of a model."""
    uri: str = location.get("s3Location", {}).get("uri", "")
    return clean(uri.rpartition("/")[2])[:200] or "unknown"
