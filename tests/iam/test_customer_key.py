"""The customer key: exactly the services and roles in use can work with it, and nobody else."""

from collections.abc import Mapping

import aws_cdk as cdk
import pytest

from stacks.common.functions import ROOT
from stacks.config import load_config
from stacks.config.model import AccessSection
from tests.cloud_assembly import read_templates
from tests.iam.cloud import ACCOUNT, Cloud
from tests.iam.evaluator import allowed
from tests.iam.model import (
    Anonymous,
    ContextValue,
    Policies,
    Policy,
    Principal,
    Request,
    RoleSession,
    Root,
    Service,
    User,
)

PRESET = "customer-key"
ELSEWHERE = "123456789012"
CONFIG = load_config(ROOT / "presets" / f"{PRESET}.toml")
WORKSHOP, REGION = CONFIG.workshop_id, CONFIG.region
HERE = f"{REGION}:{ACCOUNT}"
ANYTHING: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
THROUGH_S3 = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}
LOGS = f"logs.{REGION}.amazonaws.com"
OURS = {"aws:SourceAccount": ACCOUNT}
RULE = f"arn:aws:events:{HERE}:rule/{WORKSHOP}-Knowledge-x"
TRAIL = f"arn:aws:cloudtrail:{HERE}:trail/{WORKSHOP}-trail"
VECTORS = f"arn:aws:s3vectors:{HERE}:bucket/vectors"
CFN = f"cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-{REGION}"
OURS_ROLE = RoleSession(account=ACCOUNT, role=f"workshop/{WORKSHOP}/any")
PERSON = RoleSession(account=ACCOUNT, role="Admin")
LISTED = RoleSession(account=ACCOUNT, role="Organiser")
ATTENDEE = RoleSession(account=ACCOUNT, role=f"workshop/{WORKSHOP}/attendees/{WORKSHOP}-att-01")


