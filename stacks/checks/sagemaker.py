"""Rules for SageMaker: endpoints that can be created, and a domain that stops and goes away."""

from collections.abc import Iterator
from typing import Any

from stacks.checks.rule import Context, Problem, Rule
from stacks.checks.template import Resource
from stacks.checks.values import get, is_intrinsic, known_text, number, objects

ENDPOINT_CONFIG = "AWS::SageMaker::EndpointConfig"
DOMAIN = "AWS::SageMaker::Domain"

SERVERLESS_MEMORY_MB = (1024, 2048, 3072, 4096, 5120, 6144)
MAX_CONCURRENCY = 200
FIXED_NAMES = {
    ENDPOINT_CONFIG: "EndpointConfigName",
    "AWS::SageMaker::Model": "ModelName",
}


def _variants(resource: Resource) -> Iterator[tuple[str, Any]]:
    for key in ("ProductionVariants", "ShadowProductionVariants"):
        for variant in objects(get(resource.properties, key)):
            yield known_text(get(variant, "VariantName")) or "?", variant


def check_serverless(resource: Resource, context: Context) -> Iterator[Problem]:
    """Sizes that serverless inference knows."""
    for name, variant in _variants(resource):
        memory = number(get(variant, "ServerlessConfig.MemorySizeInMB"))
        concurrency = number(get(variant, "ServerlessConfig.MaxConcurrency"))
        if memory is not None and memory not in SERVERLESS_MEMORY_MB:
            yield Problem(
                f"The serverless variant {name} has {memory} MB.",
                f"Use one of {', '.join(map(str, SERVERLESS_MEMORY_MB))} MB.",
            )
        if concurrency is not None and not 1 <= concurrency <= MAX_CONCURRENCY:
            yield Problem(
                f"The serverless variant {name} has MaxConcurrency {concurrency}.", f"Use 1 to {MAX_CONCURRENCY}."
            )


def check_variant(resource: Resource, context: Context) -> Iterator[Problem]:
    """A variant is serverless or runs on instances; serverless has no data capture."""
    kinds = set()
    for name, variant in _variants(resource):
        if is_intrinsic(get(variant, "ServerlessConfig")):
            continue
        has_serverless = get(variant, "ServerlessConfig") is not None
        has_instances = any(get(variant, key) is not None for key in ("InstanceType", "InitialInstanceCount"))
        kinds.add(has_serverless)
        if has_serverless and has_instances:
            yield Problem(
                f"The variant {name} has ServerlessConfig and instances.",
                "Keep ServerlessConfig, or InstanceType with InitialInstanceCount.",
            )
        if not has_serverless and get(variant, "InstanceType") is None:
            yield Problem(
                f"The variant {name} has neither ServerlessConfig nor InstanceType.",
                "Add ServerlessConfig, or InstanceType with InitialInstanceCount.",
            )
    if True in kinds and get(resource.properties, "DataCaptureConfig") is not None:
        yield Problem("A serverless endpoint has no data capture.", "Remove DataCaptureConfig, or use instances.")


def check_name(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every change replaces these resources, and a fixed name would collide with the predecessor's."""
    path = FIXED_NAMES[resource.type]
    if get(resource.properties, path) is not None:
        yield Problem(
            f"{path} is set, but every change replaces the resource and the name is taken until the old one is gone.",
            f"Remove {path}; CloudFormation makes one up.",
        )


def check_idle_shutdown(resource: Resource, context: Context) -> Iterator[Problem]:
    """Apps that nobody uses stop by themselves."""
    for app in ("JupyterLabAppSettings", "CodeEditorAppSettings"):
        path = f"DefaultUserSettings.{app}.AppLifecycleManagement.IdleSettings"
        idle = get(resource.properties, path)
        switch = get(idle, "LifecycleManagement")
        timeout = get(idle, "IdleTimeoutInMinutes")
        if switch is None or known_text(switch) == "DISABLED" or timeout is None:
            yield Problem(
                f"{app.removesuffix('AppSettings')} apps of this domain run, and cost, until somebody stops them.",
                f"Set {path} to LifecycleManagement ENABLED with IdleTimeoutInMinutes.",
                detail=app,
            )


def check_tag_propagation(resource: Resource, context: Context) -> Iterator[Problem]:
    """What attendees start in Studio must carry the workshop's tag, or teardown cannot prove whose it is."""
    value = get(resource.properties, "TagPropagation")
    if value is None or known_text(value) == "DISABLED":
        yield Problem(
            "What is started in this domain does not carry the workshop's tags.", "Set TagPropagation to ENABLED."
        )


def check_home_efs(resource: Resource, context: Context) -> Iterator[Problem]:
    """The domain's file system outlives the domain."""
    value = get(resource.properties, "HomeEfsFileSystemCreation")
    if value is None or known_text(value) == "Enabled":
        yield Problem(
            "The domain makes an EFS file system that stays behind when the domain is deleted.",
            "Set HomeEfsFileSystemCreation to Disabled.",
        )


_DOMAIN_PAGE = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-domain.html"
)

RULES = (
    Rule(
        "serverless-size",
        "A serverless variant has a size that SageMaker knows",
        "Creation fails: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-create-config.html",
        (ENDPOINT_CONFIG,),
        check_serverless,
    ),
    Rule(
        "variant-capacity",
        "A variant is serverless or has instances, not both and not neither",
        "Creation fails: https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
        (ENDPOINT_CONFIG,),
        check_variant,
    ),
    Rule(
        "sagemaker-fixed-name",
        "Models and endpoint configurations have no name of their own",
        "The next change fails with 'already exists': "
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-endpointconfig.html",
        tuple(FIXED_NAMES),
        check_name,
    ),
    Rule(
        "domain-idle-shutdown",
        "Studio apps stop when idle",
        "A forgotten notebook is billed until somebody notices: "
        "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html",
        (DOMAIN,),
        check_idle_shutdown,
    ),
    Rule(
        "domain-tag-propagation",
        "A domain hands its tags on",
        f"Teardown deletes by tag; what has none is left over, and billed: {_DOMAIN_PAGE}",
        (DOMAIN,),
        check_tag_propagation,
    ),
    Rule(
        "domain-home-efs",
        "A domain has no home file system",
        f"The file system and its security groups survive the domain, are billed and block the VPC: {_DOMAIN_PAGE}",
        (DOMAIN,),
        check_home_efs,
    ),
)
