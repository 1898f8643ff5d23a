"""cfn-lint finds nothing in any template of any preset, for every region of the workshop."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.runner import Runner
from cfnlint.version import __version__ as cfnlint_version

from stacks.config import load_config
from stacks.regions import regions
from tests.cloud_assembly import PRESETS, ROOT, stacks, template_path

CONFIG = ROOT / ".cfnlintrc.yaml"


def configuration(paths: list[Path]) -> ConfigMixIn:
    """The project's configuration of cfn-lint, for these files."""
    return ConfigMixIn(["--config-file", str(CONFIG)], templates=[str(path) for path in paths])


def lint(paths: list[Path]) -> list[str]:
    """What cfn-lint says about the files, as text."""
    return [f"{Path(match.filename).name}: {match}" for match in Runner(configuration(paths)).run()]


def distinct_templates(preset: str, cloud_assembly: Callable[[str], Path]) -> dict[str, Path]:
    """Templates by a digest that is the same where two presets differ in workshop id or region only.

    Every template is linted for all regions, so these two make no difference to cfn-lint.
    """
    config = load_config(ROOT / "presets" / f"{preset}.toml")
    found = {}
    directory = cloud_assembly(preset)
    for stack in stacks(directory).values():
        path = template_path(directory, stack)
        text = path.read_text(encoding="utf-8").replace(config.workshop_id, "").replace(config.region, "")
        found[hashlib.sha256(f"{cfnlint_version}{CONFIG.read_text()}{text}".encode()).hexdigest()] = path
    return found


def test_no_match_in_any_region(
    preset: str, cloud_assembly: Callable[[str], Path], request: pytest.FixtureRequest
) -> None:
    templates = distinct_templates(preset, cloud_assembly)
    for earlier in PRESETS[: PRESETS.index(preset)]:
        for digest in distinct_templates(earlier, cloud_assembly):
            templates.pop(digest, None)
    # Linting takes about a second a template, and most runs change few of them.
    cache = getattr(request.config, "cache", None)
    if cache is not None:
        templates = {digest: path for digest, path in templates.items() if not cache.get(f"cfn-lint/{digest}", False)}
    assert not templates or lint(list(templates.values())) == []
    if cache is not None:
        for digest in templates:
            cache.set(f"cfn-lint/{digest}", True)


def test_all_regions_of_the_workshop_are_linted() -> None:
    assert set(configuration([]).regions) == set(regions())


def test_a_mistake_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "Bad.template.json"
    path.write_text('{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": "soon"}}}}')
    (line,) = lint([path])
    assert "DelaySeconds" in line or "'soon' is not of type 'integer'" in line
