"""The most that an attendee can ever do, whatever is attached to the role, AmazonSageMakerFullAccess included.

A list of what is possible, so that what AWS adds tomorrow is not. Creating is possible only with the two tags that
say whose it is, and using only what carries the attendee's; an action that knows no tag is confined to its parent or
is not here. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from contract import ATTENDEE_TAG
from stacks.identity.attendee_policy import INVOKE, JOBS, LOGS, METRICS, OBJECTS, PULL, SPACES
from stacks.identity.scope import ATTENDEE, INSTANCES, AttendeeScope, Document
from stacks.identity.statements import allow, deny, document

# More than the attendees' policies grant: a lab may add one of its own. Each of these takes tags.
CREATED = (
    "Endpoint*",
    "FeatureGroup",
    "Model",
    "ModelPackage*",
    "Pipeline",
    "TransformJob",
)
# On what carries the attendee's tags. Not here: sharing with other accounts, StartSession, which is a shell, and more
# instances behind an endpoint.
USED = (
    "*Record",
    "Delete*",
    "InvokeEndpoint*",
    "StartPipelineExecution",
    "Stop*",
    *(f"Update{kind}" for kind in ("Endpoint", "FeatureGroup", "ModelPackage", "Pipeline")),
)
# A command on an agent's computer passes by model and guardrail. The profile carries the attendee's tag too, and a
# resource without its tags has no owner.
NEVER = (
    "bedrock-agentcore:InvokeAgentRuntimeCommand*",
    "sagemaker:DeleteTags",
    "sagemaker:DeleteUserProfile",
)
# Nothing to own and nothing to pay for.
LOOK = (
    *PULL,
    "bedrock:ApplyGuardrail",
    "bedrock:ListFoundationModels",
    "ecr:GetAuthorizationToken",
    "s3:GetBucketLocation",
    "sagemaker:Describe*",
    "sagemaker:List*",
    "sagemaker:Search",
    "sts:GetCallerIdentity",
)


def attendee_boundary(scope: AttendeeScope) -> Document:
    """The permissions boundary of all attendees' roles."""
    return document([*_data(scope), *_sagemaker(scope), *_models(scope), *_never(scope)])


def _data(scope: AttendeeScope) -> list[Document]:
    key = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    return [
        *([allow("Key", key, scope.kms_key_arn)] if scope.kms_key_arn else []),
        allow("Look", LOOK, "*"),
        allow("Objects", OBJECTS, scope.own_objects),
        allow("Prefix", ["s3:ListBucket"], scope.bucket_arn, {"StringLike": {"s3:prefix": f"{ATTENDEE}/*"}}),
        allow("Logs", LOGS, scope.log_group("*")),
        allow("Metrics", ["cloudwatch:PutMetricData"], "*", METRICS),
    ]


def _sagemaker(scope: AttendeeScope) -> list[Document]:
    own = {"StringEquals": {**scope.of_workshop, f"aws:ResourceTag/{ATTENDEE_TAG}": ATTENDEE}}
    return [
        # One pattern for spaces and apps: a boundary has 6,144 characters.
        allow("Spaces", SPACES, scope.sagemaker(f"*/{scope.domain_id}/*"), scope.own_private_space),
        allow("Open", ["sagemaker:CreatePresignedDomainUrl"], scope.own_profile),
        allow("Jobs", [f"sagemaker:Create{kind}" for kind in JOBS], "*", scope.short_own_job),
        allow("Create", [f"sagemaker:Create{kind}" for kind in CREATED], "*", {"StringEquals": scope.own_tags}),
        allow("Use", [f"sagemaker:{name}" for name in USED], "*", own),
        allow("Tag", ["sagemaker:AddTags"], "*", scope.tagged_while_created),
        allow("PassRole", ["iam:PassRole"], scope.own_role, scope.passed_to_sagemaker),
    ]


def _models(scope: AttendeeScope) -> list[Document]:
    """Which guardrail, `_never` says; which regions of the profile, the attendees' policy."""
    anywhere = scope.foundation_model("*")
    found = (
        [allow("Model", INVOKE, scope.model_profile_arn), allow("Routed", INVOKE, anywhere, scope.through_profile)]
        if scope.model_profile_arn
        else [allow("Model", INVOKE, anywhere)]
    )
    if scope.shared:
        found.append(allow("Shared", list(scope.shared), [arn for arns in scope.shared.values() for arn in arns]))
    return found


def _never(scope: AttendeeScope) -> list[Document]:
    """Holds against every Allow, also one in a resource policy, which a boundary's list would not limit."""
    elsewhere = deny("OtherRegion", "*", "*", {"StringNotEquals": {"aws:RequestedRegion": scope.region}})
    # A cross-region profile is authorized in the regions it routes to; IAM and STS are in none.
    elsewhere["NotAction"] = ["iam:PassRole", "sts:GetCallerIdentity", "bedrock:ApplyGuardrail", "bedrock:InvokeModel*"]
    del elsewhere["Action"]
    return [
        # Without the tag, no variable resolves, and statements with it would not match.
        deny("NoName", "*", "*", {"Null": {f"aws:PrincipalTag/{ATTENDEE_TAG}": "true"}}),
        deny("Never", NEVER, "*"),
        elsewhere,
        deny("Unguarded", "bedrock:InvokeModel*", "*", {"StringNotEquals": scope.guarded}),
        deny(
            "BigInstance", "sagemaker:*", "*", {"ForAnyValue:StringNotEquals": {INSTANCES: scope.studio_instance_types}}
        ),
        deny(
            "NoInstance",
            ["sagemaker:CreateEndpointConfig", "sagemaker:CreateTransformJob"],
            "*",
            {"Null": {INSTANCES: "true", "sagemaker:ServerlessMemorySize": "true"}},
        ),
    ]
