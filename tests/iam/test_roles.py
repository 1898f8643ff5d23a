"""Every role of every preset: its duties and nothing else, under its boundary, trusted by whom it should be."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stacks.config import WorkshopConfig, load_config
from stacks.identity.platform_boundary import NEEDED
from stacks.identity.scope import MAX_POLICY_CHARACTERS
from tests.cloud_assembly import ROOT
from tests.iam.actions import matching
from tests.iam.cloud import ACCOUNT, Cloud, DeployedRole
from tests.iam.conditions import as_list
from tests.iam.evaluator import allowed
from tests.iam.model import Anonymous, Policies, Policy, Principal, Request, RoleSession, Service, User
from tests.iam.role_duties import DUTIES, Call

LONGER_NAMES = 50
"""Characters by which the names that AWS makes may be longer than the examples here."""
OTHER_ACCOUNT = "123456789012"
ANYTHING: Policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
Templates = Callable[[str], dict[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def config(preset: str) -> WorkshopConfig:
    return load_config(ROOT / "presets" / f"{preset}.toml")


@pytest.fixture(scope="session")
def cloud(preset: str, config: WorkshopConfig, templates: Templates) -> Cloud:
    return Cloud(templates(preset), config.region, config.workshop_id)


def platform(cloud: Cloud) -> Iterator[tuple[DeployedRole, tuple[str, str]]]:
    """Every role that is not an attendee's and has duties, with its entry in `DUTIES`."""
    for role in cloud.roles:
        keys = entries(role)
        if "attendee" not in role.tags and keys:
            yield role, keys[0]


def entries(role: DeployedRole) -> list[tuple[str, str]]:
    return [key for key in DUTIES if role.stack == key[0] and role.logical_id.startswith(key[1])]


def duties(cloud: Cloud, config: WorkshopConfig, key: tuple[str, str]) -> list[Call]:
    return [call for part in DUTIES[key] for call in part(cloud, config)]


def succeeds(cloud: Cloud, role: DeployedRole, call: Call, *extra: Policy) -> bool:
    """Whether a session of the role may make the call, with everything that the templates attach to it."""
    context = {
        "aws:RequestedRegion": cloud.region,
        "aws:ResourceAccount": ACCOUNT,
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
        "s3:authType": "REST-HEADER",
    }
    request = Request(
        principal=role.session, action=call.action, resource=call.resource, context={**context, **call.context}
    )
    resource = cloud.resource_policies(call.resource)
    return allowed(request, Policies(identity=(*role.policies, *extra), boundary=role.boundary, resource=resource))


def granted(role: DeployedRole) -> set[str]:
    return {action for document in role.policies for action in allowed_actions(document)}


def allowed_actions(document: Policy) -> set[str]:
    statements = [one for one in as_list(document["Statement"]) if one["Effect"] == "Allow"]
    return {action for one in statements for pattern in as_list(one["Action"]) for action in matching(pattern)}


def elsewhere(resource: str) -> list[str]:
    """The same kind of resource, of another name, and of another account."""
    *head, account, tail = resource.split(":", 5)
    if head[2] == "s3":
        return [":".join([*head, account, f"foreign/{tail.partition('/')[2]}".rstrip("/")])]
    kind, separator, _ = tail.partition(":" if tail.startswith(("log-group:", "function:")) else "/")
    named = f"{kind}{separator}foreign" if separator else "foreign"
    if tail == "log-group:*":  # the pattern that listing all groups takes
        return [":".join([*head, OTHER_ACCOUNT, tail])]
    found = [":".join([*head, account, named])]
    return [*found, ":".join([*head, OTHER_ACCOUNT, tail])] if account == ACCOUNT else found


def test_every_role_has_duties(cloud: Cloud) -> None:
    ours = [role for role in cloud.roles if "attendee" not in role.tags]
    missing = [f"{role.stack}/{role.logical_id}" for role in ours if not entries(role)]
    assert missing == [], "not in tests/iam/role_duties.py"
    assert [f"{role.stack}/{role.logical_id}" for role in ours if len(entries(role)) > 1] == [], "two sets of duties"


def test_every_role_can_do_its_duties(cloud: Cloud, config: WorkshopConfig) -> None:
    failed = [
        f"{role.stack}/{role.logical_id}: {call.action} on {call.resource}"
        for role, key in platform(cloud)
        for call in duties(cloud, config, key)
        if not succeeds(cloud, role, call)
    ]
    assert failed == []


def test_no_role_is_granted_more_than_its_duties(cloud: Cloud, config: WorkshopConfig) -> None:
    more = {
        f"{role.stack}/{role.logical_id}": sorted(
            granted(role) - {call.action.lower() for call in duties(cloud, config, key)}
        )
        for role, key in platform(cloud)
    }
    assert {name: actions for name, actions in more.items() if actions} == {}


