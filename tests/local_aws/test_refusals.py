"""Operations that a rehearsal has refused for a while, and no others."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local_aws.framework import ApiError, Params
from local_aws.launcher import LocalAws
from local_aws.refusals import REFUSED_NAME, refusing
from tests.local_aws.conftest import Clients


@dataclass
class Call:
    """What a hook sees."""

    service: str
    operation: str
    params: Params = field(default_factory=dict)
    region: str = "ap-southeast-1"


def test_only_what_the_file_names_is_refused(tmp_path: Path) -> None:
    hook = refusing(tmp_path)
    hook(Call("bedrock", "CreateGuardrail"))
    (tmp_path / REFUSED_NAME).write_text("bedrock.CreateGuardrail\nsagemaker.CreateDomain")
    hook(Call("bedrock", "CreateGuardrailVersion"))
    with pytest.raises(ApiError, match="Rate exceeded"):
        hook(Call("bedrock", "CreateGuardrail"))


@pytest.mark.rehearsal
def test_a_running_local_aws_refuses_meanwhile(aws: LocalAws, clients: Clients) -> None:
    with aws.refusing("bedrock.ListGuardrails"), pytest.raises(Exception, match="ThrottlingException"):
        clients("bedrock").list_guardrails()
    assert "guardrails" in clients("bedrock").list_guardrails()
