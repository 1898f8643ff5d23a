"""The shipped documents are in order, and each way of breaking them is noticed."""

import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.validate import DOCUMENTS, LANGUAGES, find_problems
from stacks.safety.policy import load_policy

EXPECTED_TOPICS = {
    "after-the-workshop",
    "agenda",
    "agents",
    "ai-services",
    "bedrock-models",
    "costs-and-clean-up",
    "deploying-models",
    "faq",
    "getting-help",
    "guardrails",
    "house-rules",
    "mlops",
    "prompting",
    "rag",
    "sagemaker",
}
ALL_DOCUMENTS = sorted(DOCUMENTS.glob("*/*.md"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(DOCUMENTS, tmp_path / "docs")
    return tmp_path / "docs"


def test_shipped_documents_are_in_order() -> None:
    assert find_problems() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_subject_of_the_workshop_has_a_document(language: str) -> None:
    assert {path.stem for path in (DOCUMENTS / language).glob("*.md")} == EXPECTED_TOPICS


def test_agenda_has_the_same_times_in_both_languages() -> None:
    times = [
        re.findall(r"\d\d:\d\d", (DOCUMENTS / language / "agenda.md").read_text("utf-8")) for language in LANGUAGES
    ]
    assert times[0] == times[1]
    assert {"08:30", "09:00", "10:30", "10:45", "12:00"} == set(times[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_services_are_called_closed(language: str) -> None:
    for path in (DOCUMENTS / language).glob("*.md"):
        for paragraph in path.read_text("utf-8").split("\n\n"):
            if "Kendra" in paragraph or "Lookout" in paragraph:
                assert re.search(r"no new customers|have ended|ngừng nhận|đã kết thúc", paragraph), path


@pytest.mark.parametrize("path", ALL_DOCUMENTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_guardrail_lets_the_documents_through(path: Path) -> None:
    policy = load_policy()
    text = path.read_text("utf-8")
    assert [regex.name for regex in policy.regexes if re.search(regex.pattern, text)] == []
    assert [word for word in (*policy.words.custom, policy.words.canary) if word.casefold() in text.casefold()] == []


def append(path: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / path).write_text((root / path).read_text("utf-8") + text, encoding="utf-8")


def set_attribute(path: str, name: str, value: object) -> Callable[[Path], object]:
    def change(root: Path) -> None:
        metadata = json.loads((root / path).read_text("utf-8"))
        metadata["metadataAttributes"][name] = value
        (root / path).write_text(json.dumps(metadata), encoding="utf-8")

    return change


def decompose(root: Path) -> None:
    path = root / "vi/rag.md"
    path.write_text(unicodedata.normalize("NFD", path.read_text("utf-8")), encoding="utf-8")


BREAKS: list[tuple[str, Callable[[Path], object], str]] = [
    ("no sidecar", lambda root: (root / "en/rag.md.metadata.json").unlink(), "en/rag.md: has no sidecar"),
    ("no document", lambda root: (root / "en/rag.md").unlink(), "en/rag.md.metadata.json: its document is missing"),
    ("no translation", lambda root: (root / "vi/rag.md").unlink(), "en/rag.md: has no counterpart vi/rag.md"),
    ("stray file", lambda root: (root / "en/rag.docx").touch(), "en/rag.docx: is neither"),
    ("wrong folder", lambda root: shutil.copytree(root / "en", root / "fr"), "fr/rag.md: belongs directly into one of"),
    ("too deep", lambda root: shutil.copytree(root / "en", root / "en/old"), "en/old/rag.md: belongs directly"),
    ("not UTF-8", lambda root: (root / "vi/rag.md").write_bytes(b"# R\xe1g"), "vi/rag.md: is not UTF-8 at byte 3"),
    ("decomposed", decompose, "vi/rag.md: has decomposed letters"),
    ("too long", append("en/rag.md", "\n\nMore about it." * 200), "en/rag.md: has .* bytes; 1,000 to 4,096"),
    ("too short", lambda root: (root / "en/rag.md").write_text("# Search\n"), "en/rag.md: has 9 bytes"),
    ("empty", lambda root: (root / "en/rag.md").write_text(""), "en/rag.md: does not begin with a title"),
    ("long paragraph", append("en/faq.md", "\n\n" + "word " * 361), "en/faq.md: has a paragraph of 1,805 characters"),
    ("language mixed up", append("en/rag.md", " đây"), "en/rag.md: has Vietnamese letters, but lies in en/"),
    ("diacritics lost", lambda root: (root / "vi/rag.md").write_text("# Tai lieu\n" + "khong dau " * 150),
     "vi/rag.md: does not have Vietnamese letters"),
    ("no title", lambda root: (root / "en/rag.md").write_text("Search " * 200), "en/rag.md: does not begin with"),
    ("bad name", lambda root: (root / "en/rag.md").rename(root / "en/My Rag.md"), "en/My Rag.md: has a name that"),
    ("broken sidecar", lambda root: (root / "en/rag.md.metadata.json").write_text("{"), "en/rag.md: has a sidecar tha"),
    ("foreign sidecar", lambda root: (root / "en/rag.md.metadata.json").write_text("[]"), "en/rag.md: has a sidecar w"),
    ("extra attribute", set_attribute("en/rag.md.metadata.json", "owner", "me"), "en/rag.md: has a sidecar without ex"),
    ("wrong language", set_attribute("en/rag.md.metadata.json", "language", "vi"), ".* language 'vi'; 'en' is allowed"),
    ("wrong topic", set_attribute("en/rag.md.metadata.json", "topic", "misc"), ".* topic 'misc'; 'rag' is allowed"),
    ("wrong title", set_attribute("en/rag.md.metadata.json", "title", 7), ".* title 7; 'Retrieval-augmented"),
    ("large sidecar", set_attribute("en/rag.md.metadata.json", "title", "t" * 1_000), ".* sidecar of 1,0.. bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "expected"), [entry[1:] for entry in BREAKS], ids=[entry[0] for entry in BREAKS])
def test_damage_is_named(damage: Callable[[Path], object], expected: str, copy: Path) -> None:
    damage(copy)
    problems = find_problems(copy)
    assert any(re.match(expected, problem) for problem in problems), problems
