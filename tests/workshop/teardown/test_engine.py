"""What happens to an estate when teardown runs on it: one test for each way in which it could go wrong."""

from datetime import UTC, datetime

import pytest

from local_aws.account.identity import Iam
from local_aws.account.platform import CloudFormation, Logs
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate, Faults, Killed, clean
from tests.workshop.teardown.furnish import (
    DOMAIN,
    LOOKALIKES,
    fill_bucket,
    furnish,
    held,
    stack,
    studio,
)
from workshop.teardown.act.decide import State
from workshop.teardown.act.engine import Limits
from workshop.teardown.errors import StoppedError
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.record.invocation_logging import Outcome
from workshop.teardown.verify.report import Residue, after_run, exit_code


@pytest.mark.parametrize("seed", range(6))
def test_everything_goes_and_nothing_else(estate: Estate, seed: int) -> None:
    furnish(estate, seed)
    engine = estate.run()
    assert estate.left() == []
    assert estate.harmed() == []
    assert clean(engine)


def test_nothing_is_changed_in_an_account_without_the_workshop(estate: Estate) -> None:
    for number, tags in enumerate(LOOKALIKES):
        estate.plant("sagemaker", "Model", f"{WORKSHOP}0-{number}", own=False, tags=tags)
        estate.plant("lambda", "Function", f"{WORKSHOP}-{number}", own=False, tags=tags)
        estate.plant("logs", "LogGroup", f"/aws/lambda/{WORKSHOP}-{number}", own=False, tags=tags)
    assert clean(estate.run())
    assert estate.mutations == []


def test_lookalikes_survive_next_to_the_real_thing(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "ours")
    for number, tags in enumerate(LOOKALIKES):
        estate.plant("sagemaker", "Model", f"theirs-{number}", own=False, tags=tags)
    estate.run()
    assert (estate.left(), estate.harmed()) == ([], [])


def test_tags_in_another_spelling_own_nothing(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "theirs", own=False, tags={"Workshop:Id": WORKSHOP})
    estate.run()
    assert estate.harmed() == []


def test_a_role_path_of_a_longer_id_is_somebody_elses(estate: Estate) -> None:
    iam = estate.standins.the(Iam)
    for name, path in (("a", f"/workshop/{WORKSHOP}0/"), ("b", f"/workshop/{WORKSHOP}/")):
        estate.keep("iam", iam.role(name, path, {}), own=path.endswith(f"{WORKSHOP}/"))
    # The service filters by prefix; ownership must not rely on that.
    estate.before("ListRoles", lambda call: call.params.update(PathPrefix="/"))
    estate.run()
    assert (estate.left(), estate.harmed()) == ([], [])


def test_a_role_of_ours_that_was_given_to_another_workshop_stays(estate: Estate) -> None:
    tags = {"workshop:id": "ws-2026-01-01-0000"}
    role = estate.standins.the(Iam).role("shared", f"/workshop/{WORKSHOP}/", tags)
    estate.keep("iam", role, own=False)
    estate.run()
    assert estate.harmed() == []


def test_what_cannot_be_read_is_not_deleted_and_not_clean(estate: Estate) -> None:
    model = estate.plant("sagemaker", "Model", "whose")
    estate.refuse("ListTags", "AccessDeniedException", ResourceArn=model.arn)
    engine = estate.run()
    assert estate.changed("DeleteModel") == []
    assert not clean(engine)
    assert [seen.item.id for seen in engine.inventory.of(Standing.UNKNOWN)] == ["whose"]


