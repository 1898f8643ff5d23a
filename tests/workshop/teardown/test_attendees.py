"""What thirty attendees make with boto3 is found, and goes; through the wire of the in-process door as well."""

from pathlib import Path

import boto3
import pytest

from tests.workshop.teardown.estate import DOOR, OURS, WORKSHOP, Estate, clean
from workshop.rehearse.attendees import Classroom, work
from workshop.teardown.session import open_session

NAMES = [f"att-{number:02d}" for number in range(1, 31)]
KINDS_OF_ALL = (
    "sm-endpoint",
    "sm-space",
    "sm-app",
    "br-guardrail",
    "s3v-bucket",
    "s3v-index",
    "ac-memory",
    "log-group",
)
ROLE = f"arn:aws:iam::111122223333:role/workshop/{WORKSHOP}/attendee"


def _classroom(estate: Estate) -> Classroom:
    domain = estate.plant("sagemaker", "Domain", "d-0a1b2c3d4e5f", DomainName="workshop", tags=OURS)
    for name in NAMES:
        estate.plant("sagemaker", "UserProfile", domain.key[0], name, tags={})
    return Classroom(WORKSHOP, domain.key[0], ROLE, "s3://models/model.tar.gz")


def test_thirty_attendees_leave_nothing(estate: Estate) -> None:
    made = work(DOOR.client, _classroom(estate), NAMES)
    assert len(made) == len(set(made)) == 30 * 10
    estate.mutations.clear()
    engine = estate.run()
    assert clean(engine)
    assert [seen.item.key for seen in engine.inventory.everything() if seen.verdict.ours] == []
    for service in estate.standins.names:
        owner = estate.standins[service]
        living = [record for region, record in owner.records() if owner.store(region).alive(record)]
        assert [record.key for record in living if record.tags.get("workshop:id") == WORKSHOP] == []


def test_the_plan_knows_whose_each_thing_is(estate: Estate) -> None:
    work(DOOR.client, _classroom(estate), NAMES[:2])
    inventory, _ = estate.session().observe()
    attendees = {(seen.item.kind.name, seen.attendee) for seen in inventory.everything() if seen.verdict.ours}
    for name in NAMES[:2]:
        assert {(kind, name) for kind in KINDS_OF_ALL} <= attendees


def test_on_the_wire_and_in_parallel_it_is_the_same(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    # Requests are signed, sent and parsed for real here, by sixteen threads.
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    session = boto3.Session(region_name="us-east-1")
    estate.standins.attach(session)
    work(lambda service: session.client(service), _classroom(estate), NAMES[:3])  # type: ignore[call-overload]
    teardown = open_session(WORKSHOP, "us-east-1", Path(estate.folder), session=session, clock=estate.clock())
    engine = teardown.engine(limits=estate.engine().limits)
    engine.run()
    assert clean(engine)
    assert estate.left() == []
