"""Calls of an attendee, with the outcome that is wanted, and the workshop in which they happen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stacks.identity.scope import AttendeeScope
from tests.iam.model import ContextValue, Principal, Request, RoleSession

ACCOUNT, REGION, WORKSHOP = "111122223333", "ap-southeast-1", "ws-2026-11-28-ab12"
DOMAIN = "d-0a1b2c3d4e5f"
PROFILE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/apac.amazon.nova-lite-v1:0"
ROUTES = ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2")
MODEL = "foundation-model/amazon.nova-lite-v1:0"
GUARDRAIL = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/a1b2c3d4e5f6"
BUCKET = f"arn:aws:s3:::ws-2026-11-28-ab12-studio-attendeebucket1a2b3c4d-{ACCOUNT}"
ENDPOINT = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/configuration-1a2b3c4d5e6f"
KNOWLEDGE_BASE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:knowledge-base/A1B2C3D4E5"
ALIAS = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:agent-alias/A1B2C3D4E5/F6G7H8I9J0"
SCOPE = AttendeeScope(
    partition="aws",
    region=REGION,
    account_id=ACCOUNT,
    workshop_id=WORKSHOP,
    domain_id=DOMAIN,
    bucket_arn=BUCKET,
    guardrail_arn=GUARDRAIL,
    guardrail_version="3",
    guardrail_profile_arns=tuple(
        f"arn:aws:bedrock:{region}:{ACCOUNT}:guardrail-profile/apac.guardrail.v1:0" for region in ROUTES
    ),
    foundation_model_id="amazon.nova-lite-v1:0",
    model_profile_arn=PROFILE,
    model_regions=ROUTES,
    image_repository_arns=(f"arn:aws:ecr:{REGION}:121021644041:repository/sagemaker-xgboost",),
    endpoint_arns=(ENDPOINT,),
    knowledge_base_arns=(KNOWLEDGE_BASE,),
    agent_alias_arns=(ALIAS,),
)

OTHER = "ws-2026-12-05-cd34"
OTHER_SCOPE = replace(
    SCOPE,
    workshop_id=OTHER,
    domain_id="d-5f4e3d2c1b0a",
    bucket_arn=f"arn:aws:s3:::{OTHER}-studio-attendeebucket5e6f7a8b-{ACCOUNT}",
    guardrail_arn=f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/f6e5d4c3b2a1",
    endpoint_arns=(f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/configuration-6f5e4d3c2b1a",),
    knowledge_base_arns=(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:knowledge-base/Z1Y2X3W4V5",),
    agent_alias_arns=(f"arn:aws:bedrock:{REGION}:{ACCOUNT}:agent-alias/Z1Y2X3W4V5/U6T7S8R9Q0",),
)
"""Another workshop in the same account and region."""


def attendee(name: str = "att-1", **tags: str) -> RoleSession:
    """A session of an attendee's role; SageMaker names the session."""
    role = f"workshop/{WORKSHOP}/attendees/{WORKSHOP}-{name}"
    return RoleSession(account=ACCOUNT, role=role, session="SageMaker", tags={"attendee": name, **tags})


