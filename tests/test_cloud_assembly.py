"""What is kept from one test session to the next is of the same sources."""

from pathlib import Path

import pytest

from tests import cloud_assembly
from tests.cloud_assembly import ROOT, source_digest, sources


@pytest.mark.parametrize(
    "made_of",
    ["app.py", "cdk.json", "contract.py", "requirements.txt", "stacks/regions.toml", "presets/default.toml",
     "lambda_src/groups.py", "knowledge/docs/vi/house-rules.md", "ml/train.py", "workshop/__main__.py"],
)  # fmt: skip
def test_templates_and_assets_are_among_the_sources(made_of: str) -> None:
    assert ROOT / made_of in set(sources())


def test_tests_and_environments_are_not_among_the_sources() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in sources()}
    assert folders.isdisjoint({"tests", "docs", ".venv", ".venv-local", "node_modules", ".pytest_cache"})


def test_the_digest_follows_content_and_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cloud_assembly, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("one")
    digests = [source_digest()]
    (tmp_path / "a.py").write_text("two")
    digests.append(source_digest())
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    digests.append(source_digest())
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("two")
    assert len({*digests, source_digest()}) == 3
