"""Do the documents answer questions, and does a new one join them by itself?"""

import json
import secrets
import tomllib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contract import DOCUMENTS_PREFIX, Output, StackName
from stacks.config import AgentEngine, WorkshopConfig
from workshop.smoke.check import Check, CheckFailedError, require, wait_until
from workshop.smoke.deployed import Deployed
from workshop.smoke.mcp import GatewayClient
from workshop.smoke.scenarios import document_search

QUESTIONS_FILE = Path(__file__).with_name("questions.toml")
LANGUAGE_KEY = "language"
RESULTS = 5
KNOWLEDGE_BASE = (StackName.KNOWLEDGE, Output.KNOWLEDGE_BASE_ID)
BUCKET = (StackName.KNOWLEDGE, Output.KNOWLEDGE_BUCKET_NAME)
ORGANISER = (StackName.KNOWLEDGE, Output.ORGANISER_ROLE_ARN)
GATEWAY = (StackName.AGENTCORE, Output.GATEWAY_URL)
NEW_DOCUMENT = """# The lighthouse keeper's marbles

Marker {marker}. The lighthouse keeper of Con Dao collects green glass marbles and counts them every full moon.
"""
NEW_QUESTION = "Who collects green glass marbles at the lighthouse of Con Dao?"


class DocumentQuestion(BaseModel):
    """A question and the document, below `knowledge/docs/`, that answers it."""

    language: str
    question: str
    document: str


def checks(config: WorkshopConfig) -> list[Check]:
    """One check for each question of `questions.toml`, one for uploads."""
    found = [
        Check(f"search ({each.language}): {each.question}", (KNOWLEDGE_BASE,), partial(_right_document_first, each))
        for each in questions()
    ]
    through_tool = AgentEngine.AGENTCORE in config.agent.engines
    return [
        *found,
        Check(
            "a new upload becomes searchable by itself, and goes again",
            (KNOWLEDGE_BASE, BUCKET, ORGANISER, *([GATEWAY] if through_tool else [])),
            partial(_upload_and_delete, through_tool),
        ),
    ]


def questions() -> list[DocumentQuestion]:
    """The questions of `questions.toml`."""
    data = tomllib.loads(QUESTIONS_FILE.read_text(encoding="utf-8"))
    return [DocumentQuestion.model_validate(each) for each in data["questions"]]


def _right_document_first(expected: DocumentQuestion, deployed: Deployed) -> str:
    """A deploy that makes a data source announces the documents; the last job may end after the deploy."""
    with suppress(CheckFailedError):
        wait_until(lambda: _is_first(_answering(expected, deployed), expected), deployed, "", since=deployed.started)
    found = _answering(expected, deployed)
    require(bool(found), f"expected {expected.document}, found nothing")
    require(_is_first(found, expected), f"expected {expected.document} first, found {', '.join(found)}")
    return expected.document


def _answering(expected: DocumentQuestion, deployed: Deployed) -> list[str]:
    return _sources(deployed, expected.question, {"equals": {"key": LANGUAGE_KEY, "value": expected.language}})


def _is_first(found: list[str], expected: DocumentQuestion) -> bool:
    return bool(found) and found[0].endswith(f"/{expected.document}")


def _upload_and_delete(through_tool: bool, deployed: Deployed) -> str:
    """A document as an organiser uploads it: with no sidecar that says its language."""
    marker = f"smoke-check-{secrets.token_hex(6)}"
    key = f"{DOCUMENTS_PREFIX}{marker}.md"
    bucket = deployed.output(*BUCKET)
    # The bucket's policy lets nobody else write documents, whatever the caller's own permissions.
    s3 = deployed.client_as(deployed.output(*ORGANISER), "s3")
    s3.put_object(Bucket=bucket, Key=key, Body=NEW_DOCUMENT.format(marker=marker).encode(), ContentType="text/markdown")
    try:
        searchable = wait_until(partial(_is_found, deployed, key), deployed, f"{key} was not searchable")
        if through_tool:
            _found_in_a_language(deployed, key)
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
    gone = wait_until(lambda: not _is_found(deployed, key), deployed, f"{key} was deleted, but still found")
    return f"searchable after {searchable:.0f} s, gone after {gone:.0f} s"


def _found_in_a_language(deployed: Deployed, key: str) -> None:
    """The agent's tool names a language, which a document without a sidecar does not have."""
    gateway = GatewayClient(deployed.output(*GATEWAY), deployed.session, deployed.config.region)
    arguments = {"question": NEW_QUESTION, "language": "en"}
    require_passage(gateway.call(document_search().target_tool, arguments), key)


def require_passage(answer: str, key: str) -> None:
    """Raise CheckFailedError unless the tool's answer has a passage of that document."""
    sources = [passage["source"] for passage in json.loads(answer).get("passages", ())]
    found = key.rpartition("/")[2] in sources
    require(found, f"a search in English leaves out {key}, which names no language: {', '.join(sources) or 'nothing'}")


def _is_found(deployed: Deployed, key: str) -> bool:
    return any(source.endswith(f"/{key}") for source in _sources(deployed, NEW_QUESTION))


def _sources(deployed: Deployed, question: str, only: dict[str, Any] | None = None) -> list[str]:
    """S3 URIs of what the knowledge base finds, best first; `only` is a metadata filter."""
    search: dict[str, Any] = {"numberOfResults": RESULTS} | ({"filter": only} if only else {})
    response = deployed.client("bedrock-agent-runtime").retrieve(
        knowledgeBaseId=deployed.output(*KNOWLEDGE_BASE),
        retrievalQuery={"text": question},
        retrievalConfiguration={"vectorSearchConfiguration": search},
    )
    return [result.get("location", {}).get("s3Location", {}).get("uri", "") for result in response["retrievalResults"]]
