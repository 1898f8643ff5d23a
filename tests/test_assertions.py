"""A failing test names what is wrong: `assert all(...)` says only "False", a list of what is missing says which."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.cloud_assembly import ROOT


def mute(path: Path) -> Iterator[int]:
    """Lines of assertions that name nothing when they fail."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assert) and node.msg is None:
            test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
            quantifier = (
                isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id in ("all", "any")
            )
            if quantifier or (isinstance(test, ast.Constant) and not test.value):
                yield node.lineno


def test_failing_assertions_name_what_is_wrong() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in sorted((ROOT / "tests").rglob("*.py")) for line in mute(path)
    ]
    assert found == [], "assert a list of what is wrong == [] instead"
