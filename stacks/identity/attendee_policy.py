"""What every attendee may do: two policies for all of them, in which IAM fills in who asks.

Two, because one managed policy holds 6,144 characters. Each attendee's role carries the tag `attendee`:
https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html.
Condition keys: "Actions, resources, and condition keys for Amazon SageMaker" and "... for Amazon Bedrock".
"""

from stacks.identity.scope import ATTENDEE, AttendeeScope, Document
from stacks.identity.statements import allow, document

INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
SPACES = (
    "sagemaker:CreateApp",
    "sagemaker:CreateSpace",
    "sagemaker:DeleteApp",
    "sagemaker:DeleteSpace",
    "sagemaker:UpdateSpace",
)
JOBS = ("TrainingJob", "ProcessingJob", "HyperParameterTuningJob")
# What encrypting the volume of a space needs beside a grant:
# https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
ENCRYPT_VOLUMES = (
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
METRICS = {"StringLike": {"cloudwatch:namespace": "*aws/sagemaker/*"}}


def attendee_studio_policy(scope: AttendeeScope) -> Document:
    """Own data, own private spaces, own jobs."""
    return document([*_data(scope), *_spaces(scope), *_jobs(scope)])


def attendee_model_policy(scope: AttendeeScope) -> Document:
    """The model through the guardrail, what all attendees share, and the customer key if there is one."""
    found = [
        *_key(scope),
        allow("ApplyGuardrail", ["bedrock:ApplyGuardrail"], [scope.guardrail_arn, *scope.guardrail_profile_arns]),
        *(allow(action.partition(":")[2], [action], arns) for action, arns in scope.shared.items()),
    ]
    guarded = {"StringEquals": scope.guarded}
    models = [scope.foundation_model(region) for region in scope.model_regions]
    if scope.model_profile_arn is None:
        return document([allow("CallModel", INVOKE, models, guarded), *found])
    return document(
        [
            allow("CallModel", INVOKE, scope.model_profile_arn, guarded),
            allow("BeRouted", INVOKE, models, {**guarded, **scope.through_profile}),
            *found,
        ]
    )


def _data(scope: AttendeeScope) -> list[Document]:
    return [
        allow("OwnObjects", OBJECTS, scope.own_objects),
        allow("OwnList", ["s3:ListBucket"], scope.bucket_arn, {"StringLike": {"s3:prefix": f"{ATTENDEE}/*"}}),
        allow("BucketRegion", ["s3:GetBucketLocation"], scope.bucket_arn),
    ]


def _spaces(scope: AttendeeScope) -> list[Document]:
    """Spaces and apps of the own profile. Studio opens an app through a URL that the attendee's own role signs."""
    return [
        allow("OwnSpaces", SPACES, scope.spaces_and_apps, {**scope.own_private_space, **scope.small}),
        allow("OpenOwnApps", ["sagemaker:CreatePresignedDomainUrl"], scope.own_profile),
        allow(
            "SeeDomain",
            [f"sagemaker:Describe{kind}" for kind in ("App", "Domain", "Space", "UserProfile")],
            [*scope.sagemaker(f"domain/{scope.domain_id}"), scope.own_profile, *scope.spaces_and_apps],
        ),
        # SageMaker's List actions do not support resource-level permissions ("Amazon SageMaker AI API Permissions").
        allow(
            "List",
            [
                f"sagemaker:List{kind}"
                for kind in ("Apps", "Domains", "Spaces", "UserProfiles", *(f"{j}s" for j in JOBS))
            ],
            "*",
        ),
        allow(
            "TagWhatIsCreated",
            ["sagemaker:AddTags"],
            [*scope.spaces_and_apps, *scope.own_jobs],
            scope.tagged_while_created,
        ),
    ]


def _jobs(scope: AttendeeScope) -> list[Document]:
    found = [
        allow(
            "RunOwnJobs",
            [f"sagemaker:Create{kind}" for kind in JOBS],
            scope.own_jobs,
            {**scope.short_own_job, **scope.small},
        ),
        allow(
            "OwnJobs",
            [f"sagemaker:{verb}{kind}" for kind in JOBS for verb in ("Describe", "Stop")],
            scope.own_jobs,
            {"StringEquals": scope.of_workshop},
        ),
        allow("PassOwnRole", ["iam:PassRole"], scope.own_role, scope.passed_to_sagemaker),
        allow("JobLogs", LOGS, [scope.log_group(name) for name in ("TrainingJobs", "ProcessingJobs", "studio")]),
        # Metrics have no resource; the namespace is what jobs write to.
        allow("JobMetrics", ["cloudwatch:PutMetricData"], "*", METRICS),
    ]
    if scope.image_repository_arns:
        found.append(allow("PullImages", PULL, scope.image_repository_arns))
        # ecr:GetAuthorizationToken does not support resource-level permissions.
        found.append(allow("LogInToEcr", ["ecr:GetAuthorizationToken"], "*"))
    return found


def _key(scope: AttendeeScope) -> list[Document]:
    """Encrypted objects and the encrypted guardrail, and volumes, for which SageMaker asks on the attendee's behalf.

    https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-kms.html
    """
    if scope.kms_key_arn is None:
        return []
    through_sagemaker = {"kms:ViaService": f"sagemaker.{scope.region}.amazonaws.com"}
    for_volumes = {"StringEquals": through_sagemaker, "Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [
        allow(
            "UseKey",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            scope.kms_key_arn,
            {
                "StringEquals": {
                    "kms:ViaService": [
                        f"{name}.{scope.region}.amazonaws.com" for name in ("bedrock", "s3", "sagemaker")
                    ]
                }
            },
        ),
        allow("EncryptVolumes", ENCRYPT_VOLUMES, scope.kms_key_arn, {"StringEquals": through_sagemaker}),
        allow("GrantKeyToVolumes", ["kms:CreateGrant"], scope.kms_key_arn, for_volumes),
    ]
