"""The base: declared kinds, the model as judge of requests and answers, the clock, faults."""

from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.framework import (
    ApiCall,
    ApiError,
    Codes,
    EmulatedKind,
    Life,
    Params,
    StandIn,
    StandInError,
    StandIns,
    Tagging,
    World,
    denied,
    expired_token,
    operation,
    throttled,
    unavailable,
)
from local_aws.services.sagemaker.control import SageMaker
from tests.local_aws.doors import Client, local_session
from tests.local_aws.support import ROLE, Clock

DOMAIN: dict[str, Any] = {
    "DomainName": "ws",
    "AuthMode": "IAM",
    "DefaultUserSettings": {"ExecutionRole": ROLE},
    "SubnetIds": ["subnet-0a"],
    "VpcId": "vpc-0a",
}


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_answers_have_exactly_the_members_of_the_model(client: Client) -> None:
    sagemaker = client("sagemaker")
    created = sagemaker.create_domain(**DOMAIN)
    described = sagemaker.describe_domain(DomainId=created["DomainId"])
    assert described["DomainArn"] == created["DomainArn"]
    assert described["Status"] == "InService"
    assert described["DefaultUserSettings"] == {"ExecutionRole": ROLE}
    assert "Tags" not in described


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"AuthMode": "PASSWORD"}, "AuthMode"),
        ({"DomainName": "not valid!"}, "DomainName"),
        ({"SubnetIds": ["s"] * 17}, "SubnetIds"),
        ({"DefaultUserSettings": {"ExecutionRole": "arn:aws:iam::1:no-role"}}, "DefaultUserSettings.ExecutionRole"),
    ],
)
def test_request_against_the_model_is_refused_with_the_member_named(
    client: Client, wrong: dict[str, Any], named: str
) -> None:
    with pytest.raises(ClientError, match=f"Value at '{named}'") as error:
        client("sagemaker").create_domain(**{**DOMAIN, **wrong})
    assert code_of(error) == "ValidationException"


def test_all_problems_of_a_request_are_named_at_once(all_of_them: StandIns) -> None:
    with pytest.raises(ApiError) as error:
        all_of_them.call("sagemaker", "CreateDomain", DomainName="a b", AuthMode="x", Colour="red")
    for named in ("DomainName", "AuthMode", "DefaultUserSettings", "Colour"):
        assert named in error.value.message
    assert "a b" not in error.value.message


@pytest.mark.parametrize("answer", [{"Colour": "red"}, {"DomainId": 7}, {"Domains": [{"Status": "Sleeping"}]}])
def test_answer_against_the_model_fails_loudly(world: World, answer: Params) -> None:
    class Wrong(StandIn):
        service = "sagemaker"

        @operation("ListDomains")
        def list_domains(self, call: ApiCall) -> Params:
            return answer

    with pytest.raises(StandInError, match=r"sagemaker\.ListDomains"):
        Wrong(world).call("ListDomains", {})


def test_operation_that_nobody_wrote_is_not_pretended(client: Client) -> None:
    with pytest.raises(ClientError, match="does not do ListHubs") as error:
        client("sagemaker").list_hubs()
    assert code_of(error) == "UnknownOperationException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_filter_that_cannot_be_judged_is_not_ignored(client: Client) -> None:
    with pytest.raises(ClientError, match="does not filter"):
        client("opensearchserverless").list_access_policies(type="data", resource=["collection/x"])


def test_second_of_the_same_name_and_missing_ones_have_the_services_own_codes(client: Client) -> None:
    sagemaker, vectors = client("sagemaker"), client("s3vectors")
    sagemaker.create_domain(**DOMAIN)
    vectors.create_vector_bucket(vectorBucketName="bucket")
    with pytest.raises(sagemaker.exceptions.ResourceInUse):
        sagemaker.create_domain(**DOMAIN)
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.describe_domain(DomainId="d-nope")
    with pytest.raises(vectors.exceptions.ConflictException):
        vectors.create_vector_bucket(vectorBucketName="bucket")
    with pytest.raises(vectors.exceptions.NotFoundException):
        vectors.get_vector_bucket(vectorBucketName="nope")


def test_parent_stays_while_a_child_lives(client: Client) -> None:
    sagemaker = client("sagemaker")
    domain = sagemaker.create_domain(**DOMAIN)["DomainId"]
    sagemaker.create_user_profile(DomainId=domain, UserProfileName="att-01")
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="UserProfile"):
        sagemaker.delete_domain(DomainId=domain)
    sagemaker.delete_user_profile(DomainId=domain, UserProfileName="att-01")
    sagemaker.delete_domain(DomainId=domain)
    assert sagemaker.list_domains()["Domains"] == []


