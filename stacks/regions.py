"""What each region can serve: models, profiles, images. The data is `regions.toml`; this validates and resolves it.

Imports neither CDK nor boto3.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

REGIONS_FILE = Path(__file__).with_name("regions.toml")
XGBOOST_TAG = "3.0-5"
"""Tag of the AWS-managed XGBoost image; it holds xgboost 3.0.5, the version that `ml/` trains with."""

PROVIDERS = ("amazon", "anthropic")
"""Prefixes of foundation model ids, as opposed to those of cross-region profiles."""

EmbeddingFamily = Literal["cohere", "titan"]


@dataclass(frozen=True)
class ChatModel:
    """A model for conversation, as one region serves it."""

    id: str
    """What callers pass as model id: a foundation model id or the id of a cross-region inference profile."""
    is_profile: bool
    foundation_model_id: str
    destination_regions: tuple[str, ...]
    """Regions in which IAM must allow the foundation model; the source region alone for a global profile."""
    marketplace: bool
    """True if the first call subscribes the account through AWS Marketplace."""

    @property
    def is_global(self) -> bool:
        """True if IAM must also allow the foundation model's ARN without a region (SCPs see that one)."""
        return self.id.startswith("global.")


@dataclass(frozen=True)
class EmbeddingModel:
    """A model that turns text into vectors; always called in its own region, without a profile."""

    id: str
    family: EmbeddingFamily
    """Format of request and response."""
    dimensions: int
    """Length of the vectors that this workshop asks for."""
    allowed_dimensions: tuple[int, ...]
    max_chunk_tokens: int
    """Largest chunk, in tokens, that a knowledge base may send to this model."""
    marketplace: bool

    @property
    def chooses_dimensions(self) -> bool:
        """True if callers may say how long a vector is to be. Bedrock refuses the parameter for every other model:
        "The specified model does not support configurable dimensions"."""
        return len(self.allowed_dimensions) > 1


@dataclass(frozen=True)
class GuardrailProfile:
    """Cross-region profile that guardrails of the STANDARD tier require."""

    id: str
    destination_regions: tuple[str, ...]


@dataclass(frozen=True)
class Region:
    """Everything that this workshop knows about one AWS region. The first model of each tuple is the default."""

    name: str
    city: str
    chat_models: tuple[ChatModel, ...]
    embedding_models: tuple[EmbeddingModel, ...]
    guardrail_profile: GuardrailProfile
    xgboost_account: str
    xgboost_tag: str
    endpoint_instance_types: tuple[str, ...]

    @property
    def xgboost_image(self) -> str:
        """URI of the AWS-managed XGBoost image in this region."""
        return f"{self.xgboost_account}.dkr.ecr.{self.name}.amazonaws.com/sagemaker-xgboost:{self.xgboost_tag}"

    def chat_model(self, model_id: str | None) -> ChatModel | None:
        """The chat model with that id, the default for None; None if the region does not serve it."""
        if model_id is None:
            return self.chat_models[0]
        return next((model for model in self.chat_models if model.id == model_id), None)

    def embedding_model(self, model_id: str | None) -> EmbeddingModel | None:
        """The embedding model with that id, the default for None; None if the region does not serve it."""
        if model_id is None:
            return self.embedding_models[0]
        return next((model for model in self.embedding_models if model.id == model_id), None)


RegionName = Annotated[str, Field(pattern=r"^[a-z]{2}-[a-z]+-\d$")]
NonEmpty = Field(min_length=1)


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ChatModelData(_Data):
    id: str
    marketplace: bool


class _EmbeddingModelData(_Data):
    id: str
    family: EmbeddingFamily
    dimensions: Annotated[tuple[Annotated[int, Field(ge=64, le=4096)], ...], NonEmpty]
    max_chunk_tokens: Annotated[int, Field(ge=100, le=8192)]
    marketplace: bool


class _RegionData(_Data):
    city: str
    chat_models: Annotated[tuple[_ChatModelData, ...], NonEmpty]
    embedding_models: Annotated[tuple[str, ...], NonEmpty]
    guardrail_profile: Annotated[str, Field(pattern=r"^[a-z-]+\.guardrail\.v1:0$")]
    xgboost_account: Annotated[str, Field(pattern=r"^\d{12}$")]
    endpoint_instance_types: Annotated[tuple[Annotated[str, Field(pattern=r"^ml\.")], ...], NonEmpty]


class _File(_Data):
    as_of: date
    sources: Annotated[tuple[str, ...], NonEmpty]
    geographies: dict[str, tuple[RegionName, ...]]
    embedding_models: tuple[_EmbeddingModelData, ...]
    regions: Annotated[dict[RegionName, _RegionData], NonEmpty]

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        known = {model.id for model in self.embedding_models}
        for name, region in self.regions.items():
            if unknown := set(region.embedding_models) - known:
                raise ValueError(
                    f"regions.{name}.embedding_models: no [[embedding_models]] entry for {sorted(unknown)}"
                )
            profiles = [region.guardrail_profile, *(model.id for model in region.chat_models)]
            for profile in profiles:
                destinations = self.geographies.get(_prefix(profile))
                if destinations and name not in destinations:
                    raise ValueError(f"regions.{name}: the destinations of {profile} do not include {name} itself")
                if destinations is None and _prefix(profile) not in PROVIDERS:
                    raise ValueError(f"regions.{name}: {profile} begins with neither a geography nor a provider")
        return self


def _prefix(model_id: str) -> str:
    return model_id.partition(".")[0]


def parse_regions(text: str) -> Mapping[str, Region]:
    """Regions by name from the text of a `regions.toml`.

    Raises ValueError (pydantic's ValidationError or tomllib's TOMLDecodeError) when the data is not consistent.
    """
    file = _File.model_validate(tomllib.loads(text))
    embeddings = {model.id: _embedding_model(model) for model in file.embedding_models}
    return MappingProxyType({name: _region(name, file, embeddings) for name in file.regions})


@cache
def regions() -> Mapping[str, Region]:
    """The regions of `regions.toml` by name, read once."""
    return parse_regions(REGIONS_FILE.read_text(encoding="utf-8"))


def _region(name: str, file: _File, embeddings: Mapping[str, EmbeddingModel]) -> Region:
    data = file.regions[name]
    return Region(
        name=name,
        city=data.city,
        chat_models=tuple(_chat_model(model, name, file.geographies) for model in data.chat_models),
        embedding_models=tuple(embeddings[model_id] for model_id in data.embedding_models),
        guardrail_profile=GuardrailProfile(
            data.guardrail_profile, file.geographies[_prefix(data.guardrail_profile)] or (name,)
        ),
        xgboost_account=data.xgboost_account,
        xgboost_tag=XGBOOST_TAG,
        endpoint_instance_types=data.endpoint_instance_types,
    )


def _chat_model(data: _ChatModelData, region: str, geographies: Mapping[str, tuple[str, ...]]) -> ChatModel:
    prefix, _, rest = data.id.partition(".")
    is_profile = prefix in geographies
    return ChatModel(
        id=data.id,
        is_profile=is_profile,
        foundation_model_id=rest if is_profile else data.id,
        destination_regions=geographies.get(prefix) or (region,),
        marketplace=data.marketplace,
    )


def _embedding_model(data: _EmbeddingModelData) -> EmbeddingModel:
    return EmbeddingModel(
        id=data.id,
        family=data.family,
        dimensions=data.dimensions[0],
        allowed_dimensions=data.dimensions,
        max_chunk_tokens=data.max_chunk_tokens,
        marketplace=data.marketplace,
    )
