"""Every safety rail, shown refusing; a refusal changes nothing and says the way out."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local_aws.account.identity import Iam
from local_aws.account.tag_index import Sts
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate
from workshop.teardown.errors import RefusedError
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.plan.plan import Plan, load, save
from workshop.teardown.plan.rails import CallerIdentity, check_caller, check_execution, check_size, check_workshop

PLACE = Place("111122223333", "us-east-1", WORKSHOP)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ROLE = "arn:aws:sts::111122223333:assumed-role/organiser/x"


def _plan(count: int = 1, kind: str = "sm-model", foreign: int = 0, made: datetime = NOW) -> Plan:
    entry: dict[str, Any] = {
        "kind": kind,
        "id": "m",
        "region": "us-east-1",
        "attendee": "",
        "created": None,
        "status": "",
        "proof": "tag workshop:id",
        "cost": "free",
        "usd_per_hour": 0.0,
        "stack": "",
        "kept": "",
        "ask": {},
    }
    entries = [{**entry, "arn": f"arn:{number}"} for number in range(count)]
    return Plan(
        made=made,
        account=PLACE.account,
        region=PLACE.region,
        workshop=WORKSHOP,
        entries=entries,
        unknown={},
        unscanned={},
        foreign={kind: foreign},
    ).hashed()


@pytest.mark.parametrize("text", ["", "*", "ws-*", "ws-2026-11-28", f"{WORKSHOP}0", WORKSHOP.upper(), f" {WORKSHOP}"])
def test_only_a_complete_id_is_a_workshop(text: str) -> None:
    with pytest.raises(RefusedError, match="one looks like ws-"):
        check_workshop(text)
    check_workshop(WORKSHOP)


def test_root_is_refused_but_not_on_the_local_aws() -> None:
    root = "arn:aws:iam::111122223333:root"
    with pytest.raises(RefusedError, match="Use a role"):
        check_caller(CallerIdentity(PLACE.account, root), None, PLACE)
    check_caller(CallerIdentity(PLACE.account, root, local=True), None, PLACE)


def test_another_account_or_region_than_the_recorded_is_refused_with_both_reasons() -> None:
    recorded = Place("123456789012", "eu-west-1", WORKSHOP)
    with pytest.raises(RefusedError) as caught:
        check_caller(CallerIdentity(PLACE.account, ROLE), recorded, PLACE)
    assert len(caught.value.problems) == 2
    assert "AWS_PROFILE" in caught.value.problems[0]


def test_a_plan_of_another_account_is_refused() -> None:
    other = Place("123456789012", "us-east-1", WORKSHOP)
    with pytest.raises(RefusedError, match="The plan is of"):
        check_execution(_plan(), other, other.account, NOW)


@pytest.mark.parametrize("typed", ["", "123456789012", "11112222333", "*"])
def test_the_account_has_to_be_typed(typed: str) -> None:
    with pytest.raises(RefusedError, match="--confirm-account 111122223333"):
        check_execution(_plan(), PLACE, typed, NOW)


@pytest.mark.parametrize("age", [timedelta(minutes=31), timedelta(days=2), timedelta(minutes=-31)])
def test_a_stale_plan_is_refused(age: timedelta) -> None:
    with pytest.raises(RefusedError, match="Plan again"):
        check_execution(_plan(), PLACE, PLACE.account, NOW + age)
    check_execution(_plan(), PLACE, PLACE.account, NOW + timedelta(minutes=29))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(RefusedError) as caught:
        check_execution(_plan(), Place("123456789012", "x", WORKSHOP), "", NOW + timedelta(days=1))
    assert len(caught.value.problems) == 3


def test_a_plan_that_was_edited_is_refused(estate: Estate) -> None:
    path = estate.folder / "plan.json"
    save(_plan(2), path)
    assert load(path) == _plan(2)
    data = json.loads(path.read_text())
    data["entries"][0]["arn"] = "arn:of:somebody:else"
    path.write_text(json.dumps(data))
    with pytest.raises(RefusedError, match="has been changed"):
        load(path)


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json"])
def test_what_is_no_plan_is_refused(estate: Estate, text: str) -> None:
    path = estate.folder / "plan.json"
    path.write_text(text)
    with pytest.raises(RefusedError, match="not a plan"):
        load(path)
    with pytest.raises(RefusedError, match="There is no plan"):
        load(estate.folder / "missing.json")


def test_a_plan_that_is_too_large_needs_its_number_typed() -> None:
    plan = _plan(40 * 2 + 201, "sm-app")
    with pytest.raises(RefusedError, match="--confirm-resources 281"):
        check_size(plan, 2, None)
    with pytest.raises(RefusedError):
        check_size(plan, 2, 280)
    check_size(plan, 2, 281)
    check_size(plan, 3, None)


def test_a_large_share_of_a_kind_needs_its_number_typed() -> None:
    with pytest.raises(RefusedError, match="4 of all 10 resources of the kind sm-model"):
        check_size(_plan(4, foreign=6), 30, None)
    check_size(_plan(3, foreign=7), 30, None)
    check_size(_plan(4, "sm-app", foreign=6), 30, None)


# The same rails at the command line: exit code 5, and nothing was changed.


def _planned(estate: Estate) -> str:
    estate.plant("sagemaker", "Model", "m")
    for number in range(4):
        estate.plant("sagemaker", "Model", f"other{number}", own=False)
    assert estate.command("plan") == 0
    return estate.world.account


def _refused(estate: Estate, *arguments: str) -> None:
    assert estate.command("execute", "--yes-in-ci", *arguments) == 5
    assert estate.mutations == []


def test_execute_without_a_plan(estate: Estate) -> None:
    _refused(estate, "--confirm-account", estate.world.account)


def test_execute_without_the_account(estate: Estate) -> None:
    _planned(estate)
    _refused(estate)


def test_execute_with_another_account(estate: Estate) -> None:
    _planned(estate)
    _refused(estate, "--confirm-account", "123456789012")


def test_execute_with_a_stale_plan(estate: Estate) -> None:
    account = _planned(estate)
    estate.sleep(31 * 60)
    _refused(estate, "--confirm-account", account)


def test_execute_when_much_is_new(estate: Estate) -> None:
    account = _planned(estate)
    estate.plant("sagemaker", "EndpointConfig", "new")
    _refused(estate, "--confirm-account", account)


def test_execute_with_credentials_of_another_account(estate: Estate) -> None:
    account = _planned(estate)
    estate.world.account = "123456789012"
    _refused(estate, "--confirm-account", account)
    _refused(estate, "--confirm-account", "123456789012")


def test_credentials_of_another_account_change_nothing(estate: Estate) -> None:
    # Somebody types what the credentials say, with a plan made for them.
    _planned(estate)
    estate.world.account = "123456789012"
    assert estate.command("plan") == 5
    _refused(estate, "--confirm-account", "123456789012")


def test_execute_as_root(estate: Estate) -> None:
    account = _planned(estate)
    estate.standins.the(Sts).arn = f"arn:aws:iam::{account}:root"
    _refused(estate, "--confirm-account", account)


def test_execute_without_credentials(estate: Estate) -> None:
    account = _planned(estate)
    estate.refuse("GetCallerIdentity", "InvalidClientTokenId")
    _refused(estate, "--confirm-account", account)


def test_execute_in_a_pipeline_has_to_be_meant(estate: Estate) -> None:
    account = _planned(estate)
    assert estate.command("execute", "--confirm-account", account) == 5
    assert estate.mutations == []


def test_a_pattern_that_names_no_kind(estate: Estate) -> None:
    _refused(estate, "--confirm-account", _planned(estate), "--only", "sagemaker")


@pytest.mark.parametrize("option", ["--confrim-account", "--deadline=soon"])
def test_a_mistyped_option_is_a_refusal(estate: Estate, option: str) -> None:
    _planned(estate)
    _refused(estate, option)


def test_resume_and_finalize_without_a_begun_execution(estate: Estate) -> None:
    account = _planned(estate)
    for action in ("resume", "finalize"):
        assert estate.command(action, "--yes-in-ci", "--confirm-account", account) == 5
    assert estate.mutations == []


def test_what_is_proved_by_name_or_path_only_has_to_be_in_the_plan(estate: Estate) -> None:
    iam = estate.standins.the(Iam)
    for number in range(15):
        estate.keep("iam", iam.role(f"planned{number}", f"/workshop/{WORKSHOP}/", {}))
    assert estate.command("plan") == 0
    estate.keep("iam", iam.role("unplanned", f"/workshop/{WORKSHOP}/", {}))
    estate.plant("sagemaker", "Model", "tagged", tags=OURS)
    assert estate.command("execute", "--yes-in-ci", "--confirm-account", estate.world.account) == 3
    assert estate.left() == ["iam Role unplanned"]
