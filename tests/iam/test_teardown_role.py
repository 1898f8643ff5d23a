"""The second wall of the scheduled teardown: what is not the workshop's, IAM does not let it remove."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from stacks.config import load_config
from stacks.teardown.policy import actions
from tests.cloud_assembly import ROOT
from tests.iam.actions import condition_keys, matching
from tests.iam.cloud import ACCOUNT, Cloud, DeployedRole
from tests.iam.matching import like
from tests.iam.role_duties import Call
from tests.iam.test_roles import ANYTHING, succeeds
from tests.workshop.teardown.estate import Estate
from tests.workshop.teardown.furnish import furnish
from workshop.teardown.kinds.permissions import (
    LEFT_OUT,
    LOOK_BY_NAME,
    NAMED,
    UNTAGGED,
    action_of,
    as_toml,
    looking,
    removing,
    tagged,
)

PRESET = "scheduled-teardown"
TAG = "aws:ResourceTag/workshop:id"


@pytest.fixture(scope="module")
def cloud(templates: Callable[[str], dict[str, dict[str, Any]]]) -> Cloud:
    config = load_config(ROOT / "presets" / f"{PRESET}.toml")
    return Cloud(templates(PRESET), config.region, config.workshop_id)


@pytest.fixture(scope="module")
def role(cloud: Cloud) -> DeployedRole:
    (found,) = (each for each in cloud.roles if each.logical_id.startswith("RunnerRole"))
    return found


def reached(cloud: Cloud, role: DeployedRole, calls: Iterable[Call], *, whatever: bool = False) -> list[str]:
    """Which calls succeed, with the role's own policies or with everything attached to it."""
    extra = (ANYTHING,) if whatever else ()
    return [f"{call.action} on {call.resource}" for call in calls if succeeds(cloud, role, call, *extra)]


def test_the_file_is_what_the_kinds_need() -> None:
    written = (ROOT / "stacks/teardown/permissions.toml").read_text(encoding="utf-8").splitlines()
    needed = as_toml().splitlines()
    update = "run python -m workshop.teardown.kinds.permissions > stacks/teardown/permissions.toml"
    assert [line for line in needed if line not in written] == [], update
    assert written == needed, update


def test_every_change_is_granted_in_one_way_or_left_out_with_a_reason() -> None:
    groups = (NAMED, UNTAGGED, LEFT_OUT)
    for group in groups:
        stale = [each for each in group if not any(each in (one, one.partition(":")[0]) for one in removing())]
        assert stale == []
    for action in removing():
        service = action.partition(":")[0]
        assert sum(action in group or service in group for group in groups) + (action in tagged()) == 1, action
    short = [name for group in (*groups, LOOK_BY_NAME) for name, reason in group.items() if len(reason) <= 15]
    assert short == []


def test_every_action_exists() -> None:
    assert [each for each in (*looking(), *tagged(), *UNTAGGED, *LOOK_BY_NAME) if not matching(each)] == []


def test_iam_knows_the_tag_of_whatever_is_confined_by_it() -> None:
    unknown = [
        each
        for each in tagged()
        if not condition_keys(each) or not all("aws:ResourceTag/" in keys for keys in condition_keys(each))
    ]
    assert unknown == []


def test_without_the_tag_or_with_another_workshops_nothing_goes(cloud: Cloud, role: DeployedRole) -> None:
    for wrong in ({}, {TAG: ""}, {TAG: f"{cloud.workshop_id}0"}, {TAG: cloud.workshop_id[:-1]}, {TAG: "*"}):
        assert reached(cloud, role, [Call(action, "*", wrong) for action in actions("tagged")]) == []


def test_what_carries_no_tag_is_still_safe_if_it_carries_anothers(cloud: Cloud, role: DeployedRole) -> None:
    others = [Call(action, "*", {TAG: f"{cloud.workshop_id}0"}) for action in [*UNTAGGED, *tagged()]]
    assert reached(cloud, role, others) == []
    assert reached(cloud, role, others, whatever=True) == []


