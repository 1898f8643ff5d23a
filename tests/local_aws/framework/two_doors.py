"""Requests for any declared kind, made from the model alone; and what a model cannot say, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.framework import EmulatedKind, EmulatedResource, Owner, Params, StandIn, plant, sample
from local_aws.framework.validate import problems

REGION = "us-east-1"
ACCOUNT = "111122223333"
MODEL = "us.amazon.nova-lite-v1:0"
# Texts that fit the patterns of AWS's models; the first that fits is taken.
_TEXTS = (
    "xxx", "x1", "x" * 10, "X" * 10, "x" * 12, "x" * 20, "x" * 40, "x_x", "x0000000-0123456789", "d-xxxxxxxxxxxx",
    "1", "DRAFT", "subnet-0123456789abcdef0",
    "fs-0123456789abcdef0", "fsmt-0123456789abcdef0", "s3://bucket/x", "alias/x", "/x", "https://x.xx",
    "12345678-1234-1234-1234-123456789012", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/x:x",
    f"arn:aws:iam::{ACCOUNT}:role/x", "arn:aws:s3:::bucket-x",
    *(
        f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{path}"
        for path in ("workteam/private-crowd/x", "pipeline/x/execution/x", "model-package/x/1", "model/x")
    ),
    f"arn:aws:bedrock:{REGION}::foundation-model/x.x", f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:x/x",
)  # fmt: skip


@dataclass(frozen=True)
class Special:
    """What the model of a service does not say about one kind."""

    planted: Params = field(default_factory=dict)
    """Members that one has when it is planted."""
    key: Params = field(default_factory=dict)
    """Parts of the key that are not free."""
    beside: tuple[str, ...] = ()
    """Kinds of the same service that must be there; with parts of the key in common."""
    given: Mapping[str, Params] = field(default_factory=dict)
    """More members of requests, by operation; `None` takes a member out."""
    nameless: bool = False
    """True: no answer names it."""
    refuses: str = ""
    """Error code with which its deletion is always refused."""


_FILE_SYSTEM = "fs-0123456789abcdef0"
_SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 1}
_VARIANTS = [{"VariantName": "x", "ModelName": "xxx", "ServerlessConfig": _SERVERLESS}]
_POLICY = {"policy": '{"Rules": []}'}
_SCHEMA = {"mappings": {"properties": {"vector": {"type": "knn_vector", "dimension": 8}}}}
_LAMBDA = {
    "lambdaArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:x",
    "toolSchema": {"inlinePayload": [{"name": "x", "description": "x", "inputSchema": {"type": "object"}}]},
}
_EMBEDDING = {
    "type": "VECTOR",
    "vectorKnowledgeBaseConfiguration": {
        "embeddingModelArn": f"arn:aws:bedrock:{REGION}::foundation-model/cohere.embed-multilingual-v3"
    },
}
_PROFILE_ARN = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/{MODEL}"
_INDEX_ARN = f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/xxx/index/xxx"
SPECIAL: dict[tuple[str, str], Special] = {
    ("bedrock", "InferenceProfile"): Special(
        given={
            "CreateInferenceProfile": {"modelSource": {"copyFrom": _PROFILE_ARN}},
            "ListInferenceProfiles": {"typeEquals": "APPLICATION"},
        }
    ),
    ("bedrock-agent", "Agent"): Special(planted={"agentStatus": "PREPARED"}),
    ("bedrock-agent", "AgentKnowledgeBase"): Special(beside=("KnowledgeBase",)),
    ("bedrock-agent", "KnowledgeBase"): Special(
        given={
            "CreateKnowledgeBase": {
                "knowledgeBaseConfiguration": _EMBEDDING,
                "storageConfiguration": {"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": _INDEX_ARN}},
            }
        }
    ),
    ("bedrock-agent", "DataSource"): Special(
        planted={"dataDeletionPolicy": "RETAIN"},
        given={
            "CreateDataSource": {
                "dataDeletionPolicy": "RETAIN",
                "dataSourceConfiguration": {"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::bucket-x"}},
            }
        },
    ),
    ("bedrock-agentcore-control", "Harness"): Special(
        given={"CreateHarness": {"model": {"bedrockModelConfig": {"modelId": MODEL}}}}
    ),
    ("bedrock-agentcore-control", "GatewayTarget"): Special(
        given={
            "CreateGatewayTarget": {
                "targetConfiguration": {"mcp": {"lambda": _LAMBDA}},
                "credentialProviderConfigurations": [{"credentialProviderType": "GATEWAY_IAM_ROLE"}],
            }
        }
    ),
    ("cloudformation", "Stack"): Special(
        planted={"status": "CREATE_COMPLETE", "StackId": "xxx", "resources": []},
    ),
    ("ec2", "NetworkInterface"): Special(refuses="OperationNotPermitted"),
    ("efs", "MountTarget"): Special(
        planted={"FileSystemId": _FILE_SYSTEM},
        beside=("FileSystem",),
        given={"DescribeMountTargets": {"FileSystemId": _FILE_SYSTEM}},
    ),
    ("iam", "Role"): Special(planted={"Path": "/"}),
    ("logs", "LogStream"): Special(beside=("LogGroup",)),
    ("opensearchserverless", "SecurityPolicy"): Special(given={"CreateSecurityPolicy": _POLICY}),
    ("opensearchserverless", "AccessPolicy"): Special(given={"CreateAccessPolicy": _POLICY}),
    ("opensearchserverless", "Collection"): Special(
        given={"CreateCollection": {"encryptionConfig": {"aWSOwnedKey": True}}}
    ),
    ("opensearchserverless", "Index"): Special(given={"CreateIndex": {"indexSchema": _SCHEMA}}, nameless=True),
    ("sagemaker", "App"): Special(key={"SpaceName": ""}, given={"CreateApp": {"SpaceName": None}}),
    ("sagemaker", "FeatureGroup"): Special(
        given={
            "CreateFeatureGroup": {
                "RecordIdentifierFeatureName": "x1",
                "EventTimeFeatureName": "x2",
                "FeatureDefinitions": [{"FeatureName": name, "FeatureType": "String"} for name in ("x1", "x2")],
                "OnlineStoreConfig": {"EnableOnlineStore": True},
            }
        }
    ),
    ("sagemaker", "MlflowApp"): Special(
        key={"Arn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:mlflow-app/app-XXXXXXXXXXXX"}
    ),
    ("sagemaker", "ModelCard"): Special(given={"CreateModelCard": {"Content": "{}"}}),
    ("sagemaker", "ModelPackage"): Special(
        key={"ModelPackageArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/xxx/1"}
    ),
    ("sagemaker", "NotebookInstance"): Special(planted={"NotebookInstanceStatus": "Stopped"}),
    ("sagemaker", "Model"): Special(given={"CreateModel": {"PrimaryContainer": {"Image": "x"}}}),
    ("sagemaker", "EndpointConfig"): Special(
        planted={"ProductionVariants": _VARIANTS},
        beside=("Model",),
        given={"CreateEndpointConfig": {"ProductionVariants": _VARIANTS}},
    ),
    ("sagemaker", "Endpoint"): Special(beside=("EndpointConfig",)),
    ("sagemaker", "PipelineExecution"): Special(planted={"PipelineName": "xxx"}, beside=("Pipeline",)),
    ("sagemaker", "TransformJob"): Special(beside=("Model",), given={"CreateTransformJob": {"ModelName": "xxx"}}),
    ("secretsmanager", "Secret"): Special(given={"DeleteSecret": {"ForceDeleteWithoutRecovery": True}}),
}


def special(owner: StandIn, kind: EmulatedKind) -> Special:
    """The row of the table, or an empty one."""
    return SPECIAL.get((owner.service, kind.name), Special())


def operations(owner: StandIn, kind: EmulatedKind) -> dict[str, str]:
    """The operations on a kind that its stand-in does, whether the kind declares them or a method does them."""
    name = kind.name
    plurals = (f"{name}s", f"{name[:-1]}ies", f"{name}es")
    usual = {
        "create": (kind.create or f"Create{name}",),
        "list": (kind.list,) if kind.list else tuple(f"{v}{p}" for v in ("List", "Describe", "Get") for p in plurals),
        "get": (kind.get,) if kind.get else (f"Describe{name}", f"Get{name}"),
        "delete": (kind.delete or f"Delete{name}",),
    }
    found = {verb: next((each for each in names if each in owner.operations), "") for verb, names in usual.items()}
    return {verb: operation for verb, operation in found.items() if operation}


def planted(owner: StandIn, kind: EmulatedKind, known: Mapping[str, str] | None = None) -> EmulatedResource:
    """One of the kind, with its parents and what must be beside it."""
    known = surroundings(owner, kind) if known is None else known
    key = tuple(part(owner, kind, member, known) for member in kind.key)
    there = owner.store(REGION).get(kind.name, key)
    return there or plant(owner, kind.name, key, region=REGION, **special(owner, kind).planted)


def surroundings(owner: StandIn, kind: EmulatedKind) -> dict[str, str]:
    """Plant what the kind needs; the parts of its key that follow from it."""
    known: dict[str, str] = {}
    for name in (*kind.parents, *special(owner, kind).beside):
        other = owner.kind_of[name]
        if name in kind.parents and not set(other.key) <= set(kind.key):
            continue
        known |= surroundings(owner, other)
        record = planted(owner, other, known)
        known |= dict(zip(other.key, record.key, strict=True))
    return known


def part(owner: StandIn, kind: EmulatedKind, member: str, known: Mapping[str, str]) -> str:
    """A part of a key that all requests for the kind accept."""
    fixed = special(owner, kind).key
    if member in known or member in fixed:
        return str(fixed.get(member, known.get(member, "")))
    shapes = [
        shape
        for operation in operations(owner, kind).values()
        for name, shape in _members(owner, operation).items()
        if kind.params.get(name, name) == member and shape.type_name == "string"
    ]
    return next((text for text in (*_TEXTS, *(shapes[0].enum if shapes else ())) if _fits(text, shapes)), "")


def request(owner: StandIn, kind: EmulatedKind, verb: str, known: Mapping[str, str], arn: str = "") -> Params:
    """Parameters of the kind's operation: what the model requires, the parts of the key, and the table's row."""
    operation = operations(owner, kind)[verb]
    shapes = _members(owner, operation)
    shape = owner.model.operation_model(operation).input_shape
    required = shape.required_members if shape else ()
    parents = kind.key[:-1]
    params: Params = {}
    for name, each in shapes.items():
        member = kind.params.get(name, name)
        wanted = name in required or member in parents or (verb in ("get", "delete") and member in kind.key)
        if wanted and known.get(member) and each.type_name == "string" and _fits(known[member], [each]):
            params[name] = known[member]
        elif name in required:
            params[name] = arn if arn and name.lower().endswith("arn") else value(each)
    params |= special(owner, kind).given.get(operation, {})
    return {name: each for name, each in params.items() if each is not None}


def value(shape: Any) -> Any:
    """The smallest value that a request accepts."""
    if shape.type_name == "structure":
        union = getattr(shape, "is_tagged_union", False)
        names = list(shape.members)[:1] if union else shape.required_members
        return {name: value(shape.members[name]) for name in names}
    if shape.type_name == "list":
        return [value(shape.member) for _ in range(shape.metadata.get("min", 0))]
    if shape.type_name == "string" and not shape.enum:
        return next((text for text in _TEXTS if _fits(text, [shape])), f"add a text that fits {shape.metadata}")
    return sample(shape)


def _members(owner: Owner, operation: str) -> Mapping[str, Any]:
    shape = owner.model.operation_model(operation).input_shape
    members: Mapping[str, Any] = shape.members if shape else {}
    return members


def _fits(text: str, shapes: list[Any]) -> bool:
    return not any(problems(shape, text) for shape in shapes)
