"""Lambda layers on disk: what a function finds at /opt."""

import hashlib
import io
import os
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

LAMBDA_PYTHON = b"#!/var/lang/bin/python"
"""First line of the AWS command line's script in CDK's layer; that interpreter exists in Lambda only."""

POWERTOOLS_DISTRIBUTIONS = (
    "aws-lambda-powertools",
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "typing-extensions",
    "typing-inspection",
    "jmespath",
)
"""What the public Powertools layer carries of interest here:
https://docs.aws.amazon.com/powertools/python/latest/getting-started/install"""


def unpack(archives: list[bytes], parent: Path) -> Path:
    """Folder with the layers merged in order, as Lambda merges them into /opt; unpacked once for all functions."""
    digest = hashlib.sha256()
    for archive in archives:
        digest.update(archive)
    folder = parent / f"opt-{digest.hexdigest()[:16]}"
    if folder.exists():
        return folder
    partial = folder.with_suffix(f".{os.getpid()}")
    for archive in archives:
        unzip(archive, partial)
    for script in filter(_is_lambda_script, partial.rglob("*")):
        rest = script.read_bytes().split(b"\n", 1)[1]
        script.write_bytes(b"#!" + sys.executable.encode() + b"\n" + rest)
        script.chmod(0o755)
    partial.rename(folder)
    return folder


def unzip(archive: bytes, folder: Path) -> None:
    """Unpack an archive that came from a template; `zipfile` keeps its members inside the folder."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)


def _is_lambda_script(path: Path) -> bool:
    if path.suffix or not path.is_file():
        return False
    with path.open("rb") as opened:
        return opened.read(len(LAMBDA_PYTHON)) == LAMBDA_PYTHON


def powertools_layer() -> bytes:
    """A layer of this environment's Powertools, as a zip file with the layout of the public one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in POWERTOOLS_DISTRIBUTIONS:
            for file in distribution(name).files or []:
                if ".." not in file.parts and "__pycache__" not in file.parts:
                    archive.write(str(file.locate()), f"python/{file.as_posix()}")
    return buffer.getvalue()
