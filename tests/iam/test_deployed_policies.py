"""What the templates deploy is what was proven: the bucket's policy, the attendees' policies, the customer key."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from stacks.config import WorkshopConfig, load_config
from stacks.identity.attendee_boundary import attendee_boundary
from stacks.identity.attendee_policy import attendee_model_policy, attendee_studio_policy
from stacks.identity.platform_boundary import PlatformScope, platform_boundary
from stacks.identity.scope import AttendeeScope
from stacks.knowledge.bucket_policy import BucketPrincipals, bucket_policy
from stacks.teardown.policy import TeardownScope, teardown_boundary
from tests.cloud_assembly import ROOT
from tests.iam.cloud import ACCOUNT, Cloud, DeployedRole
from tests.iam.conditions import as_list
from tests.iam.evaluator import allowed
from tests.iam.model import Policies, Policy, Principal, Request, RoleSession, Root, Service

ANYTHING: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
Templates = Callable[[str], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def config(preset: str) -> WorkshopConfig:
    return load_config(ROOT / "presets" / f"{preset}.toml")


@pytest.fixture(scope="module")
def cloud(preset: str, config: WorkshopConfig, templates: Templates) -> Cloud:
    return Cloud(templates(preset), config.region, config.workshop_id)


def normalised(value: Any) -> Any:
    """A policy with sorted lists for single values: CDK writes one and the same policy in other words."""
    if isinstance(value, dict):
        return {key: normalised(one) for key, one in value.items()}
    if any(isinstance(one, dict) for one in as_list(value)):
        return [normalised(one) for one in value]
    return sorted(str(one) for one in as_list(value))


def statements_by_sid(document: Policy) -> dict[str, Any]:
    return {one["Sid"]: normalised(one) for one in document["Statement"] if "Sid" in one}


def the_role(cloud: Cloud, stack: str, prefix: str) -> DeployedRole:
    (found,) = [role for role in cloud.roles if role.stack == stack and role.logical_id.startswith(prefix)]
    return found


def test_the_bucket_has_the_proven_policy(cloud: Cloud, config: WorkshopConfig) -> None:
    bucket = cloud.arn("Knowledge", "AWS::S3::Bucket", "Documents")
    has_key = "Encryption" in cloud.templates
    principals = BucketPrincipals(
        partition="aws",
        account_id=ACCOUNT,
        bucket_arn=bucket,
        knowledge_base_role_arn=the_role(cloud, "Knowledge", "KnowledgeBaseRole").arn,
        ingest_role_arn=the_role(cloud, "Knowledge", "UploadRole").arn,
        organiser_role_arn=the_role(cloud, "Knowledge", "OrganiserRole").arn,
        cloudformation_role_arn=f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-{ACCOUNT}-{cloud.region}",
        auto_delete_role_arn=the_role(cloud, "Knowledge", "CustomS3AutoDelete").arn,
        admin_role_arns=config.access.admin_role_arns,
        organization_id=config.knowledge.organization_id,
        vpc_endpoint_ids=config.knowledge.vpc_endpoint_ids,
        kms_key_arn=cloud.arn("Encryption", "AWS::KMS::Key") if has_key else None,
    )
    (deployed,) = cloud.resource_policies(bucket)
    assert statements_by_sid(deployed) == statements_by_sid({"Statement": bucket_policy(principals)})
    (from_cdk,) = [one for one in deployed["Statement"] if "Sid" not in one]
    assert from_cdk["Principal"] == {"AWS": principals.auto_delete_role_arn}


@pytest.fixture
def scope(cloud: Cloud, config: WorkshopConfig) -> AttendeeScope:
    """The attendees' scope from what is deployed."""
    model, region = config.chat_model, config.region_data
    guardrail_profile = region.guardrail_profile
    routes = (*model.destination_regions, *([""] if model.is_global else [])) if model.is_profile else (cloud.region,)
    endpoint = cloud.name("Inference", "AWS::SageMaker::Endpoint") if config.features.inference else None
    return AttendeeScope(
        partition="aws",
        region=cloud.region,
        account_id=ACCOUNT,
        workshop_id=config.workshop_id,
        domain_id=cloud.name("Studio", "AWS::SageMaker::Domain"),
        bucket_arn=cloud.arn("Studio", "AWS::S3::Bucket", "AttendeeBucket"),
        guardrail_arn=cloud.arn("Safety", "AWS::Bedrock::Guardrail", attribute="GuardrailArn"),
        guardrail_version="1",
        guardrail_profile_arns=tuple(
            f"arn:aws:bedrock:{name}:{ACCOUNT}:guardrail-profile/{guardrail_profile.id}"
            for name in guardrail_profile.destination_regions
        ),
        foundation_model_id=model.foundation_model_id,
        model_profile_arn=f"arn:aws:bedrock:{cloud.region}:{ACCOUNT}:inference-profile/{model.id}"
        if model.is_profile
        else None,
        model_regions=routes,
        image_repository_arns=(f"arn:aws:ecr:{cloud.region}:{region.xgboost_account}:repository/sagemaker-xgboost",),
        endpoint_arns=(f"arn:aws:sagemaker:{cloud.region}:{ACCOUNT}:endpoint/{endpoint}",) if endpoint else (),
        knowledge_base_arns=(cloud.arn("Knowledge", "AWS::Bedrock::KnowledgeBase", attribute="KnowledgeBaseArn"),),
        kms_key_arn=cloud.arn("Encryption", "AWS::KMS::Key") if "Encryption" in cloud.templates else None,
    )


