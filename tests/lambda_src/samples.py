"""A good call of every tool, and what AWS answers to it: one file per tool group in `samples/`."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_src.common.tool import Tool
from lambda_src.groups import TOOL_GROUPS
from tests.lambda_src.support import Function, Respond, json_answer

FOLDER = Path(__file__).with_suffix("")
LONG_TEXT = 'ế"\\' * 9_000
MANY = 50


@dataclass(frozen=True)
class Sample:
    """What is known of one tool group's calls."""

    arguments: Mapping[str, Mapping[str, Any]]
    """For each tool, a good value for every parameter."""
    answer: Any
    """The JSON value with which AWS answers all of these calls."""

    @property
    def huge_answer(self) -> Any:
        """The answer with long texts and long lists; codes of at most three letters and numbers stay as they are."""
        return _inflated(self.answer)


@functools.cache
def sample(group: str) -> Sample:
    """The sample of one group."""
    return Sample(**json.loads((FOLDER / f"{group}.json").read_text(encoding="utf-8")))


@functools.cache
def arguments_of(tool: Tool) -> Mapping[str, Any]:
    """A good value for every parameter of the tool."""
    (group,) = (group for group in TOOL_GROUPS if tool in group.tools)
    return sample(group.name).arguments[tool.name]


def soundly(function: Function) -> Respond:
    """What answers the function's calls when all is well."""
    answer = json_answer(sample(function.group.name).answer)
    return lambda request: answer


def _inflated(value: Any) -> Any:
    match value:
        case dict():
            return {name: _inflated(each) for name, each in value.items()}
        case list():
            return [_inflated(each) for each in value] * MANY
        case str() if len(value) > 3 and not value.isdecimal():
            return value + LONG_TEXT
        case _:
            return value