def test_a_listing_that_is_denied_is_not_an_empty_one(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    estate.plant("sagemaker", "EndpointConfig", "c")
    estate.refuse("ListModels", "AccessDeniedException")
    engine = estate.run()
    assert not clean(engine)
    assert engine.inventory.unscanned == {"sm-model": "list_models: AccessDeniedException"}
    # The rest goes on.
    assert [call["EndpointConfigName"] for call in estate.changed("DeleteEndpointConfig")] == ["c"]


def test_an_operation_that_the_service_does_not_know_is_no_empty_listing(estate: Estate) -> None:
    # Only a local AWS may say so.
    estate.refuse("ListModels", "UnknownOperationException")
    assert not clean(estate.run())
    engine = estate.engine()
    engine.aws.use_locally()
    engine.run()
    assert clean(engine)


def test_a_listing_that_stumbles_loses_no_page(estate: Estate) -> None:
    estate.world.page_size = 2
    for number in range(7):
        estate.plant("sagemaker", "Model", f"m{number}")
    estate.refuse("ListModels", "ThrottlingException", times=3)
    assert clean(estate.run())
    assert estate.left() == []


def test_all_pages_are_read(estate: Estate) -> None:
    estate.world.page_size = 1
    for number in range(3):
        estate.plant("sagemaker", "Model", f"m{number}")
        estate.plant("dynamodb", "Table", f"table{number}")
        estate.plant("lambda", "Function", f"f{number}")
        estate.plant("kms", "Key", f"k{number}")
        estate.plant("opensearchserverless", "Collection", f"collection{number}")
    fill_bucket(estate, estate.plant("s3", "Bucket", "b").key[0], 3, 2, 2)
    assert clean(estate.run())
    assert estate.left() == []


def test_one_refusal_does_not_stop_the_rest(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "bad")
    estate.plant("sagemaker", "Model", "good")
    estate.refuse("DeleteModel", "AccessDeniedException", ModelName="bad")
    engine = estate.run()
    assert [name.split()[-1] for name in estate.left()] == ["bad"]
    failed = [(seen.item.id, decision.state) for seen, decision in engine.decisions.values()]
    assert failed == [("bad", State.FAILED)]
    assert len(estate.changed("DeleteModel")) == 4, "one success and three refusals"


def _classroom(estate: Estate) -> None:
    """One endpoint with all that it stands on, and as much that has nothing to do with it."""
    iam = estate.standins.the(Iam)
    for name in ("hosting", "another"):
        estate.keep("iam", iam.role(name, f"/workshop/{WORKSHOP}/", OURS))
    role = f"arn:aws:iam::{estate.world.account}:role/workshop/{WORKSHOP}/hosting"
    for bucket in ("artifacts", "another"):
        fill_bucket(estate, estate.plant("s3", "Bucket", bucket).key[0], 1, 0, 0)
    container = {"Image": f"{estate.world.account}.dkr.ecr.us-east-1.amazonaws.com/team/serve:1",
                 "ModelDataUrl": "s3://artifacts/model.tar.gz"}  # fmt: skip
    for repository in ("team/serve", "team/another"):
        estate.plant("ecr", "Repository", repository)
    estate.plant("sagemaker", "Model", "m", ExecutionRoleArn=role, PrimaryContainer=container)
    estate.plant("sagemaker", "EndpointConfig", "c", ProductionVariants=[{"VariantName": "v", "ModelName": "m"}])
    estate.plant("sagemaker", "Endpoint", "e", EndpointConfigName="c")
    for kind in ("Model", "EndpointConfig", "Endpoint"):
        estate.plant("sagemaker", kind, f"another-{kind.lower()}")
    for name in ("e", "another-endpoint"):
        estate.plant("logs", "LogGroup", f"/aws/sagemaker/Endpoints/{name}", tags={})
    estate.plant("logs", "LogGroup", "/another")
    estate.plant("lambda", "Function", "another")
    estate.plant("dynamodb", "Table", "another")
    studio(estate)
    estate.plant("kms", "Key", "k")


NEEDED = [
    "ecr Repository team/serve",
    "iam Role hosting",
    "kms Key k",
    "logs LogGroup /aws/sagemaker/Endpoints/e",
    "s3 Bucket artifacts",
    "sagemaker Endpoint e",
    "sagemaker EndpointConfig c",
    "sagemaker Model m",
]


def test_only_what_a_failed_one_needs_stays_with_it(estate: Estate) -> None:
    _classroom(estate)
    estate.refuse("DeleteEndpoint", "AccessDeniedException", EndpointName="e")
    engine = estate.run(limits=Limits(deadline=100_000, patience=50_000, shortest_pause=5, longest_pause=60))
    assert sorted(estate.left()) == NEEDED
    assert engine.stopped == ""
    assert engine.rounds <= 15
    residues = {each.residue for each in after_run(engine, estate.place)}
    assert residues == {Residue.RESIDUE}


def test_only_what_a_kept_one_needs_stays_with_it(estate: Estate) -> None:
    _classroom(estate)
    key = f"sm-endpoint arn:aws:sagemaker:us-east-1:{estate.world.account}:endpoint/e"
    engine = estate.run(kept=frozenset({key}))
    assert sorted(estate.left()) == NEEDED
    assert engine.rounds <= 15
    left = after_run(engine, estate.place)
    assert {each.residue for each in left} == {Residue.KEPT}
    assert exit_code(left, Outcome.RESTORED) == 2


def test_a_stack_that_holds_what_a_kept_one_needs_stays_and_others_go(estate: Estate) -> None:
    role = estate.standins.the(Iam).role("hosting", f"/workshop/{WORKSHOP}/", OURS)
    estate.keep("iam", role)
    stack(estate, held("hosting", "AWS::IAM::Role", "iam", "DeleteRole", RoleName="hosting"), name="Identity")
    stack(estate, held("subnet-1", "AWS::EC2::Subnet"), name="Network")
    stack(estate, held("elsewhere", "AWS::SNS::Topic"), name="Other")
    vpc = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    estate.plant("sagemaker", "Model", "m", tags={**OURS, "workshop:keep": "true"}, ExecutionRoleArn=role.arn,
                 VpcConfig=vpc)  # fmt: skip
    engine = estate.run()
    gone = [call["StackName"].split("/")[1] for call in estate.changed("DeleteStack")]
    assert gone == [f"{WORKSHOP}-Other"]
    assert exit_code(after_run(engine, estate.place), Outcome.RESTORED) == 2


def test_what_cannot_be_described_keeps_all_that_it_may_need(estate: Estate) -> None:
    _classroom(estate)
    estate.refuse("DeleteEndpoint", "AccessDeniedException", EndpointName="e")
    estate.refuse("DescribeEndpoint", "AccessDeniedException")
    engine = estate.run()
    assert set(NEEDED) <= set(estate.left())
    assert engine.rounds <= 15


def test_a_resource_that_was_handed_over_meanwhile_stays(estate: Estate) -> None:
    model = estate.plant("sagemaker", "Model", "m")
    # Between the inventory and the deletion: the last thing that teardown looks at before it acts is the tag.
    estate.plant("sagemaker", "EndpointConfig", "first")
    estate.before("DeleteEndpointConfig", lambda _: model.tags.update({"workshop:id": "ws-2026-01-01-0000"}))
    estate.run()
    assert estate.changed("DeleteModel") == []


def test_a_name_that_was_reused_meanwhile_is_somebody_elses(estate: Estate) -> None:
    role = estate.standins.the(Iam).role("r", f"/workshop/{WORKSHOP}/", OURS)
    estate.plant("sagemaker", "Model", "first")

    def reuse(_: object) -> None:
        role.tags.clear()
        role.members["Path"] = "/"
        estate.keep("iam", role, own=False)

    estate.before("DeleteModel", reuse)
    estate.run()
    assert estate.changed("DeleteRole") == []
    assert estate.harmed() == []


def test_children_of_a_parent_that_was_in_doubt_are_found_later(estate: Estate) -> None:
    studio(estate)
    estate.plant("sagemaker", "UserProfile", DOMAIN, "att-01", tags={})
    domain = next(record for _, record in estate.own if record.kind.name == "Domain")
    estate.refuse("ListTags", "ThrottlingException", times=6, ResourceArn=domain.arn)
    assert clean(estate.run())
    assert estate.left() == []
    assert len(estate.changed("DeleteDomain")) == 1, "and it is not tried before they are known"


def test_what_hides_behind_an_unreadable_tag_keeps_its_role(estate: Estate) -> None:
    estate.keep("iam", estate.standins.the(Iam).role("execution", f"/workshop/{WORKSHOP}/", OURS))
    endpoint = estate.plant("sagemaker", "Endpoint", "e")
    estate.refuse("ListTags", "ThrottlingException", times=12, ResourceArn=endpoint.arn)
    assert clean(estate.run())
    assert estate.order("DeleteEndpoint", "DeleteRole") == ["DeleteEndpoint", "DeleteRole"]


def test_what_burns_money_is_asked_to_go_first(estate: Estate) -> None:
    for number in range(3):
        estate.plant("sagemaker", "Model", f"m{number}")
        estate.plant("sagemaker", "Endpoint", f"e{number}")
        estate.plant("ecr", "Repository", f"r{number}")
    estate.run()
    assert estate.mutations[0].operation == "DeleteEndpoint"
    assert [call.operation for call in estate.mutations[:3]] == ["DeleteEndpoint"] * 3


def test_the_cdk_toolkit_stays_whatever_its_tags(estate: Estate) -> None:
    toolkit = estate.standins.the(CloudFormation).stack("CDKToolkit", OURS, [])
    estate.keep("cloudformation", toolkit, own=False)
    estate.keep(
        "iam", estate.standins.the(Iam).role("cdk-hnb659fds-deploy-role-x", f"/workshop/{WORKSHOP}/", OURS), False
    )
    estate.plant("s3", "Bucket", "cdk-hnb659fds-assets-111122223333-us-east-1", tags=OURS, own=False)
    engine = estate.run()
    assert estate.harmed() == []
    assert {decision.state for _, decision in engine.decisions.values()} == {State.KEPT}


def test_what_is_tagged_to_be_kept_is_kept(estate: Estate) -> None:
    kept = estate.plant("sagemaker", "Model", "m", tags={**OURS, "workshop:keep": "true"})
    engine = estate.run()
    assert estate.left() == [f"sagemaker Model {kept.key[0]}"]
    assert [decision.state for _, decision in engine.decisions.values()] == [State.KEPT]


def test_a_second_run_changes_nothing(estate: Estate) -> None:
    furnish(estate, 3)
    estate.run()
    estate.mutations.clear()
    assert clean(estate.run())
    assert estate.mutations == []


@pytest.mark.parametrize("call_number", [1, 60, 150, 200, 250, 300, 350, 400])
def test_killed_anywhere_it_goes_on_from_there(estate: Estate, call_number: int) -> None:
    furnish(estate, 1)
    with pytest.raises(Killed):
        estate.run(Faults(kill_at=call_number))
    engine = estate.run()
    assert (estate.left(), estate.harmed(), clean(engine)) == ([], [], True)


def test_expired_credentials_stop_the_run_cleanly(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    estate.refuse("DeleteModel", "ExpiredTokenException", times=1)
    with pytest.raises(StoppedError, match="expired"):
        estate.run()
    assert clean(estate.run())
    assert estate.left() == []


def test_a_deadline_ends_the_run(estate: Estate) -> None:
    estate.world.delays = {"sagemaker.Endpoint.delete": 100_000.0}
    estate.plant("sagemaker", "Endpoint", "e")
    engine = estate.run(limits=Limits(deadline=600, patience=60, shortest_pause=5, longest_pause=60))
    assert engine.stopped == "the deadline has passed"
    assert not clean(engine)


def test_a_deletion_that_never_works_is_given_up(estate: Estate) -> None:
    # The service says yes and the resource stays.
    estate.plant("sagemaker", "Model", "m")
    estate.standins["sagemaker"].store("us-east-1").remove = lambda record: None  # type: ignore[method-assign]
    engine = estate.run()
    (decision,) = [decision for _, decision in engine.decisions.values()]
    assert decision.state is State.FAILED
    assert "accepted" in decision.why


def test_the_journal_says_what_was_changed_and_why(estate: Estate) -> None:
    estate.plant("sagemaker", "Model", "m")
    journal = estate.run().remover.journal
    (line,) = journal.all("remove")
    assert (line["kind"], line["id"], line["proof"]) == ("sm-model", "m", "tag workshop:id")
    assert [each["result"] for each in journal.all("result")] == ["accepted"]
    assert datetime.fromisoformat(line["time"]).tzinfo is UTC


def test_late_objects_do_not_keep_logs_alive_for_ever(estate: Estate) -> None:
    logs = estate.standins.the(Logs)
    estate.plant("lambda", "Function", "f")
    estate.before("DeleteLogGroup", lambda call: logs.write_late(call.region, "/aws/lambda/other"))
    engine = estate.run()
    assert clean(engine)
