"""What can be wrong with a configuration, in words for the person who wrote it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_SHOWN = 80
"""Characters of a wrong value that a message repeats."""


@dataclass(frozen=True)
class ConfigProblem:
    """One thing that is wrong: the dotted key, the value given (None if there is none), and why."""

    key: str
    value: Any
    text: str
    choices: Sequence[str] = ()

    def __str__(self) -> str:
        given = "" if self.value is None else f" = {_shown(self.value)}"
        allowed = f"; allowed: {', '.join(self.choices)}" if self.choices else ""
        return f"{self.key}{given}: {self.text}{allowed}{self._suggestion()}"

    def _suggestion(self) -> str:
        nearest = difflib.get_close_matches(str(self.value)[:MAX_SHOWN], self.choices, n=1, cutoff=0.6)
        return f"; did you mean {nearest[0]}?" if nearest else ""


class ConfigError(ValueError):
    """A configuration that cannot be used. `str()` lists every problem; meant for a person, not a traceback."""

    def __init__(self, source: Path | str, problems: Sequence[ConfigProblem]) -> None:
        self.source = str(source)
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"{self.source}: {count}", *(f"  {problem}" for problem in self.problems)]))


def _shown(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else _quoted(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def _quoted(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) and value.isprintable() else repr(value)
