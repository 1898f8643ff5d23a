"""What every attendee may do: one policy for all of them, in which IAM fills in who asks.

The attendee's role carries the tag `attendee`; https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html.
Condition keys: "Actions, resources, and condition keys for Amazon SageMaker" and "... for Amazon Bedrock".
"""

from stacks.identity.scope import ATTENDEE, MAX_JOB_SECONDS, AttendeeScope, Document, allow, document

INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
OBJECTS = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
]
METRICS = {"StringLike": {"cloudwatch:namespace": "*aws/sagemaker/*"}}


def attendee_policy(scope: AttendeeScope) -> Document:
    """The managed policy of all attendees' roles."""
    return document([*_data(scope), *_studio(scope), *_jobs(scope), *_models(scope)])


def _data(scope: AttendeeScope) -> list[Document]:
    return [
        allow("OwnObjects", OBJECTS, scope.own_objects),
        allow("OwnList", ["s3:ListBucket"], scope.bucket_arn, {"StringLike": {"s3:prefix": f"{ATTENDEE}/*"}}),
        allow("BucketRegion", ["s3:GetBucketLocation"], scope.bucket_arn),
    ]


def _studio(scope: AttendeeScope) -> list[Document]:
    """Spaces and apps of the own profile. Studio opens an app through a URL that the attendee's own role signs."""
    spaces = [f"sagemaker:{verb}{kind}" for kind in ("Space", "App") for verb in ("Create", "Delete")]
    return [
        allow("OwnSpaces", [*spaces, "sagemaker:UpdateSpace"], scope.spaces_and_apps, scope.own_private_space),
        allow("OpenOwnApps", ["sagemaker:CreatePresignedDomainUrl"], scope.own_profile),
        allow(
            "SeeDomain",
            [f"sagemaker:Describe{kind}" for kind in ("App", "Domain", "Space", "UserProfile")],
            [*scope.sagemaker(f"domain/{scope.domain_id}"), scope.own_profile, *scope.spaces_and_apps],
        ),
        # SageMaker knows no resource for List actions ("Amazon SageMaker AI API Permissions").
        allow(
            "List",
            [f"sagemaker:List{kind}" for kind in ("Apps", "Domains", "Spaces", "UserProfiles", "TrainingJobs")],
            "*",
        ),
        allow(
            "TagWhatIsCreated",
            ["sagemaker:AddTags"],
            [*scope.spaces_and_apps, *scope.own_jobs],
            {"Null": {"sagemaker:TaggingAction": "false"}, "StringEqualsIfExists": scope.own_tags},
        ),
    ]


def _jobs(scope: AttendeeScope) -> list[Document]:
    kinds = ("TrainingJob", "ProcessingJob", "HyperParameterTuningJob")
    small = {
        "StringEquals": scope.own_tags,
        "NumericLessThanEquals": {"sagemaker:MaxRuntimeInSeconds": str(MAX_JOB_SECONDS)},
        # True of an absent key, hence the Null beside it.
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": list(scope.instance_types)},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }
    found = [
        allow("RunOwnJobs", [f"sagemaker:Create{kind}" for kind in kinds], scope.own_jobs, small),
        allow("OwnJobs", [f"sagemaker:{verb}{kind}" for kind in kinds for verb in ("Describe", "Stop")], scope.own_jobs),
        allow(
            "PassOwnRole",
            ["iam:PassRole"],
            scope.own_role,
            {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
        allow("JobLogs", _log_actions(), scope.log_groups),
        # Metrics have no resource; the namespace is what jobs write to.
        allow("JobMetrics", ["cloudwatch:PutMetricData"], "*", METRICS),
    ]
    if scope.image_repository_arns:
        found.append(allow("PullImages", PULL, list(scope.image_repository_arns)))
        # A login to ECR knows no resource.
        found.append(allow("LogInToEcr", ["ecr:GetAuthorizationToken"], "*"))
    return found


def _models(scope: AttendeeScope) -> list[Document]:
    """Calls that name the guardrail by number, and foundation models through the inference profile only."""
    found = [
        allow("CallModels", INVOKE, list(scope.model_arns), {"StringEquals": scope.guarded}),
        allow("ApplyGuardrail", ["bedrock:ApplyGuardrail"], [scope.guardrail_arn, *scope.guardrail_profile_arns]),
    ]
    if scope.routed_model_arns:
        routed = {
            "StringEquals": scope.guarded,
            "ArnEquals": {"bedrock:InferenceProfileArn": list(scope.model_arns)},
        }
        found.append(allow("CallRoutedModels", INVOKE, list(scope.routed_model_arns), routed))
    shared = {
        "sagemaker:InvokeEndpoint": scope.endpoint_arns,
        "bedrock:Retrieve": scope.knowledge_base_arns,
        "bedrock:InvokeAgent": scope.agent_alias_arns,
    }
    for action, arns in shared.items():
        if arns:
            found.append(allow(action.partition(":")[2], [action], list(arns)))
    return found


def _log_actions() -> list[str]:
    return [f"logs:{name}" for name in ("CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents")]
