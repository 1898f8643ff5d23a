"""Every kind of every service through both doors: over HTTP as in a rehearsal, in process as in a random account."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.account.account import account
from local_aws.framework import ApiError, EmulatedResource, StandIn, StandIns, World
from local_aws.services.catalog import stand_ins
from tests.local_aws.framework.two_doors import (
    ACCOUNT,
    REGION,
    SPECIAL,
    operations,
    planted,
    request,
    special,
    surroundings,
)
from tests.local_aws.support import MemoryBackend

Door = Callable[..., Any]
"""(service, operation, **parameters) → answer; raises ApiError or ClientError."""


def _world() -> World:
    return World(account=ACCOUNT, region=REGION)


KINDS = [(name, kind.name) for name in account(_world(), {}).names for kind in account(_world(), {})[name].kinds]
CREATED = [
    (service, kind)
    for service, kind in KINDS
    for owner in (account(_world(), {})[service],)
    if "create" in operations(owner, owner.kind_of[kind])
]


@cache
def _client(service: str, endpoint: str) -> Any:
    session: Any = boto3.Session(region_name=REGION, aws_access_key_id=ACCOUNT, aws_secret_access_key="local")
    return session.client(service, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def services() -> StandIns:
    return account(_world(), {})


@pytest.fixture(params=["in process", "over HTTP"])
def door(request: pytest.FixtureRequest, services: StandIns) -> Iterator[Door]:
    if request.param == "in process":
        yield lambda service, operation, **params: services.call(service, operation, REGION, **params)
        return
    endpoint, serving = request.getfixturevalue("http_door")
    serving["now"] = services
    yield lambda service, operation, **params: getattr(_client(service, endpoint), xform_name(operation))(**params)


def walk(door: Door, owner: StandIn, record: EmulatedResource) -> None:
    """List it, describe it, delete it, as far as the kind has these."""
    kind, verbs = record.kind, operations(owner, record.kind)
    known = dict(zip(kind.key, record.key, strict=True))
    for verb in ("list", "get"):
        if verb in verbs:
            answer = door(owner.service, verbs[verb], **request(owner, kind, verb, known, record.arn))
            shown = repr(answer)
            named = record.key[-1] in shown or (record.arn and record.arn in shown)
            assert named or special(owner, kind).nameless, f"{verbs[verb]} does not name it"
    if "delete" not in verbs:
        return
    params = request(owner, kind, "delete", known, record.arn)
    if special(owner, kind).refuses:
        with pytest.raises((ApiError, ClientError), match=special(owner, kind).refuses):
            door(owner.service, verbs["delete"], **params)
        return
    door(owner.service, verbs["delete"], **params)
    # CloudFormation's stacks go when somebody looks.
    if owner.service == "cloudformation":
        door(owner.service, "DescribeStacks")
    alive = [each for region, each in owner.records() if each is record and owner.store(region).alive(each)]
    assert alive == []


@pytest.mark.parametrize(("service", "kind"), KINDS)
def test_what_is_there_is_listed_described_and_deleted(service: str, kind: str, services: StandIns, door: Door) -> None:
    owner = services[service]
    walk(door, owner, planted(owner, owner.kind_of[kind]))


@pytest.mark.parametrize(("service", "kind"), CREATED)
def test_what_is_created_is_listed_described_and_deleted(
    service: str, kind: str, services: StandIns, door: Door
) -> None:
    owner = services[service]
    if (service, kind) == ("bedrock-agent", "KnowledgeBase"):
        index = services["s3vectors"].kind_of["Index"]
        planted(services["s3vectors"], index).members["dimension"] = 1024
    declared = owner.kind_of[kind]
    known = surroundings(owner, declared)
    before = [id(each) for _, each in owner.records()]
    door(service, operations(owner, declared)["create"], **request(owner, declared, "create", known))
    made = [each for _, each in owner.records() if id(each) not in before and each.kind is declared]
    assert len(made) == 1
    made[0].members |= special(owner, declared).planted
    walk(door, owner, made[0])


def test_both_doors_have_the_same_declarations() -> None:
    here, there = account(_world(), {}), stand_ins(_world(), MemoryBackend())
    for name in there.names:
        if there[name].kinds:
            assert here[name].kinds is there[name].kinds, name


def test_no_service_is_stood_in_for_twice_and_no_kind_declared_twice() -> None:
    classes = [owner for owner in _subclasses(StandIn) if vars(owner).get("service") and _is_ours(owner)]
    twice = [name for name, count in Counter(each.service for each in classes).items() if count > 1]
    assert twice == []
    for owner in classes:
        again = [name for name, count in Counter(kind.name for kind in owner.kinds).items() if count > 1]
        assert again == [], owner.service


def test_every_row_of_the_table_is_for_a_kind_that_there_is() -> None:
    assert set(SPECIAL) - set(KINDS) == set()


def _subclasses(of: type[StandIn]) -> Iterator[type[StandIn]]:
    for each in of.__subclasses__():
        yield each
        yield from _subclasses(each)


def _is_ours(owner: type[StandIn]) -> bool:
    return owner.__module__.startswith("local_aws.")