def attendees(cloud: Cloud) -> list[DeployedRole]:
    return [role for role in cloud.roles if "attendee" in role.tags]


def test_every_attendee_has_the_proven_policies(cloud: Cloud, config: WorkshopConfig, scope: AttendeeScope) -> None:
    found = attendees(cloud)
    assert [role.tags["attendee"] for role in found] == list(config.attendee_names)
    assert len({role.arn for role in found}) == len(found)
    for role in found:
        assert role.tags["workshop:id"] == config.workshop_id
        assert role.arn == scope.own_role.replace("${aws:PrincipalTag/attendee}", role.tags["attendee"])
        assert [normalised(one) for one in role.policies] == [
            normalised(attendee_studio_policy(scope)),
            normalised(attendee_model_policy(scope)),
        ]
        assert [normalised(one) for one in role.boundary] == [normalised(attendee_boundary(scope))]


def test_every_other_role_has_the_boundary_of_the_platform_or_of_the_teardown(
    cloud: Cloud, config: WorkshopConfig
) -> None:
    names = {"partition": "aws", "region": cloud.region, "account_id": ACCOUNT, "workshop_id": config.workshop_id}
    project = f"arn:aws:codebuild:{cloud.region}:{ACCOUNT}:project/{config.workshop_id}-teardown"
    platform = normalised(platform_boundary(PlatformScope(**names)))
    removal = normalised(teardown_boundary(TeardownScope(**names), project))
    for role in cloud.roles:
        if "attendee" not in role.tags:
            wanted = removal if role.stack == "Teardown" else platform
            assert [normalised(one) for one in role.boundary] == [wanted], role.logical_id


KEYED = "customer-key"


@pytest.fixture(scope="module")
def keyed(templates: Templates) -> Cloud:
    config = load_config(ROOT / "presets" / f"{KEYED}.toml")
    return Cloud(templates(KEYED), config.region, config.workshop_id)


