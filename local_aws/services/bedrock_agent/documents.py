"""From an object in S3 to the chunks of a knowledge base: text, sidecar metadata, chunking.

Rules: docs.aws.amazon.com/bedrock/latest/userguide/kb-ds-supported-doc-formats-limits.html and kb-chunking.html. A word
counts as a token here, so chunks are somewhat longer than real ones. Only formats that are text already are read.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

SIDECAR = ".metadata.json"
TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm", ".csv")
MAX_BYTES = 50 * 1024 * 1024
MAX_SIDECAR_BYTES = 10 * 1024
DEFAULT_TOKENS, DEFAULT_OVERLAP = 300, 20

_TOKEN = re.compile(r"\S+")


class UnreadableError(ValueError):
    """A document that cannot be indexed; the text is the reason in the job's answer."""


def text_of(key: str, content: bytes) -> str:
    """Text of a document; raises UnreadableError for other formats, other encodings, and nothing."""
    if not key.lower().endswith(TEXT_SUFFIXES):
        raise UnreadableError(f"The stand-in reads {', '.join(TEXT_SUFFIXES)} only.")
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"The file is larger than {MAX_BYTES} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("The file is not UTF-8.") from error
    if not text.strip():
        raise UnreadableError("The file has no text.")
    return text


def attributes_of(content: bytes) -> dict[str, Any]:
    """`metadataAttributes` of a sidecar, in its short or its long form; raises UnreadableError."""
    if len(content) > MAX_SIDECAR_BYTES:
        raise UnreadableError(f"The metadata file is larger than {MAX_SIDECAR_BYTES} bytes.")
    try:
        given = json.loads(content)["metadataAttributes"]
        return {name: _attribute(value) for name, value in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError("The metadata file is not JSON with metadataAttributes.") from error


def _attribute(value: Any) -> Any:
    if isinstance(value, Mapping):
        kind = value["value"]["type"]
        name = {"STRING": "stringValue", "NUMBER": "numberValue", "BOOLEAN": "booleanValue"}.get(
            kind, "stringListValue"
        )
        return value["value"][name]
    if isinstance(value, str | int | float | bool) or (
        isinstance(value, list) and all(isinstance(v, str) for v in value)
    ):
        return value
    raise TypeError


def chunks_of(text: str, configuration: Mapping[str, Any] | None) -> list[str]:
    """Pieces of a text by a data source's chunkingConfiguration; UnreadableError for strategies without a stand-in."""
    strategy = (configuration or {}).get("chunkingStrategy", "FIXED_SIZE")
    if strategy == "NONE":
        return [text]
    if strategy != "FIXED_SIZE":
        raise UnreadableError(f"The stand-in chunks by FIXED_SIZE or NONE, not by {strategy}.")
    fixed = (configuration or {}).get("fixedSizeChunkingConfiguration") or {}
    size = int(fixed.get("maxTokens", DEFAULT_TOKENS))
    overlap = size * int(fixed.get("overlapPercentage", DEFAULT_OVERLAP)) // 100
    return _windows(text, size, max(1, size - overlap))


def _windows(text: str, size: int, step: int) -> list[str]:
    spans = [found.span() for found in _TOKEN.finditer(text)]
    pieces = []
    for start in range(0, len(spans), step):
        window = spans[start : start + size]
        pieces.append(text[window[0][0] : window[-1][1]])
        if start + size >= len(spans):
            break
    return pieces
