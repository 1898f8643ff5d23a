"""Operations that are refused for a while, so that a deploy stops half way as it may on AWS."""

from pathlib import Path

from local_aws.framework import ApiCall, Hook, throttled

REFUSED_NAME = "refused-operations"
"""File in the folder of the local AWS: an operation a line, such as `bedrock.CreateGuardrailVersion`."""


def refusing(home: Path) -> Hook:
    """Throttles the operations that the file names at the moment of the call, in the stand-ins only."""

    def refuse(call: ApiCall) -> None:
        path = home / REFUSED_NAME
        if path.exists() and f"{call.service}.{call.operation}" in path.read_text(encoding="utf-8").split():
            raise throttled()

    return refuse
