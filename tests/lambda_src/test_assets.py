"""A function's asset is `lambda_src/common` and its own folder: its modules may import nothing else of ours."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_src.groups import TOOL_GROUPS

SOURCES = Path(__file__).parents[2] / "lambda_src"
FUNCTIONS = sorted(path.name for path in SOURCES.iterdir() if (path / "handler.py").is_file())
NO_TOOLS = {"chat", "invocation_logging", "knowledge_sync", "wait", "web"}
"""Functions that CloudFormation, a queue or a page calls, not an agent."""
IN_LAMBDA = {"boto3", "botocore", "aws_lambda_powertools", "pydantic"}
"""What the runtime and the Powertools layer bring."""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def test_every_function_is_a_tool_group_or_known_not_to_be_one() -> None:
    groups = {group.name for group in TOOL_GROUPS}
    assert set(FUNCTIONS) - groups - NO_TOOLS == set(), "not in lambda_src/groups.py"
    assert (groups | NO_TOOLS) - set(FUNCTIONS) == set(), "no handler.py"


@pytest.mark.parametrize("function", [*FUNCTIONS, "common"])
def test_a_function_imports_only_what_lambda_has(function: str) -> None:
    for path in sorted((SOURCES / function).glob("*.py")):
        for name in imported(path):
            package = name.partition(".")[0]
            own = name.startswith(("lambda_src.common.", f"lambda_src.{function}.")) or name == "lambda_src.common"
            assert own or package in IN_LAMBDA or package in sys.stdlib_module_names, f"{path.name} imports {name}"


def reached(module: str) -> set[str]:
    """Every module that importing this one imports, as far as it is ours; others by their package."""
    found, left = set(), [module]
    while left:
        path = SOURCES.parent / f"{left.pop().replace('.', '/')}.py"
        for name in imported(path):
            if name.startswith("lambda_src.") and name not in found:
                left.append(name)
            found.add(name if name.startswith("lambda_src.") else name.partition(".")[0])
    return found


def test_the_definitions_can_be_read_at_synth() -> None:
    packages = {name for name in reached("lambda_src.groups") if not name.startswith("lambda_src.")}
    assert packages - sys.stdlib_module_names == {"pydantic"}


def test_the_identity_names_can_be_read_at_synth() -> None:
    assert reached("lambda_src.common.identity") <= {
        "collections",
        "enum",
        "hashlib",
        "re",
        "secrets",
        "time",
        "typing",
        "lambda_src.common.errors",
    }
