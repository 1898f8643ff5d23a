"""Docstrings say more than the name above them, and fields are documented where they stand."""

import ast
import re
from collections.abc import Iterator

from tests.test_imports import PACKAGES, shown, sources

SHORTEST = 30
"""Characters; a docstring with fewer has, so far, always been a fragment."""
FIELD_LISTS = re.compile(r"^\s*(Attributes:$|Args: \S)", re.MULTILINE)


def docstrings() -> Iterator[tuple[str, str]]:
    """(place, text) of every docstring outside the tests."""
    for path in sources(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and (text := ast.get_docstring(node)):
                name = getattr(node, "name", "module")
                yield f"{shown(path)}: {name}", text


def test_no_docstring_is_a_fragment() -> None:
    assert [f"{place}: {text}" for place, text in docstrings() if len(text) < SHORTEST] == []


def test_fields_and_arguments_stand_on_lines_of_their_own() -> None:
    assert [place for place, text in docstrings() if FIELD_LISTS.search(text)] == []
