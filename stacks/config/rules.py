"""Rules that look at several keys, on plain values, so that they can also judge a file that has other problems."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from stacks.config.attendee_names import same_name
from stacks.config.problems import ConfigProblem
from stacks.regions import Region, regions

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Tag.html, with plain spaces only
_OUTSIDE_TAG_ALPHABET = re.compile(r"[^a-zA-Z0-9 ._:/=+@-]")


def ascii_only(text: str) -> str:
    """`text` in the alphabet of AWS tags: letters lose their diacritics, what still does not fit is dropped."""
    letters = text.replace("đ", "d").replace("Đ", "D")
    decomposed = unicodedata.normalize("NFKD", letters)
    return " ".join(_OUTSIDE_TAG_ALPHABET.sub("", decomposed).split())


def first_repeated(values: Sequence[str]) -> str | None:
    """The first value that occurs a second time, whatever its case."""
    seen: set[str] = set()
    for value in values:
        if value.lower() in seen:
            return value
        seen.add(value.lower())
    return None


def broken_rules(given: Mapping[str, Any]) -> list[ConfigProblem]:
    """Problems between keys of a configuration as parsed; values of a wrong type or shape are left to the model."""
    sections = {name: value if isinstance(value, Mapping) else {} for name, value in given.items()}
    problems = [*_times(sections.get("workshop", {})), *_attendees(sections.get("attendees"))]
    problems += _instance_type_is_used(sections.get("endpoint", {}))
    name = sections.get("workshop", {}).get("region")
    if isinstance(name, str) and name in regions():
        region = regions()[name]
        problems += _chat_model(region, sections.get("models", {}))
        problems += _embedding_model(region, sections.get("models", {}))
        problems += _instance_type(region, sections.get("endpoint", {}))
    return problems


def _times(workshop: Mapping[str, Any]) -> Iterator[ConfigProblem]:
    start, end = workshop.get("start"), workshop.get("end")
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        return
    if (start.tzinfo is None) == (end.tzinfo is None) and end <= start:
        yield ConfigProblem("workshop.end", end, f"must be after workshop.start, which is {start.isoformat()}")


def _attendees(attendees: Mapping[str, Any] | None) -> Iterator[ConfigProblem]:
    if attendees is None:
        return
    if (attendees.get("count") is None) == (attendees.get("roster") is None):
        yield ConfigProblem("attendees", None, "needs either count or roster, and not both")
    roster = (attendees or {}).get("roster")
    if not isinstance(roster, list | tuple) or not all(isinstance(address, str) for address in roster):
        return
    if pair := same_name(roster):
        text = f"{pair[0]} and {pair[1]} would get one name; write one of them in another way, as in name+1@example.com"
        yield ConfigProblem("attendees.roster", pair[1], text)


def _chat_model(region: Region, models: Mapping[str, Any]) -> Iterator[ConfigProblem]:
    chosen = models.get("chat")
    if isinstance(chosen, str) and region.chat_model(chosen) is None:
        allowed = [model.id for model in region.chat_models]
        yield ConfigProblem("models.chat", chosen, f"{region.name} ({region.city}) does not serve this model", allowed)


def _embedding_model(region: Region, models: Mapping[str, Any]) -> Iterator[ConfigProblem]:
    chosen, dimensions = models.get("embedding"), models.get("embedding_dimensions")
    model = region.embedding_model(chosen) if isinstance(chosen, str | None) else None
    if model is None:
        if isinstance(chosen, str):
            allowed = [model.id for model in region.embedding_models]
            yield ConfigProblem("models.embedding", chosen, f"{region.name} ({region.city}) does not serve it", allowed)
        return
    if isinstance(dimensions, int) and dimensions not in model.allowed_dimensions:
        allowed = [str(allowed) for allowed in model.allowed_dimensions]
        yield ConfigProblem(
            "models.embedding_dimensions", dimensions, f"{model.id} does not offer this length", allowed
        )


def _instance_type_is_used(endpoint: Mapping[str, Any]) -> Iterator[ConfigProblem]:
    if "instance_type" in endpoint and endpoint.get("kind", "serverless") == "serverless":
        yield ConfigProblem(
            "endpoint.instance_type",
            endpoint["instance_type"],
            'a serverless endpoint has no instances: remove the key, or set endpoint.kind = "real-time"',
        )


def _instance_type(region: Region, endpoint: Mapping[str, Any]) -> Iterator[ConfigProblem]:
    chosen = endpoint.get("instance_type")
    if isinstance(chosen, str) and chosen not in region.endpoint_instance_types:
        yield ConfigProblem(
            "endpoint.instance_type", chosen, "not one of the instance types here", region.endpoint_instance_types
        )
