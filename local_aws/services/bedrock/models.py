"""Which models answer in which region, from the project's own region table, and the embedding models' formats.

Embeddings are `embedding.embed`; chat models are not there at all: see `scripted_model`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_aws.framework import ApiError, Params
from local_aws.services.bedrock.embedding import embed, token_count
from stacks.regions import Region, regions

COHERE_CHARACTERS = 2048
COHERE_TEXTS = 96
TITAN_CHARACTERS = 50_000
TITAN_TOKENS = 8192


@dataclass(frozen=True)
class Served:
    """A model that a region serves, directly or through a profile."""

    id: str
    foundation_model_id: str
    is_profile: bool
    dimensions: tuple[int, ...] = ()
    """Empty for chat models."""

    @property
    def is_embedding(self) -> bool:
        """True if it turns text into vectors."""
        return bool(self.dimensions)


def served(region: str) -> dict[str, Served]:
    """Models by id; nothing in a region that the table does not have."""
    table: Region | None = regions().get(region)
    if table is None:
        return {}
    chat = {model.id: Served(model.id, model.foundation_model_id, model.is_profile) for model in table.chat_models}
    vectors = {
        model.id: Served(model.id, model.id, False, model.allowed_dimensions) for model in table.embedding_models
    }
    return {**chat, **vectors}


def resolve(region: str, model: str) -> Served:
    """The model with that id or ARN; ValidationException as Bedrock answers for what a region does not serve."""
    name = model.rpartition("/")[2] if model.startswith("arn:") else model
    table = served(region)
    if name in table:
        return table[name]
    if any(each.foundation_model_id == name for each in table.values()):
        raise ApiError(
            "ValidationException",
            f"Invocation of model ID {name} with on-demand throughput isn't supported. Retry your request with the ID "
            "or ARN of an inference profile that contains this model.",
        )
    raise ApiError("ValidationException", f"The provided model identifier is invalid: {name} in {region}.")


def embedding(model: Served, request: Params) -> Params:
    """Answer of InvokeModel for an embedding model: body in, body out."""
    family = "cohere" if model.id.startswith("cohere.") else "titan"
    return _FORMATS[family](model, request)


def vectors(model: Served, texts: list[str], dimension: int, purpose: str) -> list[list[float]]:
    """Vectors of several texts through the model's own format, so that its limits hold. `purpose` is Cohere's."""
    if model.id.startswith("cohere."):
        return list(embedding(model, {"texts": texts, "input_type": purpose})["embeddings"])
    return [embedding(model, {"inputText": text, "dimensions": dimension})["embedding"] for text in texts]


def _numbers(text: str, dimension: int) -> list[float]:
    return [float(number) for number in embed(text, dimension)]


def _titan(model: Served, request: Params) -> Params:
    text, dimension = request.get("inputText"), request.get("dimensions", model.dimensions[0])
    if not isinstance(text, str) or not text.strip():
        raise _malformed("#/inputText: expected minLength: 1, actual: 0")
    if len(text) > TITAN_CHARACTERS:
        raise _malformed(f"#/inputText: expected maxLength: {TITAN_CHARACTERS}, actual: {len(text)}")
    if dimension not in model.dimensions:
        raise _malformed(f"#/dimensions: {dimension} is not a valid enum value")
    count = token_count(text)
    if count > TITAN_TOKENS:
        raise ApiError("ValidationException", f"Too many input tokens. Max input tokens: {TITAN_TOKENS}.")
    numbers = _numbers(text, dimension)
    return {"embedding": numbers, "inputTextTokenCount": count, "embeddingsByType": {"float": numbers}}


def _cohere(model: Served, request: Params) -> Params:
    texts = request.get("texts")
    if not isinstance(texts, list) or not 1 <= len(texts) <= COHERE_TEXTS:
        raise _malformed(f"#/texts: expected 1 to {COHERE_TEXTS} items")
    if request.get("input_type") not in ("search_document", "search_query", "classification", "clustering"):
        raise _malformed("#/input_type: is missing or not a valid enum value")
    for place, text in enumerate(texts):
        if len(text) > COHERE_CHARACTERS:
            raise _malformed(f"#/texts/{place}: expected maxLength: {COHERE_CHARACTERS}, actual: {len(text)}")
    numbers = [_numbers(text, model.dimensions[0]) for text in texts]
    return {"id": "local", "response_type": "embeddings_floats", "texts": texts, "embeddings": numbers}


def _malformed(problem: str) -> ApiError:
    text = f"Malformed input request: {problem}, please reformat your input and try again."
    return ApiError("ValidationException", text)


_FORMATS: dict[str, Callable[[Served, Params], Params]] = {"titan": _titan, "cohere": _cohere}


def body_of(raw: bytes) -> Any:
    """The JSON of an InvokeModel body; ValidationException if it is none."""
    try:
        return json.loads(raw or b"{}")
    except ValueError as error:
        raise ApiError("ValidationException", "The request body is not valid JSON.") from error
