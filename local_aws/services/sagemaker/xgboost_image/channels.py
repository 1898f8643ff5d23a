"""Which channels and content types the image takes, and what it looks at in a channel before it trains."""

import csv
import re
from collections.abc import Mapping
from email.message import Message
from pathlib import Path

from local_aws.services.sagemaker.xgboost_image.errors import AlgorithmError, UserError

CONTENT = ("csv", "libsvm", "parquet", "recordio-protobuf", "text/csv", "text/libsvm", "text/x-libsvm",
           "application/x-parquet", "application/x-recordio-protobuf")  # fmt: skip
DEFAULT = "text/libsvm"
DATA = ("train", "validation")
_LABEL = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?(:[-+]?[\d.]+)?", re.IGNORECASE)


def validate(channels: Mapping[str, Mapping[str, str]]) -> str:
    """The format of the training data, `csv` or `libsvm`. Raises UserError at what the image refuses."""
    if "train" not in channels:
        raise UserError("Missing required channel: train")
    for name, given in channels.items():
        if name not in (*DATA, "code"):
            raise UserError(f"Extraneous channel found: {name}")
        content = given.get("ContentType", DEFAULT)
        allowed = ("text/python",) if name == "code" else CONTENT
        plain = content.partition(";")[0].strip().lower()
        if plain not in allowed:
            raise UserError(f"Channel configuration for '{name}' channel is not supported: {dict(given)}")
    return _format(channels["train"].get("ContentType", DEFAULT))


def _format(content: str) -> str:
    header = Message()
    header["Content-Type"] = content.lower()
    kind = header.get_params()[0][0]  # type: ignore[index]
    if kind in ("csv", "text/csv"):
        if str(header.get_param("label_size", "1")) != "1":
            raise UserError(
                f"{content} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
            )
        return "csv"
    if kind in ("libsvm", "text/libsvm", "text/x-libsvm"):
        return "libsvm"
    raise AlgorithmError(f"The local image does not read {kind}")


def size(folder: Path) -> int:
    """Bytes in a channel; 0 if it is not there."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if any(path.name.startswith(".") for path in files):
        raise UserError("Hidden file found in the data path! Remove that before training.")
    return sum(path.stat().st_size for path in files)


def check_libsvm(folder: Path) -> None:
    """Refuse a file whose first line with a feature is not `label index:value …`; XGBoost's reader ends the process."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("_")):
        for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
            label, *features = line.split(" ")
            if not _LABEL.fullmatch(label) or not all(":" in each for each in features):
                raise UserError(
                    f"First line '{line[:50]}...' of file '{path.name}' is not 'LIBSVM' format. Please ensure the file "
                    "is in 'LIBSVM' format."
                )
            if len(features) > 1:
                break


def delimiter(folder: Path) -> str:
    """What separates the columns, from the first line of each file. Raises UserError if that cannot be seen."""
    found = ","
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("_")):
        line = path.read_text(encoding="utf-8", errors="ignore").partition("\n")[0]
        try:
            found = csv.Sniffer().sniff(line).delimiter
        except csv.Error as error:
            raise UserError(f"Could not determine delimiter on line {line[:50]}:\n{error}") from error
    return found
