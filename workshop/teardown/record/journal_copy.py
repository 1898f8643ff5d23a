"""A copy of the journal in a bucket, for a teardown whose own disk does not outlive it."""

from dataclasses import dataclass
from pathlib import Path

from workshop.teardown.aws import Aws, licence
from workshop.teardown.errors import CallError, Trouble

_PUT = ("s3", "put_object")


@dataclass(frozen=True)
class JournalCopy:
    """A copy of the journal in a bucket. Without a bucket nothing is copied."""

    aws: Aws
    bucket: str
    file: Path
    """The journal; the bucket holds it under its name."""

    def fetch(self) -> None:
        """What an earlier teardown remembered. CallError if the bucket cannot be read."""
        if not self.bucket or self.file.exists():
            return
        try:
            answer = self.aws.call("s3", "get_object", Bucket=self.bucket, Key=self.file.name)
        except CallError as error:
            if error.trouble is Trouble.GONE:
                return
            raise
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(answer["Body"].read())

    def store(self) -> None:
        """What this teardown remembers. CallError if it cannot be written."""
        if self.bucket and self.file.exists():
            with licence(frozenset({_PUT})):
                self.aws.call(*_PUT, Bucket=self.bucket, Key=self.file.name, Body=self.file.read_bytes())