def test_tags_are_kept_changed_and_gone_with_the_resource(client: Client) -> None:
    sagemaker = client("sagemaker")
    arn = sagemaker.create_domain(**DOMAIN, Tags=[{"Key": "workshop:id", "Value": "ws"}])["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "attendee", "Value": "att-01"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["attendee", "never"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "workshop:id", "Value": "ws"}]
    sagemaker.delete_domain(DomainId=arn.rpartition("/")[2])
    with pytest.raises(ClientError):
        sagemaker.list_tags(ResourceArn=arn)


def test_regions_do_not_see_one_another(all_of_them: StandIns) -> None:
    all_of_them.call("sagemaker", "CreateDomain", "us-east-1", **DOMAIN)
    assert all_of_them.call("sagemaker", "ListDomains", "eu-west-1")["Domains"] == []
    assert len(all_of_them.call("sagemaker", "ListDomains", "us-east-1")["Domains"]) == 1


def test_region_of_a_client_is_the_region_of_its_resources(all_of_them: StandIns) -> None:
    session = local_session()
    all_of_them.attach(session)
    session.client("sagemaker", region_name="us-east-1").create_domain(**DOMAIN)
    assert len(all_of_them.call("sagemaker", "ListDomains", "us-east-1")["Domains"]) == 1
    assert all_of_them.call("sagemaker", "ListDomains")["Domains"] == []


def test_life_follows_the_clock(client: Client, world: World, clock: Clock) -> None:
    sagemaker = client("sagemaker")
    world.delays = {"sagemaker.Domain.create": 30, "sagemaker.Domain.update": 5, "sagemaker.Domain.delete": 60}
    domain = sagemaker.create_domain(**DOMAIN)["DomainId"]

    def status() -> str:
        return str(sagemaker.describe_domain(DomainId=domain)["Status"])

    assert status() == "Pending"
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="Pending"):
        sagemaker.delete_domain(DomainId=domain)
    clock.pass_by(30)
    assert status() == "InService"
    sagemaker.update_domain(DomainId=domain, TagPropagation="ENABLED")
    assert status() == "Updating"
    clock.pass_by(5)
    sagemaker.delete_domain(DomainId=domain)
    assert status() == "Deleting"
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="being deleted"):
        sagemaker.create_user_profile(DomainId=domain, UserProfileName="late")
    clock.pass_by(60)
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        status()


def test_deleted_app_is_shown_for_a_day_and_its_name_is_free(client: Client, clock: Clock) -> None:
    sagemaker = client("sagemaker")
    domain = sagemaker.create_domain(**DOMAIN)["DomainId"]
    sagemaker.create_user_profile(DomainId=domain, UserProfileName="att-01")
    app = {"DomainId": domain, "UserProfileName": "att-01", "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(**app)
    sagemaker.delete_app(**app)
    assert [each["Status"] for each in sagemaker.list_apps()["Apps"]] == ["Deleted"]
    sagemaker.create_app(**app)
    assert [each["Status"] for each in sagemaker.list_apps()["Apps"]] == ["InService"]
    sagemaker.delete_app(**app)
    sagemaker.delete_user_profile(DomainId=domain, UserProfileName="att-01")
    clock.pass_by(24 * 3600)
    assert sagemaker.list_apps()["Apps"] == []


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(0, 23),
    asked=st.integers(1, 30),
    allowed=st.integers(1, 9),
    removed=st.sets(st.integers(0, 22), max_size=6),
)
def test_pages_give_every_item_exactly_once(count: int, asked: int, allowed: int, removed: set[int]) -> None:
    """Items that stay are given once each, whatever the page size and whatever is deleted between two pages."""
    stand_ins = StandIns(world := World(page_size=allowed), [SageMaker(world)])
    domain = stand_ins.call("sagemaker", "CreateDomain", **DOMAIN)["DomainId"]
    names = [f"att-{number:02}" for number in range(count)]
    for name in names:
        stand_ins.call("sagemaker", "CreateUserProfile", DomainId=domain, UserProfileName=name)
    gone = {names[place] for place in removed if place < count}
    seen: Counter[str] = Counter()
    token: dict[str, str] = {}
    pages = 0
    while True:
        page = stand_ins.call("sagemaker", "ListUserProfiles", DomainIdEquals=domain, MaxResults=asked, **token)
        assert len(page["UserProfiles"]) <= min(asked, allowed)
        seen.update(each["UserProfileName"] for each in page["UserProfiles"])
        if pages == 0:
            for name in gone:
                stand_ins.call("sagemaker", "DeleteUserProfile", DomainId=domain, UserProfileName=name)
        pages += 1
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert set(names) - gone <= set(seen) <= set(names)
    assert [name for name, times in seen.items() if times != 1] == []


