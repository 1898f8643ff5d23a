"""What each role of the platform must be able to do: all of it, and nothing else.

Written from what the services and functions do, not from the policies. A role that is not here fails the tests, and so
does an action that a role is granted and that is none of its duties.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stacks.config import WorkshopConfig
from tests.iam.actions import matching
from tests.iam.cloud import ACCOUNT, Cloud
from tests.iam.model import ContextValue
from workshop.teardown.kinds.permissions import UNTAGGED, looking, tagged

Duties = Callable[[Cloud, WorkshopConfig], list["Call"]]
KMS = ("kms:Decrypt", "kms:GenerateDataKey")
WRITE_LOG = ("logs:CreateLogStream", "logs:PutLogEvents")
INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


@dataclass(frozen=True)
class Call:
    """One API call. `context` comes on top of the workshop's region and account."""

    action: str
    resource: str
    context: Mapping[str, ContextValue] = field(default_factory=dict)


def calls(resource: str, *actions: str, **context: ContextValue) -> list[Call]:
    """Several calls about one resource."""
    return [
        Call(action, resource, {key.replace("__", ":"): value for key, value in context.items()}) for action in actions
    ]


def log_of(stack: str, prefix: str) -> Duties:
    """Writing to a log group of the stack."""
    return lambda cloud, _: calls(cloud.arn(stack, "AWS::Logs::LogGroup", prefix), *WRITE_LOG)


