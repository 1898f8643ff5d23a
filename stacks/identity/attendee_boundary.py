"""The most that an attendee can ever do, whatever is attached to the role: not even AmazonSageMakerFullAccess opens more.

A list of what is possible, so that what AWS adds tomorrow is not. Creating is possible only with the two tags that
say whose it is, and using only what carries them; an action that knows no tag is confined to its parent or is not here.
A resource policy that names an attendee's session, and not the role, would pass the list: the Denies hold even then.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from contract import ATTENDEE_TAG
from stacks.identity.attendee_policy import INVOKE, METRICS, OBJECTS, PULL
from stacks.identity.scope import ATTENDEE, MAX_JOB_SECONDS, AttendeeScope, Document, allow, deny, document

# All of these take tags, and those that run on instances tell which.
CREATED = (
    "Endpoint",
    "EndpointConfig",
    "Experiment",
    "FeatureGroup",
    "HyperParameterTuningJob",
    "Model",
    "ModelPackage",
    "ModelPackageGroup",
    "Pipeline",
    "ProcessingJob",
    "TrainingJob",
    "TransformJob",
    "Trial",
    "TrialComponent",
)
TIMED = ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob"]
SPACES = ["sagemaker:*Space", "sagemaker:CreateApp", "sagemaker:DeleteApp"]
INSTANCES = "sagemaker:InstanceTypes"
RUNTIME = "sagemaker:MaxRuntimeInSeconds"


def attendee_boundary(scope: AttendeeScope) -> Document:
    """The permissions boundary of all attendees' roles."""
    return document([*_possible(scope), *_models(scope), *_impossible(scope)])


def _possible(scope: AttendeeScope) -> list[Document]:
    own_resource = {"StringEquals": {f"aws:ResourceTag/{ATTENDEE_TAG}": ATTENDEE}}
    return [
        allow("Objects", OBJECTS, scope.own_objects),
        allow("List", ["s3:ListBucket"], scope.bucket_arn, {"StringLike": {"s3:prefix": f"{ATTENDEE}/*"}}),
        allow(
            "Look",
            [
                "s3:GetBucketLocation",
                "sagemaker:Describe*",
                "sagemaker:List*",
                "sagemaker:Search",
                "bedrock:GetFoundationModel",
                "bedrock:GetInferenceProfile",
                "bedrock:List*Model*",
                "bedrock:ListInferenceProfiles",
                "ecr:GetAuthorizationToken",
                *PULL,
                "sts:GetCallerIdentity",
            ],
            "*",
        ),
        allow("Create", [f"sagemaker:Create{kind}" for kind in CREATED], "*", {"StringEquals": scope.own_tags}),
        allow(
            "Use",
            [f"sagemaker:{verb}*" for verb in ("BatchGet", "Delete", "Get", "Invoke", "Put", "Start", "Stop", "Update")],
            "*",
            own_resource,
        ),
        # Studio creates these itself and takes their tags from domain and profile, so they are confined to the parent.
        allow("Spaces", SPACES, scope.spaces_and_apps, scope.own_private_space),
        allow("OpenApps", ["sagemaker:CreatePresignedDomainUrl"], scope.own_profile),
        allow(
            "Tag",
            ["sagemaker:AddTags"],
            "*",
            {"Null": {"sagemaker:TaggingAction": "false"}, "StringEqualsIfExists": scope.own_tags},
        ),
        allow(
            "PassRole",
            ["iam:PassRole"],
            scope.own_role,
            {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
        allow("Logs", ["logs:CreateLog*", "logs:DescribeLogStreams", "logs:PutLogEvents"], scope.log_groups),
        allow("Metrics", ["cloudwatch:PutMetricData"], "*", METRICS),
    ]


def _models(scope: AttendeeScope) -> list[Document]:
    shared = {
        "sagemaker:InvokeEndpoint": scope.endpoint_arns,
        "bedrock:Retrieve": scope.knowledge_base_arns,
        "bedrock:InvokeAgent": scope.agent_alias_arns,
    }
    callable_ = [arn for arns in shared.values() for arn in arns]
    found = [
        allow("Models", INVOKE, [*scope.model_arns, *scope.routed_model_arns], {"StringEquals": scope.guarded}),
        allow("Guardrail", ["bedrock:ApplyGuardrail"], [scope.guardrail_arn, *scope.guardrail_profile_arns]),
    ]
    if callable_:
        found.append(allow("Shared", [action for action, arns in shared.items() if arns], callable_))
    return found


def _impossible(scope: AttendeeScope) -> list[Document]:
    """Holds against every Allow, also one in a resource policy."""
    # A cross-region profile is authorized in the regions it routes to; the models are named one by one above.
    elsewhere = deny("OtherRegion", "*", {"StringNotEquals": {"aws:RequestedRegion": scope.region}})
    elsewhere["NotAction"] = ["iam:PassRole", "sts:GetCallerIdentity", *INVOKE, "bedrock:ApplyGuardrail"]
    del elsewhere["Action"]
    return [
        # Without the tag, no variable resolves, and statements with it would not match.
        deny("NoName", "*", {"Null": {f"aws:PrincipalTag/{ATTENDEE_TAG}": "true"}}),
        elsewhere,
        deny("Unguarded", INVOKE, {"StringNotEquals": scope.guarded}),
        deny("BigInstance", "sagemaker:*", {"ForAnyValue:StringNotEquals": {INSTANCES: list(scope.instance_types)}}),
        deny("NoInstance", [*TIMED, "sagemaker:CreateTransformJob"], {"Null": {INSTANCES: "true"}}),
        deny(
            "NeitherInstanceNorServerless",
            ["sagemaker:CreateEndpointConfig"],
            {"Null": {INSTANCES: "true", "sagemaker:ServerlessMemorySize": "true"}},
        ),
        deny("LongRun", TIMED, {"NumericGreaterThan": {RUNTIME: str(MAX_JOB_SECONDS)}}),
        deny("NoTimeLimit", TIMED, {"Null": {RUNTIME: "true"}}),
        deny("WarmPool", ["sagemaker:CreateTrainingJob"], {"Null": {"sagemaker:KeepAlivePeriod": "false"}}),
        # A debugging session is a shell in AWS's network that no other statement sees.
        deny("RemoteDebug", "sagemaker:*", {"Bool": {"sagemaker:EnableRemoteDebug": "true"}}),
        deny("SharedSpace", ["sagemaker:*Space"], {"StringNotEquals": {"sagemaker:SpaceSharingType": "Private"}}),
    ]