def test_token_that_was_never_given_is_refused(client: Client) -> None:
    with pytest.raises(ClientError, match="pagination token"):
        client("sagemaker").list_domains(NextToken="made-up")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (lambda _: throttled(), "ThrottlingException"),
        (lambda _: unavailable(), "InternalServerException"),
        (lambda call: denied(call.operation), "AccessDeniedException"),
        (lambda _: expired_token(), "ExpiredTokenException"),
    ],
)
def test_fault_before_has_no_effect_and_fault_after_has(client: Client, world: World, fault: Any, code: str) -> None:
    def fail(call: ApiCall) -> None:
        if call.operation == "CreateDomain":
            raise fault(call)

    sagemaker = client("sagemaker")
    world.before.append(fail)
    with pytest.raises(ClientError) as error:
        sagemaker.create_domain(**DOMAIN)
    assert code_of(error) == code
    assert sagemaker.list_domains()["Domains"] == []
    world.after.append(world.before.pop())
    with pytest.raises(ClientError):
        sagemaker.create_domain(**DOMAIN)
    assert len(sagemaker.list_domains()["Domains"]) == 1


def test_hook_counts_calls_and_its_own_exception_reaches_the_caller(client: Client, world: World) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    world.before.append(lambda call: counted.update([(call.service, call.operation)]))
    client("sagemaker").list_domains()
    assert counted == {("sagemaker", "ListDomains"): 1}

    def kill(_: ApiCall) -> None:
        raise KeyboardInterrupt

    world.before.append(kill)
    with pytest.raises(KeyboardInterrupt):
        client("sagemaker").list_domains()


def test_kind_of_a_few_lines_works_with_wrapped_answers(world: World) -> None:
    class Prompts(StandIn):
        service = "bedrock-agent"
        scope = "bedrock"
        codes = Codes()
        tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
        kinds = (
            EmulatedKind(
                "Flow",
                ("id",),
                create="CreateFlow",
                get="GetFlow",
                list="ListFlows",
                delete="DeleteFlow",
                arn="flow/{id}",
                arn_member="arn",
                id_prefix="",
                unique="name",
                params={"flowIdentifier": "id"},
                life=Life("Preparing", "Prepared", "Preparing"),
                prepare=lambda _, __: {"version": "DRAFT"},
            ),
        )

    service = Prompts(world)
    made = service.call("CreateFlow", {"name": "flow", "executionRoleArn": ROLE, "tags": {"workshop:id": "ws"}})
    assert service.call("GetFlow", {"flowIdentifier": made["arn"]})["id"] == made["id"]
    assert service.call("ListTagsForResource", {"resourceArn": made["arn"]}) == {"tags": {"workshop:id": "ws"}}
    assert service.call("DeleteFlow", {"flowIdentifier": made["id"]}) == {"id": made["id"]}
    assert service.call("ListFlows", {}) == {"flowSummaries": []}


def test_service_without_stand_in_never_reaches_the_network(all_of_them: StandIns) -> None:
    session = local_session()
    detach = all_of_them.attach(session)
    with pytest.raises(StandInError, match=r"glacier\.ListVaults"):
        session.client("glacier").list_vaults()
    detach()
    all_of_them.attach(session, others="pass")
    asked: list[str] = []

    def someone_else(event_name: str, **_: Any) -> None:
        asked.append(event_name)
        raise ConnectionRefusedError

    session.events.register("before-send", someone_else)
    with pytest.raises(ConnectionRefusedError):
        session.client("glacier").list_vaults()
    assert asked == ["before-send.glacier.ListVaults"]


def test_every_declared_operation_and_signing_name_is_in_the_model(all_of_them: StandIns) -> None:
    for name in all_of_them.names:
        service = all_of_them[name]
        assert service.operations <= set(service.model.operation_names), name
        assert (service.scope or name) == service.model.signing_name, name