def group(name: str) -> dict[str, ContextValue]:
    return {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{HERE}:log-group:{name}"}


Case = tuple[Principal, str, Mapping[str, ContextValue]]
MAY: list[Case] = [
    (OURS_ROLE, "kms:Decrypt", THROUGH_S3),
    (OURS_ROLE, "kms:GenerateDataKey", {"kms:ViaService": f"sqs.{REGION}.amazonaws.com"}),
    (OURS_ROLE, "kms:Decrypt", {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}),
    (ATTENDEE, "kms:Decrypt", THROUGH_S3),
    (
        ATTENDEE,
        "kms:CreateGrant",
        {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com", "kms:GrantIsForAWSResource": "true"},
    ),
    (RoleSession(account=ACCOUNT, role=CFN), "kms:CreateGrant", {}),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html: of whoever creates
    *(
        (RoleSession(account=ACCOUNT, role=CFN), f"kms:{action}", {})
        for action in ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
    ),
    *((RoleSession(account=ACCOUNT, role=CFN), f"kms:ReEncrypt{end}", {}) for end in ("From", "To")),
    (ATTENDEE, "kms:Decrypt", {"kms:ViaService": f"bedrock.{REGION}.amazonaws.com"}),
    *(
        (ATTENDEE, f"kms:{action}", {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com"})
        for action in ("DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo")
    ),
    # What smoke and audit look at: the guardrail, the desk's table, the dead letters, the trail.
    *(
        (PERSON, "kms:Decrypt", {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"})
        for service in ("bedrock", "dynamodb", "sqs")
    ),
    (PERSON, "kms:Decrypt", {**THROUGH_S3, "kms:EncryptionContext:aws:cloudtrail:arn": TRAIL}),
    (LISTED, "kms:Decrypt", THROUGH_S3),
    (LISTED, "kms:GenerateDataKey", THROUGH_S3),
    (Root(account=ACCOUNT), "kms:ScheduleKeyDeletion", {}),
    (Root(account=ACCOUNT), "kms:PutKeyPolicy", {}),
    (Service(name=LOGS), "kms:GenerateDataKeyWithoutPlaintext", group(f"{WORKSHOP}-Tools-x")),
    (Service(name="cloudwatch.amazonaws.com"), "kms:GenerateDataKey", OURS),
    (Service(name="budgets.amazonaws.com"), "kms:Decrypt", OURS),
    (Service(name="events.amazonaws.com"), "kms:GenerateDataKey", {**OURS, "aws:SourceArn": RULE}),
    (Service(name="cloudtrail.amazonaws.com"), "kms:GenerateDataKey", {**OURS, "aws:SourceArn": TRAIL}),
    (Service(name="indexing.s3vectors.amazonaws.com"), "kms:Decrypt", {**OURS, "aws:SourceArn": VECTORS}),
]
MAY_NOT: list[Case] = [
    (OURS_ROLE, "kms:Decrypt", {}),
    (OURS_ROLE, "kms:Decrypt", {"kms:ViaService": f"ec2.{REGION}.amazonaws.com"}),
    (OURS_ROLE, "kms:Decrypt", {"kms:ViaService": "s3.us-east-1.amazonaws.com"}),
    (OURS_ROLE, "kms:CreateGrant", THROUGH_S3),
    (OURS_ROLE, "kms:CreateGrant", {**THROUGH_S3, "kms:GrantIsForAWSResource": "true"}),
    (
        ATTENDEE,
        "kms:CreateGrant",
        {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com", "kms:GrantIsForAWSResource": "false"},
    ),
    (PERSON, "kms:Decrypt", THROUGH_S3),
    (PERSON, "kms:Decrypt", {}),
    (PERSON, "kms:GenerateDataKey", {"kms:ViaService": f"sqs.{REGION}.amazonaws.com"}),
    (PERSON, "kms:Decrypt", {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com"}),
    (PERSON, "kms:Decrypt", {**THROUGH_S3, "kms:EncryptionContext:aws:cloudtrail:arn": f"{TRAIL}2"}),
    (LISTED, "kms:Decrypt", {}),
    (ATTENDEE, "kms:ReEncryptFrom", {}),
    (PERSON, "kms:ReEncryptFrom", {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com"}),
    (RoleSession(account=ACCOUNT, role="Owner"), "kms:Decrypt", THROUGH_S3),
    (
        RoleSession(account=ACCOUNT, role="Admin"),
        "kms:CreateGrant",
        {"kms:ViaService": f"sagemaker.{REGION}.amazonaws.com", "kms:GrantIsForAWSResource": "true"},
    ),
    (RoleSession(account=ACCOUNT, role="Admin"), "kms:Encrypt", {}),
    (RoleSession(account=ACCOUNT, role=f"workshop/{WORKSHOP}0/any"), "kms:Decrypt", THROUGH_S3),
    (RoleSession(account=ELSEWHERE, role=f"workshop/{WORKSHOP}/any"), "kms:Decrypt", THROUGH_S3),
    (User(account=ACCOUNT, name="somebody"), "kms:Decrypt", THROUGH_S3),
    (Root(account=ACCOUNT), "kms:Decrypt", THROUGH_S3),
    (Root(account=ELSEWHERE), "kms:PutKeyPolicy", {}),
    (Anonymous(), "kms:Decrypt", {}),
    (Service(name=LOGS), "kms:Decrypt", group("somebody-elses")),
    (Service(name=LOGS), "kms:Decrypt", {}),
    (Service(name="cloudwatch.amazonaws.com"), "kms:Decrypt", {"aws:SourceAccount": ELSEWHERE}),
    (Service(name="budgets.amazonaws.com"), "kms:Decrypt", {}),
    (Service(name="events.amazonaws.com"), "kms:Decrypt", OURS),
    (
        Service(name="events.amazonaws.com"),
        "kms:Decrypt",
        {**OURS, "aws:SourceArn": f"arn:aws:events:{HERE}:rule/other"},
    ),
    (Service(name="events.amazonaws.com"), "kms:Decrypt", {"aws:SourceAccount": ELSEWHERE, "aws:SourceArn": RULE}),
    (Service(name="cloudtrail.amazonaws.com"), "kms:Decrypt", {**OURS, "aws:SourceArn": TRAIL}),
    (
        Service(name="cloudtrail.amazonaws.com"),
        "kms:GenerateDataKey",
        {**OURS, "aws:SourceArn": f"arn:aws:cloudtrail:{HERE}:trail/other"},
    ),
    (Service(name="indexing.s3vectors.amazonaws.com"), "kms:GenerateDataKey", {**OURS, "aws:SourceArn": VECTORS}),
    (
        Service(name="indexing.s3vectors.amazonaws.com"),
        "kms:Decrypt",
        {"aws:SourceAccount": ELSEWHERE, "aws:SourceArn": VECTORS},
    ),
    (
        Service(name="indexing.s3vectors.amazonaws.com"),
        "kms:Decrypt",
        {**OURS, "aws:SourceArn": f"arn:aws:s3vectors:us-east-1:{ACCOUNT}:bucket/vectors"},
    ),
    (Service(name="lambda.amazonaws.com"), "kms:Decrypt", OURS),
]


def decided(policy: Policy, case: Case) -> bool:
    """Whoever asks is allowed everything elsewhere, so that only the key's policy decides."""
    principal, action, context = case
    key = f"arn:aws:kms:{HERE}:key/k"
    keys: dict[str, ContextValue] = {"aws:RequestedRegion": REGION, **context}
    identity = () if isinstance(principal, Service | Anonymous) else (ANYTHING,)
    request = Request(principal=principal, action=action, resource=key, context=keys, resource_account=ACCOUNT)
    return allowed(request, Policies(identity=identity, resource=(policy,)))


@pytest.fixture(scope="module")
def key_policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """Of the preset, with an administrator beside it."""
    from stacks.encryption.stack import EncryptionStack  # here, because it starts a Node process

    directory = tmp_path_factory.mktemp("key") / "out"
    app = cdk.App(outdir=str(directory))
    access = AccessSection(admin_role_arns=(f"arn:aws:iam::{ACCOUNT}:role/{LISTED.role}",))
    EncryptionStack(app, config=CONFIG.model_copy(update={"access": access}))
    app.synth()
    cloud = Cloud(read_templates(directory), REGION, WORKSHOP)
    (policy,) = cloud.resource_policies(cloud.arn("Encryption", "AWS::KMS::Key"))
    return policy


@pytest.mark.parametrize("case", MAY, ids=str)
def test_in_use(key_policy: Policy, case: Case) -> None:
    assert decided(key_policy, case)


@pytest.mark.parametrize("case", MAY_NOT, ids=str)
def test_not_in_use(key_policy: Policy, case: Case) -> None:
    assert not decided(key_policy, case)


def test_every_statement_is_needed(key_policy: Policy) -> None:
    for dropped in key_policy["Statement"]:
        rest = {**key_policy, "Statement": [each for each in key_policy["Statement"] if each is not dropped]}
        assert [case for case in MAY if not decided(rest, case)], dropped["Sid"]


def test_every_condition_is_needed(key_policy: Policy) -> None:
    for weakened in key_policy["Statement"]:
        for operator in weakened.get("Condition", {}):
            weaker = {**weakened, "Condition": {k: v for k, v in weakened["Condition"].items() if k != operator}}
            statements = [weaker if each is weakened else each for each in key_policy["Statement"]]
            opened = [case for case in MAY_NOT if decided({**key_policy, "Statement": statements}, case)]
            assert opened, (weakened["Sid"], operator)
