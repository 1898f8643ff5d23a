"""The price table: `prices.toml`, validated when it is read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

PRICES_FILE = Path(__file__).with_name("prices.toml")
HOURS_PER_MONTH = 730
"""What AWS's own calculator takes for a month."""

Basis = Literal["price list", "bill", "published", "derived", "memory"]
Usd = Annotated[float, Field(ge=0)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Price(_Data):
    """One line of a public price list, with its date."""

    unit: str
    """What is counted, such as `hour` or `GB-month`."""
    per: int = Field(default=1, ge=1)
    """For how many units the amounts are."""
    source: str
    """Key of AWS's price page in `sources`."""
    as_of: date
    basis: Basis
    """Where the amount comes from; prices.toml explains the words."""
    usd: dict[str, Usd]
    """US dollars by region; a region that is missing has no known price."""

    def usd_per_unit(self, region: str) -> float | None:
        """US dollars for one unit in that region; None if it is not known."""
        amount = self.usd.get(region)
        return None if amount is None else amount / self.per


class Vnd(_Data):
    """What a US dollar is in Vietnamese dong."""

    per_usd: int
    as_of: date
    basis: Basis


@dataclass(frozen=True)
class PriceTable:
    """All prices and reasons of `prices.toml`."""

    sources: Mapping[str, str]
    """Address of AWS's price page by its key."""
    vnd: Vnd
    prices: Mapping[str, Price]
    """Every price by its name; those of models have the names that `tokens` gives."""

    def usd_per_unit(self, name: str, region: str) -> float | None:
        """US dollars for one unit of that price in that region; None if it is not known, or there is no such price."""
        price = self.prices.get(name)
        return price.usd_per_unit(region) if price else None


Direction = Literal["input", "output"]
DIRECTIONS: tuple[Direction, ...] = ("input", "output")


def tokens(model_id: str, direction: Direction) -> str:
    """Name of the price of a model's tokens."""
    return f"{direction} tokens of {model_id}"


class _ModelData(_Data):
    input: Usd
    output: Usd
    regions: tuple[str, ...]


class _TokenData(_Data):
    as_of: date
    source: str
    basis: Basis
    models: dict[str, _ModelData]

    def prices(self) -> dict[str, Price]:
        return {
            **{tokens(name, "input"): self._price(model, model.input) for name, model in self.models.items()},
            **{tokens(name, "output"): self._price(model, model.output) for name, model in self.models.items()},
        }

    def _price(self, model: _ModelData, amount: float) -> Price:
        return Price(
            unit="token",
            per=1_000_000,
            source=self.source,
            as_of=self.as_of,
            basis=self.basis,
            usd=dict.fromkeys(model.regions, amount),
        )


class _File(_Data):
    sources: dict[str, str]
    vnd: Vnd
    tokens: _TokenData
    prices: dict[str, Price]

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        named = {self.tokens.source, *(price.source for price in self.prices.values())}
        if wrong := named ^ set(self.sources):
            raise ValueError(f"[sources] and the sources of the prices differ in {', '.join(sorted(wrong))}")
        return self


def parse_prices(text: str) -> PriceTable:
    """The table in the text of a `prices.toml`.

    Raises ValueError (pydantic's ValidationError or tomllib's TOMLDecodeError) when the data is not consistent.
    """
    file = _File.model_validate(tomllib.loads(text))
    return PriceTable(file.sources, file.vnd, MappingProxyType({**file.prices, **file.tokens.prices()}))


@cache
def price_table() -> PriceTable:
    """The table of `prices.toml`, read once."""
    return parse_prices(PRICES_FILE.read_text(encoding="utf-8"))
