"""Against the local AWS over HTTP: thirty attendees work, teardown takes it all away, verification believes it."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from workshop.local.attendees import Classroom, work
from workshop.local.launcher import LocalAws
from workshop.teardown import add_arguments, run

pytestmark = pytest.mark.rehearsal

WORKSHOP, REGION = "ws-2026-11-28-ab12", "ap-southeast-1"
NAMES = [f"att-{number:02d}" for number in range(1, 31)]
TAGS = [{"Key": "workshop:id", "Value": WORKSHOP}]
TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """A local AWS of its own."""
    with LocalAws.start(REGION) as aws:
        for name, value in aws.environment().items():
            if name.startswith("AWS_"):
                monkeypatch.setenv(name, value)
        yield boto3.Session(region_name=REGION)


def _deploy(session: boto3.Session) -> Classroom:
    role = session.client("iam").create_role(
        RoleName="attendee", Path=f"/workshop/{WORKSHOP}/", AssumeRolePolicyDocument=TRUST, Tags=TAGS
    )
    arn = role["Role"]["Arn"]
    sagemaker = session.client("sagemaker")
    sagemaker.create_domain(
        DomainName="workshop", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": arn}, Tags=TAGS
    )
    (domain,) = sagemaker.list_domains()["Domains"]
    for name in NAMES:
        sagemaker.create_user_profile(DomainId=domain["DomainId"], UserProfileName=name)
    session.client("s3").create_bucket(
        Bucket="documents-of-somebody-else", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    return Classroom(WORKSHOP, domain["DomainId"], arn)


def _teardown(folder: Path, action: str, *more: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    where = ("--workshop", WORKSHOP, "--region", REGION, "--state", str(folder), "--attendees", "30")
    return run(parser.parse_args([action, *where, *more]))


def test_thirty_attendees_leave_nothing_on_the_local_aws(
    session: boto3.Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = work(lambda service: session.client(service), _deploy(session), NAMES)  # type: ignore[call-overload]
    assert _teardown(tmp_path, "plan") == 0
    planned = capsys.readouterr().out
    assert f"ours {len(made) + 32}" in planned
    confirmed = ("--confirm-account", "111122223333", "--confirm-resources", str(len(made) + 32))
    assert _teardown(tmp_path, "verify", "--pause", "0s") == 3
    assert _teardown(tmp_path, "execute", "--yes-in-ci", *confirmed) == 0
    assert _teardown(tmp_path, "verify", "--pause", "0s") == 0
    names = [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]
    assert names == ["documents-of-somebody-else"]