def test_no_role_can_do_its_duties_elsewhere(cloud: Cloud, config: WorkshopConfig) -> None:
    reached = [
        f"{role.stack}/{role.logical_id}: {call.action} on {resource}"
        for role, key in platform(cloud)
        for call in duties(cloud, config, key)
        if call.resource != "*"
        for resource in elsewhere(call.resource)
        # CDK's helper may write any log; its function has a log group of its own.
        if not call.action.startswith("logs:") or key[1] != "CustomS3AutoDelete"
        if succeeds(cloud, role, Call(call.action, resource, call.context))
    ]
    assert reached == []


def test_models_are_reached_through_their_profile_in_its_regions_only(cloud: Cloud, config: WorkshopConfig) -> None:
    chat = config.chat_model
    profile = "bedrock:InferenceProfileArn"
    for role, key in platform(cloud):
        routed = [call for call in duties(cloud, config, key) if profile in call.context]
        if not routed:
            continue
        model = f"foundation-model/{chat.foundation_model_id}"
        granted_models = {
            resource
            for document in role.policies
            for statement in document["Statement"]
            for resource in as_list(statement["Resource"])
            if resource.endswith(model)
        }
        assert granted_models == {call.resource for call in routed}
        for call in routed:
            direct = {name: value for name, value in call.context.items() if name != profile}
            other = {**call.context, profile: f"{call.context[profile]}x"}
            abroad = (
                call.resource.replace(call.resource.split(":")[3], "eu-west-1") if call.resource.split(":")[3] else None
            )
            assert not succeeds(cloud, role, Call(call.action, call.resource, direct)), f"{key}: directly"
            assert not succeeds(cloud, role, Call(call.action, call.resource, other)), f"{key}: through another profile"
            assert not abroad or not succeeds(cloud, role, Call(call.action, abroad, call.context)), f"{key}: {abroad}"


def test_the_harness_calls_no_model_without_the_guardrail(cloud: Cloud, config: WorkshopConfig) -> None:
    guardrail = "bedrock:GuardrailIdentifier"
    for role, key in platform(cloud):
        for call in duties(cloud, config, key):
            if guardrail in call.context:
                number = str(call.context[guardrail])
                for wrong in (None, number.removesuffix(":1"), f"{number}0", number.replace(":1", ":DRAFT")):
                    changed = {name: value for name, value in call.context.items() if name != guardrail}
                    changed |= {guardrail: wrong} if wrong else {}
                    assert not succeeds(cloud, role, Call(call.action, call.resource, changed)), f"{key}: {wrong}"


