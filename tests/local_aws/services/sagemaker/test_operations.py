"""No operation is answered and not done: each one that a method of ours does is sent by a test of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import xform_name

from local_aws.framework import StandIns, World
from local_aws.services.catalog import stand_ins
from tests.local_aws.support import MemoryBackend

FOLDERS = [Path(__file__).parent, Path(__file__).parents[1] / "featurestore", Path(__file__).parents[2] / "framework"]
TEARDOWN = {"DisassociateTrialComponent", "ListTrials", "UpdateTrainingJob"}
"""Sent by the teardown's tests only, to records that nothing executes."""


def sent() -> str:
    """The text of every test that may send one."""
    files = [path for folder in FOLDERS for path in sorted(folder.glob("*.py")) if path != Path(__file__)]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def own_operations(services: StandIns, name: str) -> Iterator[str]:
    """Operations that a method does; those that a declaration says go through both doors in the framework's tests."""
    yield from sorted(set(services[name]._methods) - TEARDOWN)


@pytest.mark.parametrize("service", ["sagemaker", "sagemaker-runtime", "sagemaker-featurestore-runtime"])
def test_every_operation_of_ours_is_sent_by_a_test(service: str) -> None:
    text = sent()
    missing = [
        name
        for name in own_operations(stand_ins(World(), MemoryBackend()), service)
        if f".{xform_name(name)}(" not in text and f'_{xform_name(name).partition("_")[2]}"' not in text
    ]
    assert missing == []
