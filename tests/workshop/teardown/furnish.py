"""Fills an estate: what a deployment and its attendees leave behind, and what everybody else has in the account."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

from local_aws.account.identity import Iam
from local_aws.account.network import Ec2
from local_aws.account.platform import CloudFormation
from local_aws.account.storage import S3
from tests.workshop.teardown.estate import OURS, WORKSHOP, Estate

# Nearly, but not, the workshop's.
LOOKALIKES: tuple[dict[str, str], ...] = (
    {"Workshop:Id": WORKSHOP},
    {"workshop:ID": WORKSHOP},
    {"workshop-id": WORKSHOP},
    {"workshop:id": f"{WORKSHOP}0"},
    {"workshop:id": WORKSHOP[:-1]},
    {"workshop:id": WORKSHOP.upper()},
    {"workshop:id": ""},
    {"Name": WORKSHOP},
    {},
)
_PLAIN: tuple[tuple[str, str], ...] = (
    ("sagemaker", "Model"),
    ("sagemaker", "EndpointConfig"),
    ("sagemaker", "StudioLifecycleConfig"),
    ("sagemaker", "TrainingJob"),
    ("sagemaker", "ProcessingJob"),
    ("sagemaker", "HyperParameterTuningJob"),
    ("sagemaker", "MlflowTrackingServer"),
    ("sagemaker", "Experiment"),
    ("sagemaker", "ModelCard"),
    ("bedrock", "Guardrail"),
    ("bedrock-agentcore-control", "Memory"),
    ("bedrock-agentcore-control", "Harness"),
    ("bedrock-agentcore-control", "Browser"),
    ("opensearchserverless", "Collection"),
    ("dynamodb", "Table"),
    ("ecr", "Repository"),
    ("secretsmanager", "Secret"),
    ("lambda", "Function"),
    ("logs", "LogGroup"),
    ("kms", "Key"),
)


DOMAIN = "d-0a1b2c3d4e5f"


def studio(estate: Estate, vpc: str = "vpc-1") -> None:
    """A domain in a VPC, with what SageMaker makes for it."""
    estate.plant("ec2", "Vpc", vpc)
    domain = estate.plant("sagemaker", "Domain", DOMAIN, VpcId=vpc, DomainName="workshop")
    _adopt_home(estate, domain.arn)


OTHERS_LOGGING = {"cloudWatchConfig": {"logGroupName": "company", "roleArn": "arn:aws:iam::111122223333:role/company"}}
"""A setting that was there before the workshop."""


def borrow_logging(estate: Estate, before: dict[str, Any]) -> None:
    """The workshop's invocation logging is on, and what was there before is saved; nothing saved is nothing there."""
    role = f"arn:aws:iam::111122223333:role/workshop/{WORKSHOP}/logging"
    ours = {"cloudWatchConfig": {"logGroupName": "workshop", "roleArn": role}}
    estate.standins.call("bedrock", "PutModelInvocationLoggingConfiguration", loggingConfig=ours)
    estate.plant("ssm", "Parameter", f"/workshop/{WORKSHOP}/invocation-logging-before", Value=json.dumps(before))
    estate.mutations.clear()


def logging_now(estate: Estate) -> dict[str, Any]:
    """The account's setting."""
    answer = estate.standins.call("bedrock", "GetModelInvocationLoggingConfiguration")
    found: dict[str, Any] = answer.get("loggingConfig") or {}
    return found


def stack(estate: Estate, *resources: dict[str, Any], name: str = "Studio") -> None:
    """A stack of the workshop that holds these."""
    made = _the(estate, CloudFormation).stack(f"{WORKSHOP}-{name}", OURS, list(resources))
    estate.keep("cloudformation", made)


def held(physical: str, kind: str, service: str = "", operation: str = "", **params: Any) -> dict[str, Any]:
    """A resource of a stack, and how the stack deletes it; without an operation it just goes."""
    entry = {"LogicalResourceId": kind.rpartition(":")[2], "PhysicalResourceId": physical, "ResourceType": kind}
    return {**entry, "delete": (service, operation, params)} if service else entry


OWN_STACK = f"{WORKSHOP}-Teardown"
RECORD_BUCKET = f"{WORKSHOP}-teardown-record"