ME = attendee()
NAMESAKE = RoleSession(
    account=ACCOUNT, role=f"workshop/{OTHER}/attendees/{OTHER}-att-1", session="SageMaker", tags={"attendee": "att-1"}
)
"""Has my name in the other workshop."""
UNTAGGED = RoleSession(account=ACCOUNT, role=f"workshop/{WORKSHOP}/attendees/{WORKSHOP}-att-1", session="SageMaker")
MY_ROLE, MY_PROFILE = ME.role_arn, f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:user-profile/{DOMAIN}/att-1"
MY_TAGS = {"aws:RequestTag/workshop:id": WORKSHOP, "aws:RequestTag/attendee": "att-1"}
MINE = {"aws:ResourceTag/workshop:id": WORKSHOP, "aws:ResourceTag/attendee": "att-1"}
THEIRS = {**MINE, "aws:ResourceTag/attendee": "att-2"}
NAMESAKES = {**MINE, "aws:ResourceTag/workshop:id": OTHER}
SPACE = {"sagemaker:OwnerUserProfileArn": MY_PROFILE, "sagemaker:SpaceSharingType": "Private"}
JOB: dict[str, ContextValue] = {
    **MY_TAGS,
    "sagemaker:InstanceTypes": ("ml.m5.large",),
    "sagemaker:MaxRuntimeInSeconds": "3600",
}
GUARDED = {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:3"}
ROUTED = {**GUARDED, "bedrock:InferenceProfileArn": PROFILE}
PASSED = {"iam:PassedToService": "sagemaker.amazonaws.com"}


def sagemaker(resource: str, region: str = REGION) -> str:
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:{resource}"


def model(region: str, name: str = MODEL) -> str:
    return f"arn:aws:bedrock:{region}::{name}"


def role(path: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{path}"


def without(context: Mapping[str, ContextValue], *keys: str) -> dict[str, ContextValue]:
    return {key: value for key, value in context.items() if key not in keys}


@dataclass(frozen=True)
class Vector:
    """One call of one attendee."""

    name: str
    action: str
    resource: str
    context: Mapping[str, ContextValue] = field(default_factory=dict)
    principal: Principal = ME

    @property
    def request(self) -> Request:
        """The call, in the workshop's region unless the vector says otherwise."""
        context = {"aws:RequestedRegion": REGION, **self.context}
        return Request(principal=self.principal, action=self.action, resource=self.resource, context=context)


V = Vector
TRAIN = "sagemaker:CreateTrainingJob"
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker"
CAN = [
    V("read own object", "s3:GetObject", f"{BUCKET}/att-1/data/train.csv"),
    V("write own object", "s3:PutObject", f"{BUCKET}/att-1/model.tar.gz"),
    V("delete own object", "s3:DeleteObject", f"{BUCKET}/att-1/model.tar.gz"),
    V("list own prefix", "s3:ListBucket", BUCKET, {"s3:prefix": "att-1/"}),
    V("list below own prefix", "s3:ListBucket", BUCKET, {"s3:prefix": "att-1/data/"}),
    V("find the bucket", "s3:GetBucketLocation", BUCKET),
    V("create own space", "sagemaker:CreateSpace", sagemaker(f"space/{DOMAIN}/lab"), {**SPACE, **MY_TAGS}),
    V("Studio's space, tags by propagation", "sagemaker:CreateSpace", sagemaker(f"space/{DOMAIN}/lab"), SPACE),
    V("update own space", "sagemaker:UpdateSpace", sagemaker(f"space/{DOMAIN}/lab"), SPACE),
    V("delete own space", "sagemaker:DeleteSpace", sagemaker(f"space/{DOMAIN}/lab"), SPACE),
    V(
        "start own app",
        "sagemaker:CreateApp",
        sagemaker(f"app/{DOMAIN}/lab/JupyterLab/default"),
        {**SPACE, "sagemaker:InstanceTypes": ("ml.t3.medium",)},
    ),
    V("stop own app", "sagemaker:DeleteApp", sagemaker(f"app/{DOMAIN}/lab/JupyterLab/default"), SPACE),
    V("open own app", "sagemaker:CreatePresignedDomainUrl", MY_PROFILE),
    V("see the domain", "sagemaker:DescribeDomain", sagemaker(f"domain/{DOMAIN}")),
    V("list spaces", "sagemaker:ListSpaces", sagemaker("*")),
    V("train", TRAIN, sagemaker("training-job/att-1-churn"), JOB),
    V("process", "sagemaker:CreateProcessingJob", sagemaker("processing-job/att-1-clean"), JOB),
    V("tune", "sagemaker:CreateHyperParameterTuningJob", sagemaker("hyper-parameter-tuning-job/att-1-best"), JOB),
    V("watch own job", "sagemaker:DescribeTrainingJob", sagemaker("training-job/att-1-churn"), MINE),
    V("stop own job", "sagemaker:StopTrainingJob", sagemaker("training-job/att-1-churn"), MINE),
    V(
        "tag a job while creating it",
        "sagemaker:AddTags",
        sagemaker("training-job/att-1-churn"),
        {**MY_TAGS, "sagemaker:TaggingAction": "CreateTrainingJob"},
    ),
    V("pass own role", "iam:PassRole", MY_ROLE, PASSED),
    V("write job log", "logs:PutLogEvents", f"{LOGS}/TrainingJobs:log-stream:att-1-churn/algo-1"),
    V("write job metric", "cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}),
    V("pull the training image", "ecr:BatchGetImage", SCOPE.image_repository_arns[0]),
    V("log in to ECR", "ecr:GetAuthorizationToken", "*"),
    V("call the model", "bedrock:InvokeModel", PROFILE, GUARDED),
    V("stream from the model", "bedrock:InvokeModelWithResponseStream", PROFILE, GUARDED),
    V(
        "be routed abroad",
        "bedrock:InvokeModel",
        model("ap-northeast-1"),
        {**ROUTED, "aws:RequestedRegion": "ap-northeast-1"},
    ),
    V("apply the guardrail", "bedrock:ApplyGuardrail", GUARDRAIL),
    V("ask the knowledge base", "bedrock:Retrieve", KNOWLEDGE_BASE),
    V("ask the agent", "bedrock:InvokeAgent", ALIAS),
    V("ask the shared endpoint", "sagemaker:InvokeEndpoint", ENDPOINT),
]
COULD = [
    V("deploy own model", "sagemaker:CreateEndpoint", sagemaker("endpoint/att-1-churn"), MY_TAGS),
    V(
        "small endpoint configuration",
        "sagemaker:CreateEndpointConfig",
        sagemaker("endpoint-config/att-1-c"),
        {**MY_TAGS, "sagemaker:InstanceTypes": ("ml.m5.large",)},
    ),
    V(
        "serverless endpoint configuration",
        "sagemaker:CreateEndpointConfig",
        sagemaker("endpoint-config/att-1-c"),
        {**MY_TAGS, "sagemaker:ServerlessMemorySize": "2048"},
    ),
    V("register own model", "sagemaker:CreateModelPackageGroup", sagemaker("model-package-group/att-1-m"), MY_TAGS),
    V("own pipeline", "sagemaker:CreatePipeline", sagemaker("pipeline/att-1-p"), MY_TAGS),
    V("run own pipeline", "sagemaker:StartPipelineExecution", sagemaker("pipeline/att-1-p"), MINE),
    V("delete own endpoint", "sagemaker:DeleteEndpoint", sagemaker("endpoint/att-1-churn"), MINE),
    V("own feature", "sagemaker:PutRecord", sagemaker("feature-group/att-1-f"), MINE),
    V(
        "batch transform",
        "sagemaker:CreateTransformJob",
        sagemaker("transform-job/att-1-t"),
        without(JOB, "sagemaker:MaxRuntimeInSeconds"),
    ),
]
CANNOT = [
    # Other people's data, look-alike names, names that are no name
    V("other prefix", "s3:GetObject", f"{BUCKET}/att-2/data.csv"),
    V("longer name", "s3:GetObject", f"{BUCKET}/att-11/data.csv"),
    V("shorter name", "s3:GetObject", f"{BUCKET}/att-1/data.csv", principal=attendee("att-11")),
    V("name as a mere beginning", "s3:PutObject", f"{BUCKET}/att-1x"),
    V("root of the bucket", "s3:PutObject", f"{BUCKET}/x"),
    V("other bucket", "s3:GetObject", "arn:aws:s3:::ws-knowledge/docs/vi/chao.md"),
    V("knowledge bucket", "s3:PutObject", "arn:aws:s3:::ws-knowledge/docs/vi/chao.md"),
    V("assets bucket of the CDK", "s3:PutObject", f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-{REGION}/x.zip"),
    V("list everything", "s3:ListBucket", BUCKET),
    V("list an empty prefix", "s3:ListBucket", BUCKET, {"s3:prefix": ""}),
    V("list other prefix", "s3:ListBucket", BUCKET, {"s3:prefix": "att-2/"}),
    V("list longer name", "s3:ListBucket", BUCKET, {"s3:prefix": "att-11/"}),
    V("list own name without slash", "s3:ListBucket", BUCKET, {"s3:prefix": "att-1"}),
    V("tag that is a star", "s3:GetObject", f"{BUCKET}/att-2/data.csv", principal=attendee("*")),
    V("tag with a question mark", "s3:GetObject", f"{BUCKET}/att-2/data.csv", principal=attendee("att-?")),
    V("no tag", "s3:GetObject", f"{BUCKET}/att-1/data.csv", principal=UNTAGGED),
    V("no tag, literal variable", "s3:GetObject", f"{BUCKET}/${{aws:PrincipalTag/attendee}}/x", principal=UNTAGGED),
    V("bucket policy", "s3:PutBucketPolicy", BUCKET),
    V("own bucket", "s3:CreateBucket", "arn:aws:s3:::att-1-bucket", MY_TAGS),
    V("access point", "s3:CreateAccessPoint", f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/x"),
    V("vectors", "s3vectors:QueryVectors", f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/x/index/y"),
    # Spaces, apps, the domain
    V(
        "other's space",
        "sagemaker:UpdateSpace",
        sagemaker(f"space/{DOMAIN}/lab"),
        {**SPACE, "sagemaker:OwnerUserProfileArn": MY_PROFILE.replace("att-1", "att-2")},
    ),
    V(
        "longer name's app",
        "sagemaker:CreateApp",
        sagemaker(f"app/{DOMAIN}/lab/JupyterLab/x"),
        {**SPACE, "sagemaker:OwnerUserProfileArn": f"{MY_PROFILE}1"},
    ),
    V(
        "shared space",
        "sagemaker:CreateSpace",
        sagemaker(f"space/{DOMAIN}/lab"),
        {**SPACE, "sagemaker:SpaceSharingType": "Shared"},
    ),
    V(
        "space without owner",
        "sagemaker:CreateSpace",
        sagemaker(f"space/{DOMAIN}/lab"),
        without(SPACE, "sagemaker:OwnerUserProfileArn"),
    ),
    V(
        "space without sharing type",
        "sagemaker:CreateSpace",
        sagemaker(f"space/{DOMAIN}/lab"),
        without(SPACE, "sagemaker:SpaceSharingType"),
    ),
    V("space in another domain", "sagemaker:CreateSpace", sagemaker("space/d-other/lab"), SPACE),
    V(
        "space tagged as another's",
        "sagemaker:AddTags",
        sagemaker(f"space/{DOMAIN}/lab"),
        {"sagemaker:TaggingAction": "CreateSpace", "aws:RequestTag/attendee": "att-2"},
    ),
    V(
        "GPU app",
        "sagemaker:CreateApp",
        sagemaker(f"app/{DOMAIN}/lab/JupyterLab/x"),
        {**SPACE, "sagemaker:InstanceTypes": ("ml.g5.xlarge",)},
    ),
    V("sign in as another", "sagemaker:CreatePresignedDomainUrl", f"{MY_PROFILE}1"),
    V("other profile", "sagemaker:CreateUserProfile", sagemaker(f"user-profile/{DOMAIN}/mine"), MY_TAGS),
    V("own profile's role", "sagemaker:UpdateUserProfile", MY_PROFILE, MINE),
    V("own profile away", "sagemaker:DeleteUserProfile", MY_PROFILE, MINE),
    V("the domain", "sagemaker:UpdateDomain", sagemaker(f"domain/{DOMAIN}"), MINE),
    V("life-cycle script", "sagemaker:CreateStudioLifecycleConfig", sagemaker("studio-lifecycle-config/x"), MY_TAGS),
    V("remote shell", "sagemaker:StartSession", sagemaker(f"space/{DOMAIN}/lab"), {**SPACE, **MINE}),
    # Jobs: names, tags, sizes, times, and keys that are missing
    V(
        "job with another's name",
        TRAIN,
        sagemaker("training-job/att-2-churn"),
        {**JOB, "aws:RequestTag/attendee": "att-2"},
    ),
    V("job without workshop tag", TRAIN, sagemaker("training-job/att-1-x"), without(JOB, "aws:RequestTag/workshop:id")),
    V("job without attendee tag", TRAIN, sagemaker("training-job/att-1-x"), without(JOB, "aws:RequestTag/attendee")),
    V(
        "job of another workshop",
        TRAIN,
        sagemaker("training-job/att-1-x"),
        {**JOB, "aws:RequestTag/workshop:id": f"{WORKSHOP}0"},
    ),
    V("job in another's name", TRAIN, sagemaker("training-job/att-1-x"), {**JOB, "aws:RequestTag/attendee": "att-2"}),
    V(
        "GPU cluster",
        TRAIN,
        sagemaker("training-job/att-1-x"),
        {**JOB, "sagemaker:InstanceTypes": ("ml.p4d.24xlarge",)},
    ),
    V(
        "one big among small",
        TRAIN,
        sagemaker("training-job/att-1-x"),
        {**JOB, "sagemaker:InstanceTypes": ("ml.m5.large", "ml.p4d.24xlarge")},
    ),
    V("no instance type", TRAIN, sagemaker("training-job/att-1-x"), without(JOB, "sagemaker:InstanceTypes")),
    V("empty instance types", TRAIN, sagemaker("training-job/att-1-x"), {**JOB, "sagemaker:InstanceTypes": ()}),
    V("a day long", TRAIN, sagemaker("training-job/att-1-x"), {**JOB, "sagemaker:MaxRuntimeInSeconds": "86400"}),
    V("a second too long", TRAIN, sagemaker("training-job/att-1-x"), {**JOB, "sagemaker:MaxRuntimeInSeconds": "3601"}),
    V("no time limit", TRAIN, sagemaker("training-job/att-1-x"), without(JOB, "sagemaker:MaxRuntimeInSeconds")),
    V("warm pool", TRAIN, sagemaker("training-job/att-1-x"), {**JOB, "sagemaker:KeepAlivePeriod": "3600"}),
    V("remote debugging", TRAIN, sagemaker("training-job/att-1-x"), {**JOB, "sagemaker:EnableRemoteDebug": "true"}),
    V(
        "training abroad",
        TRAIN,
        sagemaker("training-job/att-1-x", "us-east-1"),
        {**JOB, "aws:RequestedRegion": "us-east-1"},
    ),
    V("stop another's job", "sagemaker:StopTrainingJob", sagemaker("training-job/att-2-churn"), THEIRS),
    V("stop a namesake's job", "sagemaker:StopTrainingJob", sagemaker("training-job/att-1-churn"), NAMESAKES),
    V("stop a job of nobody's", "sagemaker:StopTrainingJob", sagemaker("training-job/att-1-churn")),
    V("delete a namesake's endpoint", "sagemaker:DeleteEndpoint", sagemaker("endpoint/att-1-churn"), NAMESAKES),
    V(
        "big endpoint",
        "sagemaker:CreateEndpointConfig",
        sagemaker("endpoint-config/att-1-c"),
        {**MY_TAGS, "sagemaker:InstanceTypes": ("ml.g5.xlarge",)},
    ),
    V("endpoint of unknown size", "sagemaker:CreateEndpointConfig", sagemaker("endpoint-config/att-1-c"), MY_TAGS),
    V(
        "endpoint of another workshop",
        "sagemaker:CreateEndpoint",
        sagemaker("endpoint/att-1-churn"),
        {**MY_TAGS, "aws:RequestTag/workshop:id": "ws-1"},
    ),
    V(
        "endpoint of another attendee",
        "sagemaker:CreateEndpoint",
        sagemaker("endpoint/att-1-churn"),
        {**MY_TAGS, "aws:RequestTag/attendee": "att-11"},
    ),
    V("transform of unknown size", "sagemaker:CreateTransformJob", sagemaker("transform-job/att-1-t"), MY_TAGS),
    V("untagged endpoint", "sagemaker:CreateEndpoint", sagemaker("endpoint/att-1-churn")),
    V("delete the shared endpoint", "sagemaker:DeleteEndpoint", ENDPOINT, {"aws:ResourceTag/workshop:id": WORKSHOP}),
    V("more instances", "sagemaker:UpdateEndpointWeightsAndCapacities", sagemaker("endpoint/att-1-churn"), MINE),
    V("another's endpoint", "sagemaker:InvokeEndpoint", sagemaker("endpoint/att-2-churn"), THEIRS),
    V("notebook instance", "sagemaker:CreateNotebookInstance", sagemaker("notebook-instance/att-1"), JOB),
    # Tags decide who owns what
    V("re-tag own job", "sagemaker:AddTags", sagemaker("training-job/att-1-churn"), {**MY_TAGS, **MINE}),
    V("adopt another's job", "sagemaker:AddTags", sagemaker("training-job/att-2-churn"), {**MY_TAGS, **THEIRS}),
    V(
        "create a job into another workshop",
        "sagemaker:AddTags",
        sagemaker("training-job/att-1-churn"),
        {**MY_TAGS, "sagemaker:TaggingAction": "CreateTrainingJob", "aws:RequestTag/workshop:id": "ws-1"},
    ),
    V(
        "disown own job",
        "sagemaker:DeleteTags",
        sagemaker("training-job/att-1-churn"),
        {**MINE, "aws:TagKeys": ("attendee",)},
    ),
    V("tag own role", "iam:TagRole", MY_ROLE, {"aws:RequestTag/attendee": "att-2"}),
    V("untag own role", "iam:UntagRole", MY_ROLE),
    V("new session tag", "sts:TagSession", MY_ROLE, {"aws:RequestTag/attendee": "att-2"}),
    V("tag through the tagging API", "tag:TagResources", "*", {"aws:RequestTag/attendee": "att-1"}),
    # Money that is committed
    V("cluster", "sagemaker:CreateCluster", sagemaker("cluster/att-1-c"), JOB),
    V("training plan", "sagemaker:CreateTrainingPlan", sagemaker("training-plan/att-1-p"), MY_TAGS),
    V("reserved capacity", "sagemaker:CreateReservedCapacity", sagemaker("reserved-capacity/att-1-p"), MY_TAGS),
    V("partner app", "sagemaker:CreatePartnerApp", sagemaker("partner-app/att-1"), MY_TAGS),
    V("tracking server", "sagemaker:CreateMlflowTrackingServer", sagemaker("mlflow-tracking-server/att-1"), MY_TAGS),
    V("provisioned throughput", "bedrock:CreateProvisionedModelThroughput", model(REGION), MY_TAGS),
    V("imported model", "bedrock:CreateModelImportJob", "*", MY_TAGS),
    V("customised model", "bedrock:CreateModelCustomizationJob", "*", MY_TAGS),
    V("marketplace", "aws-marketplace:Subscribe", "*"),
]