ESCALATIONS = (
    *(
        Call(f"iam:{name}", f"arn:aws:iam::{ACCOUNT}:role/x")
        for name in ("CreateRole", "PutRolePolicy", "AttachRolePolicy")
    ),
    *(Call(f"iam:{name}", f"arn:aws:iam::{ACCOUNT}:role/x") for name in ("UpdateAssumeRolePolicy", "TagRole")),
    *(Call(f"iam:{name}", f"arn:aws:iam::{ACCOUNT}:role/x") for name in ("DeleteRolePermissionsBoundary", "PassRole")),
    *(
        Call(f"iam:{name}", f"arn:aws:iam::{ACCOUNT}:policy/x")
        for name in ("CreatePolicyVersion", "SetDefaultPolicyVersion")
    ),
    *(
        Call(f"iam:{name}", f"arn:aws:iam::{ACCOUNT}:user/x")
        for name in ("CreateAccessKey", "CreateServiceSpecificCredential")
    ),
    Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Admin", {"iam:PassedToService": "bedrock.amazonaws.com"}),
    Call("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
    Call("cloudformation:CreateStack", "*"),
    Call("lambda:CreateFunction", "*"),
    Call("lambda:UpdateFunctionCode", "*"),
    Call("ec2:RunInstances", "*"),
    Call("codebuild:StartBuild", "*"),
    Call("ssm:SendCommand", "*"),
    Call("organizations:LeaveOrganization", "*"),
    Call("s3:GetObject", "arn:aws:s3:::elsewhere/x", {"aws:ResourceAccount": OTHER_ACCOUNT}),
    Call("s3:PutObject", "arn:aws:s3:::elsewhere/x", {"aws:ResourceAccount": OTHER_ACCOUNT}),
    Call("s3:CreateBucket", "arn:aws:s3:::mine"),
    Call("dynamodb:Query", "*", {"aws:RequestedRegion": "eu-west-1"}),
    Call("bedrock:UpdateGuardrail", "*"),
    Call("bedrock:CreateProvisionedModelThroughput", "*"),
    Call("bedrock-mantle:CreateInference", "*"),
    *(
        Call(f"bedrock-agentcore:{name}", f"arn:aws:bedrock-agentcore:ap-southeast-1:{ACCOUNT}:runtime/x")
        for name in ("InvokeAgentRuntimeCommand", "InvokeAgentRuntimeCommandShell", "InvokeAgentRuntime")
    ),
    Call("bedrock-agentcore:InvokeHarness", f"arn:aws:bedrock-agentcore:ap-southeast-1:{ACCOUNT}:harness/x"),
    Call("cloudtrail:StopLogging", "*"),
    Call("sagemaker:CreateTrainingJob", "*"),
)


def test_no_role_escalates_whatever_is_attached(cloud: Cloud) -> None:
    reached = [
        f"{role.stack}/{role.logical_id}: {call.action}"
        for role, _ in platform(cloud)
        for call in ESCALATIONS
        if succeeds(cloud, role, call, ANYTHING)
    ]
    assert reached == []


def test_only_who_should_changes_documents(cloud: Cloud) -> None:
    document = f"{cloud.arn('Knowledge', 'AWS::S3::Bucket', 'Documents')}/docs/vi/lich.md"
    writers = {
        role.logical_id.rstrip("0123456789ABCDEF")
        for role in cloud.roles
        if succeeds(cloud, role, Call("s3:PutObject", document), ANYTHING)
    }
    assert writers == {"OrganiserRole", "UploadRole"}


def test_boundaries_cover_what_is_granted(cloud: Cloud) -> None:
    beyond = {
        f"{role.stack}/{role.logical_id}": sorted(granted(role) - allowed_actions(role.boundary[0]))
        for role in cloud.roles
    }
    assert {name: actions for name, actions in beyond.items() if actions} == {}, (
        "not in the boundary: stacks/identity/platform_boundary.py, or attendee_boundary.py for attendees"
    )


def test_policies_and_boundaries_fit(cloud: Cloud) -> None:
    sizes = {
        f"{role.stack}/{role.logical_id}": max(
            len(json.dumps(document, separators=(",", ":"))) for document in (*role.policies, *role.boundary)
        )
        for role in cloud.roles
    }
    assert {name: size for name, size in sizes.items() if size + LONGER_NAMES > MAX_POLICY_CHARACTERS} == {}
    assert {role.logical_id for role in cloud.roles if len(role.boundary) != 1} == set()


def test_platform_boundary_names_nothing_that_no_role_needs(templates: Templates) -> None:
    used: set[str] = set()
    for preset in ("default", "existing-agents", "customer-key", "opensearch"):
        config = load_config(ROOT / "presets" / f"{preset}.toml")
        for role, _ in platform(Cloud(templates(preset), config.region, config.workshop_id)):
            used |= granted(role)
    assert {action for action in NEEDED if action.lower() not in used} == set()


def trusted(role: DeployedRole, principal: Principal, **context: str) -> bool:
    """Whether the principal gets a session of the role, if its own policies allow everything."""
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    request = Request(
        principal=principal, action="sts:AssumeRole", resource=role.arn, context=keys, resource_account=ACCOUNT
    )
    return allowed(request, Policies(identity=(ANYTHING,), resource=(role.trust,)))


def test_services_are_trusted_on_behalf_of_this_account_only(cloud: Cloud) -> None:
    for role in cloud.roles:
        for statement in as_list(role.trust["Statement"]):
            for name in as_list(statement["Principal"].get("Service", [])):
                # Lambda sends neither key: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
                if name == "lambda.amazonaws.com":
                    continue
                service, condition = Service(name=name), statement["Condition"]
                arns = as_list(condition.get("ArnLike", {}).get("aws:SourceArn", "arn:aws:any:::x"))
                source = {"aws__SourceAccount": ACCOUNT, "aws__SourceArn": arns[0].replace("*", "x")}
                assert trusted(role, service, **source), role.logical_id
                assert not trusted(role, service, **{**source, "aws__SourceAccount": OTHER_ACCOUNT}), role.logical_id
                assert not trusted(role, service, aws__SourceArn=source["aws__SourceArn"]), role.logical_id
                foreign = source["aws__SourceArn"].replace(ACCOUNT, OTHER_ACCOUNT)
                if foreign != source["aws__SourceArn"]:
                    assert not trusted(role, service, **{**source, "aws__SourceArn": foreign}), role.logical_id


def test_nobody_else_is_trusted(cloud: Cloud) -> None:
    """Only organisers are people, and no role of the workshop becomes another."""
    person = RoleSession(account=ACCOUNT, role="Admin")
    strangers = (Anonymous(), User(account=OTHER_ACCOUNT, name="ana"), RoleSession(account=OTHER_ACCOUNT, role="Admin"))
    for role in cloud.roles:
        assert trusted(role, person) == role.logical_id.startswith("OrganiserRole"), role.logical_id
        assert [stranger for stranger in strangers if trusted(role, stranger)] == [], role.logical_id
        for other in cloud.roles:
            assert not trusted(role, other.session), f"{other.logical_id} becomes {role.logical_id}"
        assert not trusted(role, Service(name="ec2.amazonaws.com"), aws__SourceAccount=ACCOUNT), role.logical_id