def own_stack(estate: Estate) -> None:
    """The stack that the teardown runs in: the newest, with one resource of each kind that it has in the app."""
    estate.sleep(60)
    estate.plant("s3", "Bucket", RECORD_BUCKET)
    estate.plant("secretsmanager", "Secret", "net")
    estate.plant("logs", "LogGroup", "/own/log")
    estate.keep("iam", _the(estate, Iam).role("runner", f"/workshop/{WORKSHOP}/", OURS))
    stack(
        estate,
        held(RECORD_BUCKET, "AWS::S3::Bucket"),
        held(
            "net",
            "AWS::SecretsManager::Secret",
            "secretsmanager",
            "DeleteSecret",
            SecretId="net",
            ForceDeleteWithoutRecovery=True,
        ),
        held("/own/log", "AWS::Logs::LogGroup", "logs", "DeleteLogGroup", logGroupName="/own/log"),
        held("runner", "AWS::IAM::Role", "iam", "DeleteRole", RoleName="runner"),
        name="Teardown",
    )


def furnish(estate: Estate, seed: int, attendees: int = 3) -> None:
    """A random mix; every seed is another."""
    dice = random.Random(seed)  # noqa: S311
    _deployment(estate, dice)
    for number in range(attendees):
        _attendee(estate, dice, f"att-{number:02d}")
    for number in range(dice.randint(4, 20)):
        _foreigner(estate, dice, number)


def _deployment(estate: Estate, dice: random.Random) -> None:
    ec2, iam = _the(estate, Ec2), _the(estate, Iam)
    vpc = estate.plant("ec2", "Vpc", "vpc-1")
    domain = estate.plant("sagemaker", "Domain", DOMAIN, VpcId=vpc.key[0], DomainName="workshop")
    _adopt_home(estate, domain.arn)
    role = iam.role(f"{WORKSHOP}-attendee", f"/workshop/{WORKSHOP}/", OURS, Attached=["arn:aws:iam::aws:policy/X"],
                    Inline=["inline"])  # fmt: skip
    estate.keep("iam", role)
    knowledge_base(estate, "KBWORKSHOP")
    bucket = estate.plant("s3", "Bucket", f"{WORKSHOP}-documents")
    fill_bucket(estate, bucket.key[0], dice.randint(0, 7), dice.randint(0, 2), dice.randint(0, 1))
    if dice.random() < 0.5:
        ec2.hold("us-east-1", vpc.key[0], [], dice.randint(0, 600), "AWS Lambda VPC ENI-x")
    key = estate.plant("kms", "Key", "1111-2222")
    estate.plant("kms", "Alias", f"alias/{WORKSHOP}", TargetKeyId=key.key[0], tags={})
    resources: list[dict[str, Any]] = [
        held(domain.key[0], "AWS::SageMaker::Domain", "sagemaker", "DeleteDomain", DomainId=domain.key[0]),
        held(vpc.key[0], "AWS::EC2::VPC", "ec2", "DeleteVpc", VpcId=vpc.key[0]),
    ]
    if dice.random() < 0.5:
        resources.append(held(bucket.key[0], "AWS::S3::Bucket", "s3", "DeleteBucket", Bucket=bucket.key[0]))
    stack(estate, *resources)


