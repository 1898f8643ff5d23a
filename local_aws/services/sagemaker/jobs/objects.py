"""Between S3 and a job's folder: inputs down, outputs up, the model as an archive."""

import gzip
import io
import tarfile
from pathlib import Path
from urllib.parse import urlsplit

from local_aws.services.sagemaker.jobs.outcome import JobFailedError
from local_aws.services.shared.backend import Backend


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 address."""
    parts = urlsplit(uri)
    return parts.netloc, parts.path.lstrip("/")


def names_below(backend: Backend, uri: str) -> dict[str, str]:
    """Key → name in the folder of a job, of everything that an S3Prefix names, in the order of the keys.

    A prefix is a prefix of keys, not a folder: `s3://b/train` also finds `train-2/x`.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html

    Raises:
        JobFailedError: nothing begins so, in the words of the service.
    """
    bucket, prefix = split(uri)
    try:
        keys = sorted(each.key for each in backend.list_objects(bucket, prefix) if not each.key.endswith("/"))
    except KeyError as error:
        raise JobFailedError(f"ClientError: Data download failed: there is no bucket for {uri}") from error
    if not keys:
        raise JobFailedError(f"ClientError: Data download failed: No S3 objects found under S3 URL {uri!r}")
    return {key: _name(key, prefix) for key in keys}


def _name(key: str, prefix: str) -> str:
    folder = prefix.rstrip("/") + "/"
    if key.startswith(folder):
        return key.removeprefix(folder)
    return key.removeprefix(prefix.rpartition("/")[0]).lstrip("/")


def download(backend: Backend, uri: str, folder: Path, host: int = 0, hosts: int = 1) -> None:
    """Copy what an S3Prefix names into a folder; with several hosts, every `hosts`-th key from the `host`-th on."""
    bucket, _ = split(uri)
    folder.mkdir(parents=True, exist_ok=True)
    for key, name in list(names_below(backend, uri).items())[host::hosts]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(backend.get_object(bucket, key))


def upload(backend: Backend, folder: Path, uri: str) -> None:
    """Copy every file of a folder below an S3 address."""
    bucket, prefix = split(uri)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        key = "/".join(filter(None, (prefix.rstrip("/"), file.relative_to(folder).as_posix())))
        backend.put_object(bucket, key, file.read_bytes())


def archive(folder: Path) -> bytes:
    """A folder as tar.gz. Without times and owners, so that equal models are equal bytes."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = file.read_bytes()
            member = tarfile.TarInfo(file.relative_to(folder).as_posix())
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """The files of a tar.gz in a folder. Raises JobFailedError if it is none, or if it leads out of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise JobFailedError(f"ClientError: The archive cannot be unpacked: {error}") from error
