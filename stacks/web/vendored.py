"""The page's libraries, copied from `node_modules/` to `web/vendor/`, because the page has no build step.

They are pinned with their hashes in package-lock.json; `web/vendor/` is ignored by git.
"""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "web" / "vendor"

FILES = {
    "preact.js": "preact/dist/preact.mjs",
    "hooks.js": "preact/hooks/dist/hooks.mjs",
    "htm.js": "htm/dist/htm.module.js",
    "marked.js": "marked/lib/marked.esm.js",
    "purify.js": "dompurify/dist/purify.min.js",
    "preact.txt": "preact/LICENSE",
    "htm.txt": "htm/LICENSE",
    "marked.txt": "marked/LICENSE",
    "purify.txt": "dompurify/LICENSE",
}
"""Names in `web/vendor/`, and where each comes from in `node_modules/`; each library's licence goes with it."""


def copy_vendored(node_modules: Path = ROOT / "node_modules", vendor: Path = VENDOR) -> None:
    """Fill `web/vendor/`; several processes may do so at once.

    A browser finds modules by address only, so hooks take Preact from `./preact.js`; DOMPurify's small file is for
    scripts and gets an export. Raises FileNotFoundError if `make install` has not run.
    """
    vendor.mkdir(exist_ok=True)
    for name, source in FILES.items():
        text = (node_modules / source).read_text(encoding="utf-8")
        lines = [line for line in text.split("\n") if not line.startswith("//# sourceMappingURL=")]
        content = "\n".join(lines).replace('from"preact"', 'from"./preact.js"')
        if name == "purify.js":
            content += "\nexport default globalThis.DOMPurify;\n"
        if (vendor / name).exists() and (vendor / name).read_text(encoding="utf-8") == content:
            continue  # a test that watches the sources, or an asset that is read meanwhile, sees no change
        temporary = vendor / f".{name}.{os.getpid()}"
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(vendor / name)
