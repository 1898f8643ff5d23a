"""Kinds are data: they have to fit botocore, each other, and the list of what AWS can delete."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import workshop.teardown.kinds
from workshop.teardown.kinds import KINDS, before, layers
from workshop.teardown.kinds.check import ServiceModels, misfits, problems
from workshop.teardown.kinds.kind import (
    Child,
    Describe,
    Inline,
    Kind,
    Linked,
    Lister,
    Pathed,
    Phase,
    Tagged,
    Trace,
    call,
)

AI_SERVICES = (
    "sagemaker",
    "bedrock",
    "bedrock-agent",
    "bedrock-agentcore-control",
    "s3vectors",
    "opensearchserverless",
)
UNCLAIMED = Path(workshop.teardown.kinds.__file__).with_name("unclaimed.toml")
ENDPOINT = KINDS["sm-endpoint"]


def test_there_are_as_many_kinds_as_promised() -> None:
    ai = [kind for kind in KINDS.values() if kind.service in AI_SERVICES]
    assert len(KINDS) >= 118
    assert len(ai) >= 80


def test_every_kind_fits_the_installed_botocore() -> None:
    assert misfits() == ()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (replace(ENDPOINT, delete=call("delete_endpoints", EndpointName="{id}")), "no operation delete_endpoints"),
        (replace(ENDPOINT, delete=call("delete_endpoint", Name="{id}")), "no parameter Name"),
        (replace(ENDPOINT, delete=call("delete_endpoint")), "needs EndpointName"),
        (replace(ENDPOINT, delete=call("delete_endpoint", EndpointName="{Endpoint}")), "no {Endpoint}"),
        (replace(ENDPOINT, find=Lister("list_endpoints", "EndpointSummaries")), "has no EndpointSummaries"),
        (replace(ENDPOINT, find=Lister("list_endpoint", "Endpoints")), "no operation list_endpoint"),
        (replace(ENDPOINT, find=Lister("list_endpoints", "Endpoints", parent="sm-house")), "unknown parent sm-house"),
        (replace(ENDPOINT, id="Name"), "lists no Name"),
        (replace(ENDPOINT, arn="arn:aws:sagemaker:{region}:x:{Nmae}"), "no {Nmae}"),
        (replace(ENDPOINT, created="Created"), "lists no Created"),
        (replace(ENDPOINT, status="describe:State"), "not in the answer of describe"),
        (replace(ENDPOINT, proofs=(Tagged(call("list_tag", ResourceArn="{arn}"), "Tags"),)), "no operation list_tag"),
        (replace(ENDPOINT, proofs=(Tagged(call("list_tags", ResourceArn="{arn}"), "TagSet"),)), "has no TagSet"),
        (replace(ENDPOINT, proofs=(Inline("Tags"),)), "lists no Tags"),
        (replace(ENDPOINT, proofs=(Linked("sm-house", "EndpointName"),)), "leads nowhere"),
        (replace(ENDPOINT, proofs=(Pathed("Path"),)), "lists no Path"),
        (
            replace(ENDPOINT, describe=Describe(call("describe_endpoint", EndpointName="{id}"), "Endpoint")),
            "has no Endp",
        ),
        (replace(ENDPOINT, uses=("stop_endpoint",)), "no operation stop_endpoint"),
        (replace(ENDPOINT, leaves_behind=(Trace("log-groups", "{id}"),)), "leaf of unknown kind"),
        (replace(ENDPOINT, leaves_behind=(Trace("log-group", "{Nmae}"),)), "no {Nmae}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_kind_is_named(broken: Kind, said: str) -> None:
    assert said in "\n".join(problems([broken], ServiceModels()))


@pytest.mark.parametrize("service", AI_SERVICES)
def test_every_deleting_operation_is_claimed_or_listed_with_a_reason(service: str) -> None:
    operations = {name for name in ServiceModels().operations(service) if name.startswith(("delete_", "stop_"))}
    claimed = {name for kind in KINDS.values() for owner, name in kind.mutations() if owner == service}
    listed = tomllib.loads(UNCLAIMED.read_text(encoding="utf-8"))[service]

    assert operations - claimed - set(listed) == set()
    assert set(listed) - operations == set(), "listed, but gone from botocore"
    assert set(listed) & claimed == set(), "listed, but claimed"
    assert [name for name, reason in listed.items() if len(reason.split()) <= 3] == []


def test_the_rules_of_order_have_no_circle() -> None:
    done: set[str] = set()
    left = set(KINDS)
    while left:
        free = {name for name in left if before(name) <= done}
        assert free, f"wait for each other: {sorted(left)}"
        done |= free
        left -= free


def test_every_pattern_of_order_names_a_kind() -> None:
    for kind in KINDS.values():
        for pattern in kind.after:
            assert before(kind.name), kind.name
            alone = replace(kind, after=(pattern,))
            assert any(_matches(alone.after[0], name) for name in KINDS), f"{kind.name} after {pattern}"


def _matches(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def test_roles_keys_and_log_groups_go_after_those_that_need_them() -> None:
    assert {"sm-endpoint", "sm-app", "br-kb", "ac-runtime", "lambda-function", "cfn-stack"} <= before("iam-role")
    assert {"s3-bucket", "log-group", "cfn-stack"} <= before("kms-alias")
    assert "kms-alias" in before("kms-key")
    assert {"sm-endpoint", "lambda-function", "cfn-stack"} <= before("log-group")
    assert "sm-domain" in before("efs")


def test_parents_are_told_before_their_children() -> None:
    place = {kind.name: number for number, layer in enumerate(layers()) for kind in layer}
    assert set(place) == set(KINDS)
    for kind in KINDS.values():
        if any(isinstance(proof, Child) for proof in kind.proofs):
            assert place[kind.find.parent] < place[kind.name]


def test_every_kind_can_prove_ownership_and_be_removed() -> None:
    for kind in KINDS.values():
        assert kind.proofs or kind.claim, f"{kind.name}: nothing could ever prove whose it is"
        assert kind.delete or kind.stop or kind.prepare, f"{kind.name}: cannot be removed"
        assert not kind.running or kind.stop, f"{kind.name}: runs and cannot be stopped"


@pytest.mark.parametrize(
    ("kind", "status", "phase"),
    [
        ("sm-app", "Failed", Phase.GONE),
        ("sm-app", "Deleted", Phase.GONE),
        ("sm-app", "Deleting", Phase.BUSY),
        ("sm-notebook-instance", "InService", Phase.RUNNING),
        ("sm-notebook-instance", "Stopped", Phase.READY),
        ("sm-transform-job", "Completed", Phase.SETTLED),
        ("sm-transform-job", "InProgress", Phase.RUNNING),
        ("sm-training-job", "Completed", Phase.READY),
        ("br-data-source", "DELETE_UNSUCCESSFUL", Phase.READY),
        ("cfn-stack", "DELETE_IN_PROGRESS", Phase.BUSY),
        ("cfn-stack", "DELETE_FAILED", Phase.READY),
        ("cfn-stack", "REVIEW_IN_PROGRESS", Phase.READY),
        ("kms-key", "PendingDeletion", Phase.SETTLED),
        ("eni", "in-use", Phase.HELD),
        ("eni", "available", Phase.READY),
        ("s3-bucket", "", Phase.READY),
        ("sm-domain", "Delete_Failed", Phase.READY),
    ],
)
def test_what_a_status_means(kind: str, status: str, phase: Phase) -> None:
    assert KINDS[kind].phase(status) is phase
