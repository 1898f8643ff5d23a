"""Checks the documents before they are uploaded: `python -m knowledge.validate`.

What is wrong here shows up in AWS only as documents that are silently skipped or that nobody finds. Limits:
docs.aws.amazon.com/bedrock/latest/userguide/kb-metadata.html and .../knowledge-base-ds.html.
"""

import json
import re
import sys
import unicodedata
from pathlib import Path

DOCUMENTS = Path(__file__).with_name("docs")
LANGUAGES = ("vi", "en")
SIDECAR_SUFFIX = ".metadata.json"
ATTRIBUTES = {"language", "topic", "title"}

MIN_BYTES, MAX_BYTES = 1_000, 4_096
"""Long enough to answer something, short enough to stay with one topic. AWS itself takes files up to 50 MB."""
MAX_SIDECAR_BYTES = 1_024
"""S3 Vectors takes 2,048 bytes of filterable metadata per vector, and Bedrock adds some of its own."""
MAX_PARAGRAPH = 1_800
"""Characters. Cohere Embed v3 refuses texts over 2,048, and a chunk carries some of the next paragraph."""

VIETNAMESE_LETTERS = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯẠ-ỹ]")
TOPIC = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def find_problems(root: Path = DOCUMENTS) -> list[str]:
    """Everything that is wrong with the documents under `root`, each line beginning with the file it is about."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    documents = [path for path in files if path.suffix == ".md"]
    sidecars = [path for path in files if path.name.endswith(SIDECAR_SUFFIX)]
    problems = [
        f"{path.relative_to(root)}: is neither a Markdown document nor a sidecar; move it out of {root.name}/"
        for path in files
        if path not in documents and path not in sidecars
    ]
    for path in documents:
        problems += [f"{path.relative_to(root)}: {problem}" for problem in _document_problems(path, root)]
    for path in sidecars:
        if path.with_name(path.name.removesuffix(SIDECAR_SUFFIX)) not in documents:
            problems.append(
                f"{path.relative_to(root)}: its document is missing; delete the sidecar or add the document"
            )
    return problems + _missing_translations(documents, root)


def _document_problems(path: Path, root: Path) -> list[str]:
    language = path.relative_to(root).parts[0]
    if path.parent != root / language or language not in LANGUAGES:
        return [f"belongs directly into one of the folders {', '.join(LANGUAGES)}"]
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"is not UTF-8 at byte {error.start}; save it as UTF-8"]
    title = text.splitlines()[0] if text.strip() else ""
    problems = _text_problems(text, language)
    if not title.startswith("# "):
        problems.append("does not begin with a title line such as `# Agenda`")
    if not TOPIC.fullmatch(path.stem):
        problems.append("has a name that is no topic; use lower-case words with hyphens, such as after-the-workshop.md")
    return problems + _sidecar_problems(path, language, title.removeprefix("# "))


def _text_problems(text: str, language: str) -> list[str]:
    problems = []
    size = len(text.encode())
    if not MIN_BYTES <= size <= MAX_BYTES:
        problems.append(
            f"has {size:,} bytes; {MIN_BYTES:,} to {MAX_BYTES:,} are allowed: extend it or split it by topic"
        )
    if not unicodedata.is_normalized("NFC", text):
        problems.append("has decomposed letters, so searches miss it; save it in NFC")
    longest = max(map(len, re.split(r"\n\s*\n", text)))
    if longest > MAX_PARAGRAPH:
        problems.append(f"has a paragraph of {longest:,} characters; {MAX_PARAGRAPH:,} are allowed: split it")
    is_vietnamese = bool(VIETNAMESE_LETTERS.search(unicodedata.normalize("NFC", text)))
    if is_vietnamese != (language == "vi"):
        has = "has" if is_vietnamese else "does not have"
        problems.append(f"{has} Vietnamese letters, but lies in {language}/")
    return problems


def _sidecar_problems(document: Path, language: str, title: str) -> list[str]:
    sidecar = document.with_name(document.name + SIDECAR_SUFFIX)
    if not sidecar.is_file():
        return [f"has no sidecar; add {sidecar.name}"]
    content = sidecar.read_bytes()
    try:
        metadata = json.loads(content)
    except ValueError as error:
        return [f"has a sidecar that is not JSON: {error}"]
    attributes = metadata.get("metadataAttributes") if isinstance(metadata, dict) else None
    if not isinstance(attributes, dict) or set(metadata) != {"metadataAttributes"} or set(attributes) != ATTRIBUTES:
        return [f"has a sidecar without exactly metadataAttributes with {', '.join(sorted(ATTRIBUTES))}"]
    allowed = {"language": language, "topic": document.stem, "title": title}
    problems = [
        f"has a sidecar with {name} {attributes[name]!r}; {value!r} is allowed"
        for name, value in allowed.items()
        if attributes[name] != value
    ]
    if len(content) > MAX_SIDECAR_BYTES:
        problems.append(
            f"has a sidecar of {len(content):,} bytes; {MAX_SIDECAR_BYTES:,} are allowed: shorten the title"
        )
    return problems


def _missing_translations(documents: list[Path], root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}: has no counterpart {other}/{path.name}"
        for path in documents
        for other in LANGUAGES
        if not (root / other / path.name).is_file()
    ]


if __name__ == "__main__":
    found = find_problems()
    print("\n".join(found) or "The documents are in order.")
    sys.exit(1 if found else 0)
