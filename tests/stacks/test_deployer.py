"""Whoever deploys is let in under the name that the account's bootstrap has given."""

import re
from pathlib import Path

import aws_cdk as cdk
import pytest

from stacks.common.roles import cloudformation_role_arn
from stacks.config import load_config
from stacks.workshop import build_workshop
from tests.cloud_assembly import ROOT, read_templates
from tests.stacks.support import Synthesise

DEFAULT, OWN = "hnb659fds", "wshop26"
ROLE = re.compile(r"cdk-([a-z0-9]+)-cfn-exec-role")


@pytest.mark.parametrize("name", ["default", "opensearch", "customer-key"])
def test_policies_name_the_role_of_the_accounts_own_bootstrap(name: str, tmp_path: Path, templates: Synthesise) -> None:
    assert set(ROLE.findall(str(templates(name)))) == {DEFAULT}
    app = cdk.App(context={"@aws-cdk/core:bootstrapQualifier": OWN}, outdir=str(tmp_path / "out"))
    build_workshop(app, load_config(ROOT / "presets" / f"{name}.toml"))
    app.synth()
    own = str(read_templates(tmp_path / "out"))
    assert set(ROLE.findall(own)) == {OWN}
    assert DEFAULT not in own


def test_a_stack_that_is_deployed_without_a_role_is_refused() -> None:
    stack = cdk.Stack(cdk.App(), "Stack", synthesizer=cdk.LegacyStackSynthesizer())
    with pytest.raises(TypeError, match="names no role of CloudFormation"):
        cloudformation_role_arn(stack)
