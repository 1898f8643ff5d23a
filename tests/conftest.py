"""One synthesis of each preset, whoever asks for it, until a source changes."""

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from tests.cloud_assembly import PRESETS, read_templates, source_digest, synthesise
from workshop.loopback import bypass_proxies

# Read when the jsii process starts, which is before any fixture runs. The CDK's own template validation costs seconds
# an app; cfn-lint checks the same and more.
os.environ.setdefault("CDK_VALIDATION", "false")
bypass_proxies(os.environ)  # a proxy is for the outside, and the tests' servers are on this machine
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")


# How fast a machine is decides no test.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

THOROUGH = ("iam", "local_aws", "workshop", "lambda_src/test_hostile_events.py")
"""Folders and files whose tests take minutes together; `make check` leaves them to `make test`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is thorough by where it is."""
    for item in items:
        if item.path.relative_to(Path(__file__).parent).as_posix().startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)


# With `--dist loadgroup` one worker has all tests of a preset, and the others do not wait for its synthesis.
@pytest.fixture(scope="session", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in PRESETS])
def preset(request: pytest.FixtureRequest) -> str:
    """Each preset in turn, by the name of its file in `presets/`."""
    return str(request.param)


@pytest.fixture(scope="session")
def shared_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of this test session alone, the same one in every xdist worker."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def cloud_assembly(request: pytest.FixtureRequest, shared_directory: Path) -> Callable[[str], Path]:
    """Call it with a preset's name for the directory of its cloud assembly; read only.

    Synthesis with all checks takes a quarter of a minute a preset, so the assemblies of the last sources are kept
    in pytest's cache. `-p no:cacheprovider` or `--cache-clear` synthesises anew.
    """
    kept = shared_directory
    if cache := getattr(request.config, "cache", None):
        kept = cache.mkdir("assemblies") / source_digest()
        for other in set(kept.parent.iterdir()) - {kept}:
            shutil.rmtree(other, ignore_errors=True)

    @functools.cache
    def assembly(preset: str) -> Path:
        kept.mkdir(exist_ok=True)
        with FileLock(kept / f"{preset}.lock"):
            if not (kept / preset).exists():
                synthesise(preset, kept / preset)
        return kept / preset

    return assembly


@pytest.fixture(scope="session")
def templates(cloud_assembly: Callable[[str], Path]) -> Callable[[str], dict[str, dict[str, Any]]]:
    """Call it with a preset's name for its templates by stack id, such as `Knowledge`; read only."""
    return functools.cache(lambda preset: read_templates(cloud_assembly(preset)))