def key_call(cloud: Cloud, principal: Principal, action: str, *identity: Policy, **context: str) -> bool:
    key = cloud.arn("Encryption", "AWS::KMS::Key")
    keys = {"aws:RequestedRegion": cloud.region, **{name.replace("__", ":"): value for name, value in context.items()}}
    request = Request(principal=principal, action=action, resource=key, context=keys, resource_account=ACCOUNT)
    return allowed(request, Policies(identity=identity, resource=cloud.resource_policies(key)))


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
def test_the_key_is_used_through_services_by_roles_of_the_workshop_only(keyed: Cloud, action: str) -> None:
    reader = the_role(keyed, "Knowledge", "KnowledgeBaseRole").session
    s3 = {"kms__ViaService": f"s3.{keyed.region}.amazonaws.com"}
    elsewhere = replace(reader, role=reader.role.replace(keyed.workshop_id, f"{keyed.workshop_id}0"))
    assert key_call(keyed, reader, action, ANYTHING, **s3)
    assert not key_call(keyed, reader, action, ANYTHING), "without a service in between"
    assert not key_call(keyed, reader, action, ANYTHING, kms__ViaService=f"ec2.{keyed.region}.amazonaws.com")
    assert not key_call(keyed, reader, action, ANYTHING, kms__ViaService="s3.eu-west-1.amazonaws.com")
    assert not key_call(keyed, reader, action, **s3), "without a policy of its own"
    assert not key_call(keyed, elsewhere, action, ANYTHING, **s3)
    for other in (RoleSession(account=ACCOUNT, role="Admin"), RoleSession(account="123456789012", role=reader.role)):
        assert not key_call(keyed, other, action, ANYTHING, **s3)
    assert not key_call(keyed, Root(account=ACCOUNT), action, **s3)


def test_the_account_administers_the_key(keyed: Cloud) -> None:
    for action in ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DescribeKey"):
        assert key_call(keyed, RoleSession(account=ACCOUNT, role="Admin"), action, ANYTHING)
        assert key_call(keyed, Root(account=ACCOUNT), action)
        assert not key_call(keyed, RoleSession(account="123456789012", role="Admin"), action, ANYTHING)


SERVICE_USES = [
    ("budgets.amazonaws.com", "kms:GenerateDataKey", {"aws__SourceAccount": ACCOUNT}),
    ("cloudwatch.amazonaws.com", "kms:Decrypt", {"aws__SourceAccount": ACCOUNT}),
    (
        "events.amazonaws.com",
        "kms:Decrypt",
        {"aws__SourceAccount": ACCOUNT, "aws__SourceArn": "events:{here}:rule/{id}-Knowledge-x"},
    ),
    (
        "logs.{region}.amazonaws.com",
        "kms:Encrypt",
        {"kms__EncryptionContext:aws:logs:arn": "logs:{here}:log-group:{id}-Tools-x"},
    ),
    ("cloudtrail.amazonaws.com", "kms:GenerateDataKey", {"aws__SourceArn": "cloudtrail:{here}:trail/{id}-trail"}),
    (
        "indexing.s3vectors.amazonaws.com",
        "kms:Decrypt",
        {"aws__SourceAccount": ACCOUNT, "aws__SourceArn": "s3vectors:{here}:bucket/x"},
    ),
]


@pytest.mark.parametrize(("service", "action", "source"), SERVICE_USES)
def test_services_use_the_key_for_this_workshop_only(
    keyed: Cloud, service: str, action: str, source: dict[str, str]
) -> None:
    facts = {"region": keyed.region, "here": f"{keyed.region}:{ACCOUNT}", "id": keyed.workshop_id}
    principal = Service(name=service.format(**facts))
    context = {
        name: value if value == ACCOUNT else f"arn:aws:{value.format(**facts)}" for name, value in source.items()
    }
    assert key_call(keyed, principal, action, **context)
    for name, value in context.items():
        for wrong in (value.replace(ACCOUNT, "123456789012"), None):
            changed = {**context, name: wrong} if wrong else {one: context[one] for one in context if one != name}
            assert not key_call(keyed, principal, action, **changed), f"{name}: {wrong}"
    assert not key_call(keyed, principal, "kms:PutKeyPolicy", **context)
    assert not key_call(keyed, Service(name="ec2.amazonaws.com"), action, **context)
