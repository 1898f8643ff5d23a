"""What the Teardown stack runs at night: the same teardown, from inside the workshop, and the stack itself last."""

from pathlib import Path
from typing import Any

import pytest

from local_aws.account.identity import Iam
from local_aws.account.platform import CloudFormation
from local_aws.framework import ApiCall
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate, Killed
from tests.workshop.teardown.furnish import OWN_STACK, RECORD_BUCKET, furnish, own_stack, stack


def unattended(estate: Estate, *more: str, own: str = OWN_STACK) -> int:
    return estate.command(
        "unattended", "--own-stack", own, "--record", RECORD_BUCKET, "--confirm-account", estate.world.account,
        "--dedicated-account", *more,
    )  # fmt: skip


def of_own_stack(estate: Estate) -> set[str]:
    """What the own stack holds and is, as far as it is still there."""
    return {each for each in estate.left() if any(name in each for name in ("net", "/own/log", "Teardown"))}


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_everything_goes_and_the_own_stack_last(estate: Estate, seed: int) -> None:
    furnish(estate, seed)
    own_stack(estate)
    assert unattended(estate) in (0, 2)
    assert estate.changed("DeleteStack")[-1]["StackName"].split("/")[1] == OWN_STACK
    assert estate.mutations[-1].operation == "DeleteStack"
    assert estate.harmed() == []
    estate.command("verify", "--pause", "0s")  # CloudFormation gets on with it when it is asked
    assert [each for each in estate.left() if RECORD_BUCKET not in each] == []


def test_nothing_waits_for_the_own_stack(estate: Estate) -> None:
    # Roles, buckets and log groups go after the stacks, and older stacks after newer ones: but not after this one.
    stack(estate, name="Identity")
    estate.plant("s3", "Bucket", f"{WORKSHOP}-left")
    estate.plant("logs", "LogGroup", "/left")
    estate.keep("iam", estate.standins.the(Iam).role("left", f"/workshop/{WORKSHOP}/", OURS))
    own_stack(estate)
    assert unattended(estate) == 0
    order = estate.order("DeleteBucket", "DeleteLogGroup", "DeleteRole", "DeleteStack")
    assert order[0] == order[-1] == "DeleteStack"
    assert set(order[1:-1]) == {"DeleteBucket", "DeleteLogGroup", "DeleteRole"}


def test_while_something_is_left_the_own_stack_stays_for_the_next_run(estate: Estate) -> None:
    estate.plant("dynamodb", "Table", "notes")  # which no stack waits for
    own_stack(estate)
    estate.refuse("DeleteTable", "AccessDeniedException")
    before = of_own_stack(estate)
    assert unattended(estate) == 3
    assert of_own_stack(estate) == before
    assert estate.order("DeleteStack", "DeleteSecret") == []


def test_what_the_own_stack_holds_is_known_before_anything_goes(estate: Estate) -> None:
    own_stack(estate)
    before = of_own_stack(estate)
    estate.plant("sagemaker", "Model", "m")
    estate.refuse("ListStackResources", "AccessDenied")
    assert unattended(estate, "--deadline", "30m") == 3
    assert of_own_stack(estate) == before
    assert {call.operation for call in estate.mutations} <= {"PutObject"}


def test_what_aws_lets_go_of_later_is_left_to_a_later_run(estate: Estate) -> None:
    estate.plant(
        "ec2",
        "NetworkInterface",
        "eni-1",
        VpcId="v",
        Status="in-use",
        TagSet=[{"Key": "workshop:id", "Value": WORKSHOP}],
    )
    own_stack(estate)
    assert unattended(estate, "--deadline", "30m") == 2
    assert estate.order("DeleteStack") == []


def test_records_that_nobody_can_delete_keep_nothing_back(estate: Estate) -> None:
    estate.plant("sagemaker", "TransformJob", "j", TransformJobStatus="Completed")
    own_stack(estate)
    assert unattended(estate) == 2
    assert estate.order("DeleteStack") == ["DeleteStack"]


def test_on_a_new_disk_it_still_knows_what_was_left_behind(tmp_path: Path) -> None:
    estate = Estate(tmp_path / "first")
    estate.plant("sagemaker", "Endpoint", "e")
    estate.plant("logs", "LogGroup", "/aws/sagemaker/Endpoints/e", tags={})
    own_stack(estate)

    def die(_: ApiCall) -> None:
        raise Killed

    # Its endpoint is gone by then, and only the record tells whose it was.
    estate.before("DeleteLogGroup", die)
    with pytest.raises(Killed):
        unattended(estate)
    estate.folder = tmp_path / "second"
    assert unattended(estate) == 0
    assert [each for each in estate.left() if "Endpoints" in each] == []


def test_a_stack_that_the_workshop_does_not_have_is_refused(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    estate.plant("sagemaker", "Model", "m")
    own_stack(estate)
    estate.standins.the(CloudFormation).stack("company-stack", {}, [])
    assert unattended(estate, own="company-stack") == 5
    assert "has no stack 'company-stack'" in capsys.readouterr().err
    assert [call for call in estate.mutations if call.operation != "PutObject"] == []


def test_a_dedicated_account_has_to_be_called_one(estate: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        estate.plant("sagemaker", "Model", f"m{number}")
    own_stack(estate)
    arguments: Any = ("--own-stack", OWN_STACK, "--record", RECORD_BUCKET, "--confirm-account", estate.world.account)
    assert estate.command("unattended", *arguments) == 5
    assert "12 of all 12 resources of the kind sm-model" in capsys.readouterr().err
    assert unattended(estate) == 0
