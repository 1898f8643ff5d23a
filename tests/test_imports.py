"""Who imports whom: the contracts in pyproject.toml, and names that mean one thing."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("benchmarks", "knowledge", "lambda_src", "local_aws", "ml", "stacks", "workshop")

SAME_NAME: dict[str, str] = {}
"""Class names that stand for two things outside the tests, with the reason."""


def sources(*packages: str) -> Iterator[Path]:
    """Python files of the packages."""
    for package in packages:
        yield from (ROOT / package).rglob("*.py")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def run_import_linter(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on the pyproject.toml of `folder`: exit code 1 and the modules if a contract is broken."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "pyproject.toml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_import_contracts_hold() -> None:
    done = run_import_linter(ROOT)
    assert done.returncode == 0, done.stdout


def test_a_circle_of_imports_for_types_is_found(tmp_path: Path) -> None:
    package = tmp_path / "house"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text("import house.two\n")
    (package / "two.py").write_text("from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import house.one\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["house"]\n'
        '[[tool.importlinter.contracts]]\nname = "No circles"\ntype = "acyclic_siblings"\nancestors = ["house"]\n'
    )
    done = run_import_linter(tmp_path)
    assert done.returncode == 1
    assert "No cycles are allowed in house" in done.stdout


def test_imports_are_absolute() -> None:
    relative = [
        f"{shown(path)}:{node.lineno}"
        for path in sources(*PACKAGES, "tests")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_a_class_name_means_one_thing() -> None:
    found = defaultdict(list)
    for path in (*sources(*PACKAGES), ROOT / "app.py", ROOT / "contract.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(shown(path))
    twice = {name: places for name, places in found.items() if len(places) > 1 and name not in SAME_NAME}
    assert twice == {}
    assert [name for name in SAME_NAME if len(found[name]) < 2] == []


def test_benchmarks_do_not_lean_on_tests() -> None:
    leaning = [
        f"{shown(path)}:{node.lineno}"
        for path in sources("benchmarks")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "tests"
    ]
    assert leaning == []
