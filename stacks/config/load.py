"""Reads `workshop.toml` and reports all of its problems at once."""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from stacks.config.model import WorkshopConfig
from stacks.config.problems import ConfigError, ConfigProblem
from stacks.config.rules import broken_rules
from stacks.regions import regions

Place = tuple[int | str, ...]
"""Where pydantic found something: keys and list indexes, outermost first."""


def load_config(path: Path) -> WorkshopConfig:
    """The configuration in that file. Raises ConfigError with every problem of it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "no such file; `python -m workshop init` makes one, and presets/ has examples"
        raise ConfigError(path, [ConfigProblem("file", None, hint)]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, [ConfigProblem("file", None, f"cannot be read as UTF-8 text: {error}")]) from None
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(path, [ConfigProblem("file", None, f"is not TOML: {error}")]) from None
    return parse_config(data, path)


def parse_config(data: Mapping[str, Any], source: Path | str = "configuration") -> WorkshopConfig:
    """The configuration in that parsed document. Raises ConfigError with every problem of it."""
    try:
        return WorkshopConfig.model_validate(data)
    except ValidationError as error:
        details = error.errors()
    # The rules across keys also run inside the model (without a place), but only once everything else is right.
    places = [detail["loc"] for detail in details]
    problems = [_problem(detail) for detail in details if detail["loc"] and not _has_deeper(detail["loc"], places)]
    raise ConfigError(source, [*problems, *broken_rules(data)])


def _has_deeper(place: Place, places: list[Place]) -> bool:
    """True for a list that is only wrong because of an item that has its own message."""
    return any(other[: len(place)] == place and len(other) > len(place) for other in places)


def _problem(details: ErrorDetails) -> ConfigProblem:
    key, value, kind = _dotted(details["loc"]), details["input"], details["type"]
    if kind == "extra_forbidden":
        return _unknown_key(*map(str, details["loc"]))
    if kind == "missing":
        return ConfigProblem(key, None, f"is missing; needs {_allowed(details['loc'])}")
    if kind == "unknown_region":
        return ConfigProblem(key, value, details["msg"], tuple(regions()))
    if kind == "enum":
        return ConfigProblem(key, value, "not a choice here", re.findall(r"'([^']+)'", details["ctx"]["expected"]))
    if kind == "repeated":
        return ConfigProblem(key, details["ctx"]["value"], "is there more than once")
    if kind in {"unprintable", "reserved"}:
        return ConfigProblem(key, value, f"{details['msg']}; needs {_allowed(details['loc'])}")
    return ConfigProblem(key, value, f"not valid; needs {_allowed(details['loc'])}")


def _unknown_key(*path: str) -> ConfigProblem:
    *section, key = path
    siblings = list(_fields(section[0]) if section else WorkshopConfig.model_fields)
    near = difflib.get_close_matches(key, siblings, n=1) or _keys_elsewhere(key)
    hint = f"; did you mean {near[0]}?" if near else ""
    return ConfigProblem(_dotted(path), None, f"unknown key; allowed here: {', '.join(siblings)}{hint}")


def _keys_elsewhere(key: str) -> list[str]:
    homes = {known: f"{name}.{known}" for name in WorkshopConfig.model_fields for known in _fields(name)}
    return [homes[known] for known in difflib.get_close_matches(key, homes, n=1)]


def _allowed(loc: Place) -> str:
    section, *rest = loc
    return str(_fields(str(section))[str(rest[0])].description) if rest else f"a [{section}] section"


def _fields(section: str) -> dict[str, FieldInfo]:
    annotation = WorkshopConfig.model_fields[section].annotation
    models = [each for each in (annotation, *get_args(annotation)) if isinstance(each, type)]
    return next((each.model_fields for each in models if issubclass(each, BaseModel)), {})


def _dotted(loc: Place) -> str:
    """`attendees.roster[3]` from `("attendees", "roster", 3)`; keys that TOML has to quote are quoted."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{_bare_or_quoted(part)}" for part in loc]
    return "".join(parts).removeprefix(".")


def _bare_or_quoted(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)
