"""boto3 for the side of a rehearsal that is not a process of its own."""

from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local_aws.launcher import LocalAws


class LocalSession(boto3.Session):
    """A session whose clients reach the local AWS, and nothing else, whatever the environment says."""

    def __init__(self, aws: LocalAws) -> None:
        """Open clients of the local AWS, which must be running."""
        variables = aws.environment()
        super().__init__(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=aws.region,
            botocore_session=_on_its_own(variables),
        )
        self._endpoint_url = aws.endpoint_url

    def client(self, service_name: Any, *arguments: Any, **options: Any) -> Any:
        """A client of the local AWS, reached without a proxy."""
        config = Config(proxies={}).merge(options.get("config", Config()))
        own = {"endpoint_url": self._endpoint_url, "config": config}
        return super().client(service_name, *arguments, **{**options, **own})


def _on_its_own(variables: Mapping[str, str]) -> botocore.session.Session:
    """Reads neither the caller's variables nor files, of which a broken one would stop a rehearsal."""
    files = {"config_file": variables["AWS_CONFIG_FILE"], "credentials_file": variables["AWS_SHARED_CREDENTIALS_FILE"]}
    own = {
        name: (None, None, files.get(name, default), convert)
        for name, (_, _, default, convert) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    return botocore.session.Session(session_vars=own)