def with_key(*services: str) -> Duties:
    """Using the customer key, where there is one, through these services."""

    def duties(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
        if "Encryption" not in cloud.templates:
            return []
        key = cloud.arn("Encryption", "AWS::KMS::Key")
        hosts = [f"{service}.{cloud.region}.amazonaws.com" for service in services]
        return [one for host in hosts for one in calls(key, *KMS, kms__ViaService=host)]

    return duties


def documents(cloud: Cloud) -> str:
    return cloud.arn("Knowledge", "AWS::S3::Bucket", "Documents")


def knowledge_base(cloud: Cloud) -> str:
    return cloud.arn("Knowledge", "AWS::Bedrock::KnowledgeBase", attribute="KnowledgeBaseArn")


def assets(cloud: Cloud, file: str) -> str:
    """A file in the bucket of `cdk bootstrap`; its name is the hash of its content."""
    return f"arn:aws:s3:::cdk-hnb659fds-assets-{ACCOUNT}-{cloud.region}/{file}"


def emptying(stack: str) -> Duties:
    """What CDK's function calls before CloudFormation deletes a bucket."""

    def duties(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
        found = calls("*", "logs:CreateLogGroup", *WRITE_LOG)
        for name, resource in cloud.templates[stack]["Resources"].items():
            if resource["Type"] == "AWS::S3::Bucket":
                bucket = cloud.arn(stack, "AWS::S3::Bucket", name)
                names = ("GetBucketPolicy", "GetBucketTagging", "ListBucketVersions", "PutBucketPolicy")
                found += calls(bucket, *(f"s3:{each}" for each in names))
                found += calls(f"{bucket}/docs/x", "s3:DeleteObject", "s3:DeleteObjectVersion")
        return found

    return duties


def knowledge_base_role(cloud: Cloud, config: WorkshopConfig) -> list[Call]:
    bucket, embedding = documents(cloud), config.embedding_model.id
    model = f"arn:aws:bedrock:{cloud.region}::foundation-model/{embedding}"
    found = [
        *calls(bucket, "s3:ListBucket"),
        *calls(f"{bucket}/docs/vi/lich.md", "s3:GetObject"),
        *calls(model, "bedrock:InvokeModel"),
    ]
    if config.knowledge.vector_store == "opensearch":
        collection = cloud.arn("Knowledge", "AWS::OpenSearchServerless::Collection")
        return [*found, *calls(collection, "aoss:APIAccessAll")]
    vectors = cloud.arn("Knowledge", "AWS::S3Vectors::VectorBucket", attribute="VectorBucketArn")
    index = cloud.arn("Knowledge", "AWS::S3Vectors::Index", attribute="IndexArn")
    in_index = ("DeleteVectors", "GetIndex", "GetVectors", "ListVectors", "PutVectors", "QueryVectors")
    return [
        *found,
        *calls(vectors, "s3vectors:GetVectorBucket", "s3vectors:ListIndexes"),
        *calls(index, *(f"s3vectors:{name}" for name in in_index)),
    ]


def upload_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    bucket = documents(cloud)
    keys = cloud.templates["Knowledge"]["Resources"][cloud.find("Knowledge", "Custom::CDKBucketDeployment")]
    return [
        *(one for key in keys["Properties"]["SourceObjectKeys"] for one in calls(assets(cloud, key), "s3:GetObject")),
        *calls(bucket, "s3:ListBucket", "s3:ListBucketMultipartUploads"),
        *calls(f"{bucket}/docs/vi/lich.md", "s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"),
    ]


def lab_upload_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    bucket = cloud.arn("Data", "AWS::S3::Bucket", "LabBucket")
    keys = cloud.templates["Data"]["Resources"][cloud.find("Data", "Custom::CDKBucketDeployment")]
    files = (f"{bucket}/raw/attendees/history.csv", f"{bucket}/cohorts/usual/usual.csv", f"{bucket}/code/x/ml/data.py")
    return [
        *(one for key in keys["Properties"]["SourceObjectKeys"] for one in calls(assets(cloud, key), "s3:GetObject")),
        *calls(bucket, "s3:ListBucket", "s3:ListBucketMultipartUploads"),
        *(one for file in files for one in calls(file, "s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload")),
    ]


def organiser_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    bucket = documents(cloud)
    return [
        *calls(bucket, "s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"),
        *calls(f"{bucket}/docs/vi/moi.md", "s3:PutObject", "s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObject"),
    ]


def sync_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    names = ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage")
    queue = cloud.arn("Knowledge", "AWS::SQS::Queue", "SyncChanges")
    jobs = (f"bedrock:{name}" for name in ("GetIngestionJob", "ListIngestionJobs", "StartIngestionJob"))
    return [
        *calls(queue, *(f"sqs:{name}" for name in names)),
        *calls(knowledge_base(cloud), *jobs),
    ]


def invocation_logging_function(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    parameter = f"arn:aws:ssm:{cloud.region}:{ACCOUNT}:parameter/workshop/{cloud.workshop_id}/invocation-logging-before"
    writer = cloud.arn("InvocationLog", "AWS::IAM::Role", "InvocationLoggingRole")
    setting = (f"bedrock:{verb}ModelInvocationLoggingConfiguration" for verb in ("Get", "Put", "Delete"))
    return [
        *calls("*", *setting),
        *calls(
            parameter,
            *(f"ssm:{name}" for name in ("AddTagsToResource", "DeleteParameter", "GetParameter", "PutParameter")),
        ),
        *calls(writer, "iam:PassRole", iam__PassedToService="bedrock.amazonaws.com"),
    ]


def invocation_logging_writer(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    group = cloud.arn("InvocationLog", "AWS::Logs::LogGroup", "InvocationLoggingLogGroup").removesuffix(":*")
    return calls(f"{group}:log-stream:aws/bedrock/modelinvocations", *WRITE_LOG)


def endpoint_role(cloud: Cloud, config: WorkshopConfig) -> list[Call]:
    model = cloud.templates["Inference"]["Resources"][cloud.find("Inference", "AWS::SageMaker::Model")]
    url = cloud.resolve("Inference", model["Properties"]["PrimaryContainer"]["ModelDataUrl"])
    repository = f"arn:aws:ecr:{cloud.region}:{config.region_data.xgboost_account}:repository/sagemaker-xgboost"
    logs = f"arn:aws:logs:{cloud.region}:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints/x"
    return [
        *calls(url.replace("s3://", "arn:aws:s3:::"), "s3:GetObject"),
        *calls(repository, "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
        *calls("*", "ecr:GetAuthorizationToken"),
        *calls(logs, "logs:CreateLogGroup", *WRITE_LOG),
    ]


def desk_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    table = cloud.arn("Tools", "AWS::DynamoDB::GlobalTable", "DeskTable")
    return calls(table, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")


ITEMS = tuple(f"dynamodb:{name}" for name in ("DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"))


def page_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    table = cloud.arn("Web", "AWS::DynamoDB::GlobalTable")
    pool = cloud.arn("Web", "AWS::Cognito::UserPool")
    return [*calls(table, *ITEMS), *calls(pool, "cognito-idp:AdminInitiateAuth")]


def chat_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    """Its own table, this one harness, and tickets among the requests of the desk, but no request."""
    table = cloud.arn("Web", "AWS::DynamoDB::GlobalTable")
    desk = cloud.arn("Tools", "AWS::DynamoDB::GlobalTable", "DeskTable")
    harness = cloud.arn("AgentCore", "AWS::BedrockAgentCore::Harness", attribute="Arn")
    return [
        *calls(table, *ITEMS),
        Call("dynamodb:PutItem", desk, {"dynamodb:LeadingKeys": ("ticket#0123",)}),
        *calls(harness, "bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeHarness"),
    ]


def predict_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    endpoint = cloud.name("Inference", "AWS::SageMaker::Endpoint")
    return calls(f"arn:aws:sagemaker:{cloud.region}:{ACCOUNT}:endpoint/{endpoint}", "sagemaker:InvokeEndpoint")


def gateway_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    functions = [
        cloud.arn("Tools", "AWS::Lambda::Function", name)
        for name, resource in cloud.templates["Tools"]["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    return [one for function in functions for one in calls(function, "lambda:InvokeFunction")]


def model_calls(cloud: Cloud, config: WorkshopConfig, *, guarded: bool) -> list[Call]:
    """The chat model in every region that its profile may route to, and the guardrail wherever it may."""
    model, guardrail = config.chat_model, cloud.arn("Safety", "AWS::Bedrock::Guardrail", attribute="GuardrailArn")
    guard: dict[str, ContextValue] = {"bedrock:GuardrailIdentifier": f"{guardrail}:1"} if guarded else {}
    here = f"arn:aws:bedrock:{cloud.region}:{ACCOUNT}"
    profiles = config.region_data.guardrail_profile
    guardrails = [
        guardrail,
        *(f"arn:aws:bedrock:{r}:{ACCOUNT}:guardrail-profile/{profiles.id}" for r in profiles.destination_regions),
    ]
    found = [Call("bedrock:ApplyGuardrail", arn) for arn in guardrails]
    if not model.is_profile:
        return [
            *found,
            *(Call(action, f"arn:aws:bedrock:{cloud.region}::foundation-model/{model.id}", guard) for action in INVOKE),
        ]
    profile = f"{here}:inference-profile/{model.id}"
    regions = [*model.destination_regions, *([""] if model.is_global else [])]
    return [
        *found,
        Call("bedrock:GetInferenceProfile", profile),
        *(Call(action, profile, guard) for action in INVOKE),
        *(
            Call(
                action,
                f"arn:aws:bedrock:{region}::foundation-model/{model.foundation_model_id}",
                {**guard, "bedrock:InferenceProfileArn": profile, "aws:RequestedRegion": region or "unspecified"},
            )
            for region in regions
            for action in INVOKE
        ),
    ]


def harness_role(cloud: Cloud, config: WorkshopConfig) -> list[Call]:
    """https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-security.html, for the public network."""
    in_memory = ("CreateEvent", "DeleteEvent", "GetEvent", "GetMemory", "ListEvents", "RetrieveMemoryRecords")
    traces = ("GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords", "PutTraceSegments")
    tokens = ("GetWorkloadAccessToken", "GetWorkloadAccessTokenForJWT", "GetWorkloadAccessTokenForUserId")
    directory = f"arn:aws:bedrock-agentcore:{cloud.region}:{ACCOUNT}:workload-identity-directory/default"
    memory = cloud.arn("AgentCore", "AWS::BedrockAgentCore::Memory", attribute="MemoryArn")
    gateway = cloud.arn("AgentCore", "AWS::BedrockAgentCore::Gateway", attribute="GatewayArn")
    logs = f"arn:aws:logs:{cloud.region}:{ACCOUNT}:log-group:/aws/bedrock-agentcore/runtimes/x"
    return [
        *model_calls(cloud, config, guarded=True),
        *calls(gateway, "bedrock-agentcore:InvokeGateway"),
        *calls(memory, *(f"bedrock-agentcore:{name}" for name in in_memory)),
        *calls(logs, "logs:CreateLogGroup", "logs:DescribeLogStreams", "logs:PutResourcePolicy", *WRITE_LOG),
        *calls(f"arn:aws:logs:{cloud.region}:{ACCOUNT}:log-group:*", "logs:DescribeLogGroups"),
        # ECR Public answers in one region only, wherever the workshop is.
        *calls("*", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken", aws__RequestedRegion="us-east-1"),
        *calls("*", *(f"xray:{name}" for name in traces)),
        *calls("*", "cloudwatch:PutMetricData", cloudwatch__namespace="bedrock-agentcore"),
        *calls(directory, *(f"bedrock-agentcore:{name}" for name in tokens)),
        *calls(
            f"{directory}/workload-identity/harness_{cloud.workshop_id.replace('-', '_')}-x1",
            *(f"bedrock-agentcore:{name}" for name in tokens),
        ),
    ]


def agent_role(cloud: Cloud, config: WorkshopConfig) -> list[Call]:
    """Bedrock Agents make calls of their own that name no guardrail; the agent itself carries it."""
    return [*model_calls(cloud, config, guarded=False), *calls(knowledge_base(cloud), "bedrock:Retrieve")]


def flow_log_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    group = cloud.arn("Studio", "AWS::Logs::LogGroup", "NetworkFlowLogs")
    return calls(group, "logs:DescribeLogStreams", *WRITE_LOG)


def teardown_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    """What the kinds of the teardown name, on what is the workshop's; and what a build needs."""
    here, mine = f"{cloud.region}:{ACCOUNT}", f"{cloud.workshop_id}-x"
    project = cloud.templates["Teardown"]["Resources"][cloud.find("Teardown", "AWS::CodeBuild::Project")]
    bucket, _, key = cloud.resolve("Teardown", project["Properties"]["Source"]["Location"]).partition("/")
    record = cloud.arn("Teardown", "AWS::S3::Bucket", "RunnerRecord")
    settings = (f"bedrock:{verb}ModelInvocationLoggingConfiguration" for verb in ("Put", "Delete"))
    return [
        *calls("*", *(action for pattern in looking() for action in matching(pattern)), *UNTAGGED, *settings),
        *(Call(action, "*", {"aws:ResourceTag/workshop:id": cloud.workshop_id}) for action in tagged()),
        *calls(
            f"arn:aws:iam::{ACCOUNT}:role/workshop/{cloud.workshop_id}/x",
            *(f"iam:{name}" for name in ("DeleteRole", "DeleteRolePolicy", "DetachRolePolicy")),
        ),
        *calls(
            f"arn:aws:iam::{ACCOUNT}:policy/workshop/{cloud.workshop_id}/x",
            *(f"iam:{name}" for name in ("DeletePolicy", "DeletePolicyVersion")),
        ),
        *calls(
            f"arn:aws:s3:::{mine}",
            *(f"s3:{name}" for name in ("DeleteBucket", "PutBucketPolicy", "ListBucket", "ListBucketVersions")),
            "s3:ListBucketMultipartUploads",
        ),
        *calls(
            f"arn:aws:s3:::{mine}/k",
            *(f"s3:{name}" for name in ("DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload")),
        ),
        *calls(
            f"arn:aws:s3vectors:{here}:bucket/{mine}",
            *(f"s3vectors:Delete{name}" for name in ("VectorBucket", "VectorBucketPolicy")),
        ),
        *calls(f"arn:aws:s3vectors:{here}:bucket/{mine}/index/docs", "s3vectors:DeleteIndex"),
        *calls(f"arn:aws:lambda:{here}:function:{mine}", "lambda:GetFunctionConfiguration"),
        *calls(f"arn:aws:ssm:{here}:parameter/workshop/{cloud.workshop_id}/x", "ssm:GetParameter"),
        *calls(f"arn:aws:s3:::{bucket}", "s3:GetBucketAcl", "s3:GetBucketLocation"),
        *calls(f"arn:aws:s3:::{bucket}/{key}", "s3:GetObject", "s3:GetObjectVersion"),
        *calls(f"{record}/journal.jsonl", "s3:GetObject", "s3:PutObject"),
        *calls(cloud.arn("Teardown", "AWS::SNS::Topic"), "sns:Publish"),
    ]


def teardown_schedule_role(cloud: Cloud, _: WorkshopConfig) -> list[Call]:
    project = cloud.name("Teardown", "AWS::CodeBuild::Project")
    return calls(f"arn:aws:codebuild:{cloud.region}:{ACCOUNT}:project/{project}", "codebuild:StartBuild")


DUTIES: Mapping[tuple[str, str], list[Duties]] = {
    **{
        (stack, "CustomS3AutoDelete"): [emptying(stack)]
        for stack in ("Audit", "Data", "Knowledge", "Studio", "Teardown")
    },
    ("InvocationLog", "InvocationLoggingRole"): [invocation_logging_writer],
    ("InvocationLog", "InvocationLoggingFunctionRole"): [
        invocation_logging_function,
        log_of("InvocationLog", "InvocationLoggingFunctionLogs"),
        with_key("lambda"),
    ],
    ("Knowledge", "OrganiserRole"): [organiser_role, with_key("s3")],
    ("Knowledge", "KnowledgeBaseRole"): [knowledge_base_role, with_key("s3")],
    ("Knowledge", "UploadRole"): [upload_role, log_of("Knowledge", "UploadLogs"), with_key("s3")],
    ("Knowledge", "SyncFunctionRole"): [sync_role, log_of("Knowledge", "SyncFunctionLogs"), with_key("lambda", "sqs")],
    ("Knowledge", "OpenSearchWaitFunctionRole"): [
        log_of("Knowledge", "OpenSearchWaitFunctionLogs"),
        with_key("lambda"),
    ],
    ("Data", "UploadRole"): [lab_upload_role, log_of("Data", "UploadLogs"), with_key("s3")],
    ("Inference", "EndpointRole"): [endpoint_role],
    ("Tools", "WorkshopDeskRole"): [desk_role, log_of("Tools", "WorkshopDeskLogs"), with_key("lambda", "dynamodb")],
    ("Tools", "LanguageRole"): [
        lambda *_: calls("*", "comprehend:DetectDominantLanguage", "translate:TranslateText"),
        log_of("Tools", "LanguageLogs"),
        with_key("lambda"),
    ],
    ("Tools", "PredictRole"): [predict_role, log_of("Tools", "PredictLogs"), with_key("lambda")],
    ("Tools", "DocumentSearchRole"): [
        lambda cloud, _: calls(knowledge_base(cloud), "bedrock:Retrieve"),
        log_of("Tools", "DocumentSearchLogs"),
        with_key("lambda"),
    ],
    ("AgentCore", "GatewayRole"): [gateway_role],
    ("AgentCore", "HarnessRole"): [harness_role, with_key("bedrock")],
    ("Web", "PageRole"): [page_role, log_of("Web", "PageLogs"), with_key("lambda", "dynamodb")],
    ("Web", "ChatRole"): [chat_role, log_of("Web", "ChatLogs"), with_key("lambda", "dynamodb")],
    ("BedrockAgent", "AgentRole"): [agent_role, with_key("bedrock")],
    ("Studio", "DefaultRole"): [],
    ("Studio", "NetworkFlowLogRole"): [flow_log_role],
    ("Teardown", "RunnerRole"): [teardown_role, log_of("Teardown", "RunnerLog")],
    ("Teardown", "ScheduleRole"): [teardown_schedule_role],
}
