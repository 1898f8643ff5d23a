"""The files of the page and the documents, from the function's own asset."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lambda_src.common.rest import RestError

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
MAX_BYTES = 300_000
SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; "
        "manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types dompurify page"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}

_PATH = re.compile(r"([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DOCUMENT = re.compile(r"(?P<language>vi|en)/(?P<name>[a-z0-9-]{1,80})")


class Files:
    """A folder of small text files, read once and kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[str, str]] = {}
        """Text and entity tag of what was asked for before."""

    def answer(self, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """The file at `path`, `index.html` for none. Raises RestError (404)."""
        path = path or "index.html"
        text, tag = self._found(path)
        known = {name.lower(): value for name, value in headers.items()}.get("if-none-match", "")
        more = {**SAFETY, "ETag": tag, "Cache-Control": "no-cache"}
        if tag in [each.strip() for each in known.split(",")]:
            return {"statusCode": 304, "headers": more, "body": ""}
        return {"statusCode": 200, "headers": {**more, "Content-Type": TYPES[Path(path).suffix]}, "body": text}

    def _found(self, path: str) -> tuple[str, str]:
        if path not in self._read:
            file = self._folder / path
            if not _PATH.fullmatch(path) or file.suffix not in TYPES or not file.is_file():
                raise RestError(404, "not_found")
            content = file.read_bytes()
            if len(content) > MAX_BYTES:
                raise RestError(404, "not_found")
            self._read[path] = content.decode(), f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        return self._read[path]


def document(folder: Path, name: str) -> dict[str, str]:
    """A document of the workshop, such as `vi/house-rules`. Raises RestError (404)."""
    found = _DOCUMENT.fullmatch(name)
    file = folder / f"{name}.md"
    if not found or not file.is_file():
        raise RestError(404, "not_found")
    text = file.read_text(encoding="utf-8")
    title = text.partition("\n")[0].lstrip("# ").strip()
    return {"document": name, "title": title, "language": found["language"], "markdown": text}
