"""boto3 for the side of a rehearsal that is not a process of its own."""

from typing import Any

import boto3

from local_aws.launcher import LocalAws


class LocalSession(boto3.Session):
    """A session whose clients reach the local AWS, and nothing else, whatever the environment says."""

    def __init__(self, aws: LocalAws) -> None:
        """Args: aws: must be running."""
        variables = aws.environment()
        super().__init__(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=aws.region,
        )
        self._endpoint_url = aws.endpoint_url

    def client(self, service_name: Any, *arguments: Any, **options: Any) -> Any:
        """A client of the local AWS."""
        return super().client(service_name, *arguments, **{**options, "endpoint_url": self._endpoint_url})