def test_names_and_paths_of_look_alikes_are_out_of_reach(cloud: Cloud, role: DeployedRole) -> None:
    here = f"{cloud.region}:{ACCOUNT}"
    for near in (f"{cloud.workshop_id}0", cloud.workshop_id[:-1], "other", cloud.workshop_id.upper()):
        calls = [
            *(
                Call(f"iam:{name}", f"arn:aws:iam::{ACCOUNT}:role/workshop/{near}/x")
                for name in ("DeleteRole", "DetachRolePolicy")
            ),
            Call("iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/x"),
            Call("iam:DeletePolicy", f"arn:aws:iam::{ACCOUNT}:policy/workshop/{near}/x"),
            Call("s3:DeleteBucket", f"arn:aws:s3:::{near}-documents"),
            Call("s3:DeleteObjectVersion", f"arn:aws:s3:::{near}-documents/x"),
            Call("s3:GetObject", f"arn:aws:s3:::{near}-documents/x"),
            Call("s3:ListBucketVersions", f"arn:aws:s3:::{near}-documents"),
            Call("s3vectors:DeleteVectorBucket", f"arn:aws:s3vectors:{here}:bucket/{near}-x"),
            Call("ssm:GetParameter", f"arn:aws:ssm:{here}:parameter/workshop/{near}/x"),
            Call("lambda:GetFunctionConfiguration", f"arn:aws:lambda:{here}:function:{near}-x"),
        ]
        assert reached(cloud, role, calls) == []
        assert reached(cloud, role, calls, whatever=True) == []


def test_nothing_goes_in_another_region(cloud: Cloud, role: DeployedRole) -> None:
    there = {TAG: cloud.workshop_id, "aws:RequestedRegion": "eu-west-1"}
    assert reached(cloud, role, [Call(action, "*", there) for action in [*tagged(), *UNTAGGED]]) == []


def test_it_reads_no_content_makes_nothing_and_moves_no_tag(cloud: Cloud, role: DeployedRole) -> None:
    mine = {TAG: cloud.workshop_id}
    names = (
        "secretsmanager:GetSecretValue", "dynamodb:GetItem", "dynamodb:Scan", "kms:Decrypt", "logs:GetLogEvents",
        "sqs:ReceiveMessage", "bedrock:InvokeModel", "bedrock-agentcore:GetResourceApiKey", "sts:AssumeRole",
        "sagemaker:CreateEndpoint", "sagemaker:AddTags", "sagemaker:DeleteTags", "bedrock:TagResource", "iam:PassRole",
        "bedrock:UntagResource", "bedrock:CreateGuardrail", "cloudformation:CreateStack", "cloudformation:UpdateStack",
        "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DeleteRolePermissionsBoundary", "ec2:RunInstances",
    )  # fmt: skip
    assert reached(cloud, role, [Call(name, "*", mine) for name in names]) == []
    assert reached(cloud, role, [Call(name, "*", mine) for name in names if "Tag" not in name], whatever=True) == []


@pytest.mark.parametrize("seed", [3, 8])
def test_every_call_of_a_whole_teardown_is_allowed_or_left_out(tmp_path: Path, seed: int) -> None:
    estate = Estate(tmp_path)
    furnish(estate, seed, attendees=6)
    called: set[tuple[str, str]] = set()
    estate.world.before.append(lambda call: called.add((call.service, call.operation)))
    estate.run()
    estate.session().verify(pause=1)
    granted = [*looking(), *tagged(), *UNTAGGED, *LOOK_BY_NAME]
    granted += [action for action in removing() if action.partition(":")[0] in NAMED]
    needed = {action for service, operation in called for action in action_of(service, operation)}
    needed -= {each for each in needed if each in LEFT_OUT or each.partition(":")[0] in LEFT_OUT}
    denied = {each for each in needed if not any(like(pattern, each, ignore_case=True) for pattern in granted)}
    assert denied == {"sts:GetCallerIdentity"}  # which needs no permission