def knowledge_base(estate: Estate, name: str, policy: str = "DELETE", own: bool = True) -> None:
    """A knowledge base over S3 Vectors with one data source."""
    bucket = estate.plant("s3vectors", "VectorBucket", f"vectors-{name.lower()}", own=own)
    index = estate.plant("s3vectors", "Index", bucket.key[0], "docs", own=own, dimension=8)
    storage = {"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": index.arn}}
    configuration = {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": "arn:aws:bedrock:x"}}
    estate.plant("bedrock-agent", "KnowledgeBase", name, own=own, name=name, storageConfiguration=storage,
                 knowledgeBaseConfiguration=configuration)  # fmt: skip
    source = {"type": "S3", "s3Configuration": {"bucketArn": "arn:aws:s3:::documents-bucket"}}
    estate.plant("bedrock-agent", "DataSource", name, f"DS{name[2:]}", own=own, tags={}, name="documents",
                 dataDeletionPolicy=policy, dataSourceConfiguration=source)  # fmt: skip


def fill_bucket(estate: Estate, bucket: str, versions: int, markers: int, uploads: int) -> None:
    """Objects, delete markers, unfinished uploads."""
    s3 = _the(estate, S3)
    for number in range(versions + markers):
        s3.put("us-east-1", bucket, f"docs/{number}", marker=number >= versions)
    for number in range(uploads):
        s3.uploads.setdefault(bucket, []).append({"Key": f"big/{number}", "UploadId": f"u{number}"})


def _adopt_home(estate: Estate, domain: str, own: bool = True) -> None:
    """What SageMaker made for a domain is whose the domain is."""
    for service in ("efs", "ec2"):
        for _, record in estate.standins[service].records():
            if domain in record.tags.values():
                estate.keep(service, record, own)
    systems = {record.key[0] for _, record in estate.standins["efs"].records() if domain in record.tags.values()}
    for _, record in estate.standins["efs"].records():
        if record.get("FileSystemId") in systems and record.kind.name == "MountTarget":
            estate.keep("efs", record, own)


def _attendee(estate: Estate, dice: random.Random, name: str) -> None:
    domain = DOMAIN
    estate.plant("sagemaker", "UserProfile", domain, name, tags={})
    works: tuple[tuple[float, Callable[[], object]], ...] = (
        (0.8, lambda: _lab(estate, domain, name)),
        (0.5, lambda: estate.plant("sagemaker", "App", domain, name, "", "JupyterServer", "default", tags={})),
        (0.6, lambda: _endpoint(estate, dice, name)),
        (0.4, lambda: _notebook(estate, dice, name)),
        (0.5, lambda: _pipeline(estate, dice, name)),
        (0.4, lambda: _registered_model(estate, name)),
        (0.3, lambda: feature_group(estate, f"{name}-features")),
        (0.4, lambda: _agent(estate, f"AGENT000{name[-2:]}")),
        (0.4, lambda: _runtime(estate, f"rt_{name[-2:]}")),
        (0.3, lambda: _experiment(estate, name)),
    )
    for chance, work in works:
        if dice.random() < chance:
            work()
    for service, kind in dice.sample(_PLAIN, 5):
        _plain(estate, dice, service, kind, f"{name}-{kind.lower()}", own=True)


def _lab(estate: Estate, domain: str, name: str) -> None:
    estate.plant("sagemaker", "Space", domain, f"{name}-lab", tags={})
    estate.plant("sagemaker", "App", domain, "", f"{name}-lab", "JupyterLab", "default", tags={})


def _notebook(estate: Estate, dice: random.Random, name: str) -> None:
    status = dice.choice(("InService", "Stopped", "Failed"))
    estate.plant("sagemaker", "NotebookInstance", f"{name}-nb", NotebookInstanceStatus=status)


def _registered_model(estate: Estate, name: str) -> None:
    estate.plant("sagemaker", "ModelPackageGroup", f"{name}-models")
    arn = f"arn:aws:sagemaker:us-east-1:{estate.world.account}:model-package/{name}-models/1"
    estate.plant("sagemaker", "ModelPackage", f"{name}-models", arn, tags={})


def _experiment(estate: Estate, name: str) -> None:
    estate.plant("sagemaker", "Trial", f"{name}-trial")
    estate.plant("sagemaker", "TrialComponent", f"{name}-part", Trials=[f"{name}-trial"])


def _plain(estate: Estate, dice: random.Random, service: str, kind: str, name: str, own: bool, **more: Any) -> None:
    if kind.endswith("Job") and kind in ("TrainingJob", "ProcessingJob", "HyperParameterTuningJob"):
        more[f"{kind}Status"] = dice.choice(("InProgress", "Completed", "Failed", "Stopped"))
    if kind == "Browser":
        more["type"] = "CUSTOM"
    estate.plant(service, kind, identifier(kind, name), own=own, **more)


def identifier(kind: str, name: str) -> str:
    """`name` in the form that the service's model asks of such an id."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if kind in ("Guardrail", "Collection"):
        return plain
    if kind in ("Memory", "Harness", "Browser", "AgentRuntime"):
        return f"x{plain[-20:]}-{plain:0>10.10}"
    return name


def _endpoint(estate: Estate, dice: random.Random, name: str) -> None:
    estate.plant("sagemaker", "Endpoint", f"{name}-ep", EndpointConfigName=f"{name}-ec")
    estate.plant("logs", "LogGroup", f"/aws/sagemaker/Endpoints/{name}-ep", tags={})
    if dice.random() < 0.5:
        estate.plant("sagemaker", "MonitoringSchedule", f"{name}-watch", EndpointName=f"{name}-ep")
    if dice.random() < 0.3:
        estate.plant("sagemaker", "InferenceComponent", f"{name}-ic", EndpointName=f"{name}-ep")


def _pipeline(estate: Estate, dice: random.Random, name: str) -> None:
    estate.plant("sagemaker", "Pipeline", f"{name}-pl")
    for number in range(dice.randint(0, 2)):
        arn = f"arn:aws:sagemaker:us-east-1:{estate.world.account}:pipeline/{name}-pl/execution/{number}"
        status = dice.choice(("Executing", "Succeeded"))
        estate.plant("sagemaker", "PipelineExecution", arn, tags={}, PipelineName=f"{name}-pl",
                     PipelineExecutionStatus=status)  # fmt: skip
        # A record of a run goes with its pipeline, and is nothing by itself.
        estate.own.pop()


def feature_group(estate: Estate, name: str, own: bool = True) -> None:
    """With an offline store in a bucket that is not the workshop's."""
    if estate.standins["s3"].store("us-east-1").get("Bucket", ("company-lake",)) is None:
        estate.plant("s3", "Bucket", "company-lake", own=False)
        fill_bucket(estate, "company-lake", 3, 1, 0)
    uri = f"s3://company-lake/features/{name}-1795/data"
    store = {
        "S3StorageConfig": {"S3Uri": "s3://company-lake/features", "ResolvedOutputS3Uri": uri},
        "DataCatalogConfig": {
            "Catalog": "x",
            "Database": "sagemaker_featurestore",
            "TableName": name.replace("-", "_"),
        },
    }
    estate.plant("sagemaker", "FeatureGroup", name, own=own, OfflineStoreConfig=store)
    tables = estate.standins["glue"].store("us-east-1").all("Table")
    estate.keep("glue", next(each for each in tables if each.key[1] == name.replace("-", "_")), own)


def _agent(estate: Estate, name: str) -> None:
    estate.plant("bedrock-agent", "Agent", name, agentName=name.lower())
    estate.plant("bedrock-agent", "AgentAlias", name, f"AL{name[2:]}", tags={}, agentAliasName="live")
    estate.plant("bedrock-agent", "AgentAlias", name, "TSTALIASID", tags={}, agentAliasName="test")
    # Goes with the agent, and cannot be deleted by itself.
    estate.own.pop()


def _runtime(estate: Estate, name: str) -> None:
    service, name = "bedrock-agentcore-control", f"{name}-abcdefghij"
    estate.plant(service, "AgentRuntime", name)
    for endpoint in ("DEFAULT", "prod"):
        estate.plant(service, "AgentRuntimeEndpoint", name, endpoint, tags={})
    estate.plant(service, "WorkloadIdentity", f"wi-{name}", linked=name)
    estate.plant("logs", "LogGroup", f"/aws/bedrock-agentcore/runtimes/{name}-DEFAULT", tags={})


def _foreigner(estate: Estate, dice: random.Random, number: int) -> None:
    service, kind = dice.choice(_PLAIN)
    tags = dice.choice(LOOKALIKES)
    name = dice.choice((f"other-{number}", f"{WORKSHOP}0-{number}", f"{WORKSHOP[:-1]}-{number}"))
    more: dict[str, Any] = {"type": "CUSTOM"} if kind == "Browser" else {}
    estate.plant(service, kind, identifier(kind, name), own=False, tags=tags, **more)
    if dice.random() < 0.2:
        domain = estate.plant("sagemaker", "Domain", f"d-ffff{number:08d}", own=False, tags=tags, VpcId="vpc-other")
        _adopt_home(estate, domain.arn, own=False)
        estate.plant("sagemaker", "UserProfile", domain.key[0], "att-00", own=False)
        estate.plant("sagemaker", "App", domain.key[0], "att-00", "", "JupyterServer", "default", own=False)
    if dice.random() < 0.2:
        iam = _the(estate, Iam)
        role = iam.role(f"other-{number}", dice.choice((f"/workshop/{WORKSHOP}0/", "/", f"/workshop/{WORKSHOP}")), {})
        estate.keep("iam", role, own=False)
    if dice.random() < 0.2:
        knowledge_base(estate, f"KBOTHER{number:03d}", own=False)


def _the(estate: Estate, kind: type[Any]) -> Any:
    return estate.standins[kind.service]
