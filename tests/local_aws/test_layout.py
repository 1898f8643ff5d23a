"""Where things are in the local AWS: what `local_aws/README.md` says, held to the folders."""

import ast
import importlib
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws import framework
from local_aws.framework import StandIn, StandIns, World
from local_aws.services.catalog import stand_ins
from tests.local_aws.support import MemoryBackend

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "local_aws" / "services"
FOLDERS = sorted(path.name for path in SERVICES.iterdir() if path.is_dir() and not path.name.startswith("_"))
NAMES = sorted(set(FOLDERS) - {"shared"})
README = ROOT / "local_aws" / "README.md"


@pytest.fixture(scope="module")
def catalog() -> StandIns:
    return stand_ins(World(), MemoryBackend())


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Modules that a file imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def stand_in_classes() -> Iterator[tuple[str, type[StandIn]]]:
    """(module below `local_aws.services`, class) of every stand-in for a service."""
    for path in sorted(SERVICES.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for member in vars(importlib.import_module(name)).values():
            ours = isinstance(member, type) and issubclass(member, StandIn) and member.__module__ == name
            if ours and vars(member).get("service"):
                yield name.removeprefix("local_aws.services."), member


def test_the_face_of_the_framework_is_whole() -> None:
    public = {
        name
        for name, member in vars(framework).items()
        if not name.startswith("_") and not isinstance(member, types.ModuleType)
    }
    assert public == set(framework.__all__)


def test_everybody_else_imports_the_framework_by_its_face() -> None:
    inside = (ROOT / "local_aws" / "framework", ROOT / "tests" / "local_aws" / "framework")
    around = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources("local_aws", "workshop", "stacks", "tests", "benchmarks")
        if not any(path.is_relative_to(folder) for folder in inside)
        for module in imported(path)
        if module.startswith("local_aws.framework.")
    ]
    assert around == []


@pytest.mark.parametrize("name", NAMES)
def test_a_service_has_the_files_that_all_have(name: str) -> None:
    files = {path.name for path in (SERVICES / name).iterdir() if path.suffix == ".py"}
    missing = {"__init__.py"} - files
    if not files & {"control.py", "runtime.py"}:
        missing |= {"control.py or runtime.py"}
    if "control.py" in files and "kinds.py" not in files:
        missing |= {"kinds.py"}
    assert sorted(missing) == []


def test_a_stand_in_is_the_control_plane_or_the_data_plane() -> None:
    elsewhere = [
        f"{module}.{owner.__name__}"
        for module, owner in stand_in_classes()
        if module.rpartition(".")[2] not in ("control", "runtime")
    ]
    assert elsewhere == []


def test_resources_are_declared_in_kinds() -> None:
    others = [
        f"{module}.{owner.__name__}"
        for module, owner in stand_in_classes()
        if owner.kinds
        and owner.kinds is not importlib.import_module(f"local_aws.services.{module.partition('.')[0]}.kinds").KINDS
    ]
    assert others == []


def test_every_stand_in_is_in_the_catalog(catalog: StandIns) -> None:
    left_out = [
        f"{module}.{owner.__name__}"
        for module, owner in stand_in_classes()
        if owner.service not in catalog or type(catalog[owner.service]) is not owner
    ]
    assert left_out == [], "add them in local_aws/services/catalog.py"


def test_every_stand_in_is_described(catalog: StandIns) -> None:
    rows = [line.split("|")[1] for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    described = {name.strip() for row in rows for name in row.split(",")}
    assert [name for name in catalog.names if name not in described] == [], "add a row in local_aws/README.md"


@pytest.mark.parametrize("name", FOLDERS)
def test_every_service_has_tests_of_its_own(name: str) -> None:
    folder = ROOT / "tests" / "local_aws" / "services" / name
    assert list(folder.glob("test_*.py")), f"write {folder.relative_to(ROOT)}/test_{name}.py"


def test_every_layer_is_on_the_page_and_has_tests() -> None:
    layers = sorted(path.name for path in (ROOT / "local_aws").iterdir() if (path / "__init__.py").exists())
    page = README.read_text(encoding="utf-8")
    assert [name for name in layers if f"| `{name}/` |" not in page] == []
    assert [name for name in layers if not list((ROOT / "tests" / "local_aws" / name).rglob("test_*.py"))] == []
