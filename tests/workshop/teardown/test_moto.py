"""Against moto, whose answers somebody else wrote: wire format, paging and errors of the services that it has."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.workshop.teardown.estate import FAST, OURS, WORKSHOP, clean
from workshop.teardown.act.engine import RemovalEngine
from workshop.teardown.act.remove import Remover
from workshop.teardown.aws import Aws, Clock
from workshop.teardown.judge.ownership import Standing
from workshop.teardown.kinds.placeholders import Place
from workshop.teardown.observe.inventory import Inventory
from workshop.teardown.observe.stacks import Stacks
from workshop.teardown.record.journal import Journal

ACCOUNT, REGION = "123456789012", "us-east-1"
KINDS = (
    "alarm", "athena-workgroup", "dynamodb-table", "ecr-repository",
    "efs", "efs-mount-target", "eni", "eventbridge-rule", "iam-policy", "iam-role", "kms-alias", "kms-key",
    "lambda-function", "log-group", "nat-gateway", "nfs-sg", "s3-bucket", "s3v-bucket", "s3v-index", "secret", "sfn",
    "sm-domain", "sm-endpoint", "sm-endpoint-config", "sm-model", "sm-notebook-instance", "sm-pipeline", "sns-topic",
    "sqs-queue", "ssm-parameter", "vpc", "vpc-endpoint",
)  # fmt: skip
MANY = 120
"""More than a page of most listings."""
_LOGS = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [_LOGS]})


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """An empty account that does not leave this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.Session(region_name=REGION)


def pairs(tags: dict[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: each} for name, each in tags.items()]


def furnish(session: boto3.Session, tags: dict[str, str], name: str, path: str) -> None:
    """One of each kind that moto can make, and remove."""
    client: Any = session.client
    role = client("iam").create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=POLICY, Tags=pairs(tags))[
        "Role"
    ]["Arn"]
    client("iam").put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=POLICY)
    policy = client("iam").create_policy(PolicyName=name, Path=path, PolicyDocument=POLICY)["Policy"]["Arn"]
    client("iam").create_policy_version(PolicyArn=policy, PolicyDocument=POLICY, SetAsDefault=True)
    client("iam").attach_role_policy(RoleName=name, PolicyArn=policy)
    _data(client, tags, name)
    _code(client, tags, name, role)
    _models(client, tags, name, role)


def _data(client: Any, tags: dict[str, str], name: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs(tags)})
    for number in range(3):
        s3.put_object(Bucket=name, Key=f"k{number % 2}", Body=b"x")
    s3.delete_object(Bucket=name, Key="k0")
    s3.create_multipart_upload(Bucket=name, Key="unfinished")
    client("s3vectors").create_vector_bucket(vectorBucketName=f"v-{name}", tags=tags)
    client("s3vectors").create_index(
        vectorBucketName=f"v-{name}", indexName="docs", dataType="float32", dimension=8, distanceMetric="cosine"
    )
    client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], Tags=pairs(tags),
    )  # fmt: skip
    client("secretsmanager").create_secret(Name=name, SecretString="x", Tags=pairs(tags))
    client("ssm").put_parameter(Name=f"/{name}", Value="x", Type="String", Tags=pairs(tags))
    key = client("kms").create_key(Tags=pairs(tags, "TagKey", "TagValue"))["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    client("ecr").create_repository(repositoryName=name, tags=pairs(tags))
    client("efs").create_file_system(CreationToken=name, Tags=pairs(tags))
    client("athena").create_work_group(Name=name, Tags=pairs(tags))


def _code(client: Any, tags: dict[str, str], name: str, role: str) -> None:
    client("sqs").create_queue(QueueName=name, tags=tags)
    client("sns").create_topic(Name=name, Tags=pairs(tags))
    client("logs").create_log_group(logGroupName=f"/{name}", tags=tags)
    client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)", Tags=pairs(tags))
    client("events").put_targets(Rule=name, Targets=[{"Id": "t", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"}])
    definition = json.dumps({"StartAt": "a", "States": {"a": {"Type": "Succeed"}}})
    client("stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn=role, tags=pairs(tags, "key", "value")
    )


def _models(client: Any, tags: dict[str, str], name: str, role: str) -> None:
    sagemaker = client("sagemaker")
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=role,
        PrimaryContainer={"Image": "i", "ModelDataUrl": "s3://b/m"},
        Tags=pairs(tags),
    )
    variant = {"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], Tags=pairs(tags))
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name, Tags=pairs(tags))
    sagemaker.create_notebook_instance(
        NotebookInstanceName=name, InstanceType="ml.t3.medium", RoleArn=role, Tags=pairs(tags)
    )
    sagemaker.create_pipeline(PipelineName=name, PipelineDefinition="{}", RoleArn=role, Tags=pairs(tags))


def engine(session: boto3.Session, folder: Path) -> RemovalEngine:
    now = [1_790_000_000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    aws = Aws(session, REGION, Clock(lambda: now[0], sleep), reads=1e6, writes=1e6)
    journal, place = Journal(folder, WORKSHOP), Place(ACCOUNT, REGION, WORKSHOP)
    inventory = Inventory(aws, place, journal, 1, KINDS)
    return RemovalEngine(
        aws, inventory, Stacks(aws, journal), Remover(aws, place, journal, inventory.prover), FAST, workers=1
    )


def everything(found: RemovalEngine, standing: Standing) -> set[str]:
    return {f"{seen.item.kind.name} {seen.item.id}" for seen in found.inventory.of(standing)}


def test_what_is_ours_goes_and_what_is_not_stays(session: boto3.Session, tmp_path: Path) -> None:
    furnish(session, OURS, "mine", f"/workshop/{WORKSHOP}/")
    furnish(session, {"workshop:id": f"{WORKSHOP}0"}, "theirs", f"/workshop/{WORKSHOP}0/")
    before = engine(session, tmp_path / "before")
    before.look(None)
    ours, theirs = everything(before, Standing.OURS), everything(before, Standing.FOREIGN)
    assert len({each.split()[0] for each in ours}) == 23
    assert before.inventory.unscanned == {}
    done = engine(session, tmp_path / "done")
    done.run()
    assert clean(done)
    after = engine(session, tmp_path / "after")
    after.look(None)
    assert {each.split()[0] for each in everything(after, Standing.OURS)} <= {"kms-key"}  # waits for seven days
    assert everything(after, Standing.FOREIGN) == theirs


def test_all_pages_of_every_listing_are_read(session: boto3.Session, tmp_path: Path) -> None:
    for number in range(MANY):
        session.client("logs").create_log_group(logGroupName=f"/g{number}", tags=OURS)
        session.client("ssm").put_parameter(Name=f"/p{number}", Value="x", Type="String", Tags=pairs(OURS))
        session.client("sagemaker").create_model(
            ModelName=f"m{number}", ExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/r",
            PrimaryContainer={"Image": "i"}, Tags=pairs(OURS),
        )  # fmt: skip
    session.client("s3").create_bucket(Bucket="full")
    session.client("s3").put_bucket_tagging(Bucket="full", Tagging={"TagSet": pairs(OURS)})
    for number in range(1_010):
        session.client("s3").put_object(Bucket="full", Key=f"k{number}", Body=b"")
    done = engine(session, tmp_path)
    done.look(None)
    counts = {name: sum(seen.item.kind.name == name for seen in done.inventory.of(Standing.OURS)) for name in KINDS}
    assert (counts["log-group"], counts["ssm-parameter"], counts["sm-model"]) == (MANY, MANY, MANY)
    done.run()
    assert clean(done)
    assert everything(done, Standing.OURS) == set()
