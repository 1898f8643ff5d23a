"""What IAM has to allow so that a teardown can work: the actions behind the operations that the kinds name.

Run `python -m workshop.teardown.kinds.permissions > stacks/teardown/permissions.toml` after a change of kinds.
Names and condition keys are those of the service authorization reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from workshop.teardown.kinds import KINDS
from workshop.teardown.kinds.check import ServiceModels
from workshop.teardown.kinds.kind import Tagged

# Read by hooks and by verification; kinds do not name them.
_READ_BESIDES = (
    "bedrock:get_model_invocation_logging_configuration",
    "bedrock-agent:list_agent_collaborators",
    "cloudformation:list_stack_resources",
    "cloudfront:get_distribution_config",
    "ec2:describe_regions",
    "events:list_targets_by_rule",
    "iam:list_attached_role_policies",
    "iam:list_instance_profiles_for_role",
    "iam:list_policy_versions",
    "iam:list_role_policies",
    "glue:get_job_runs",
    "glue:get_tables",
    "resourcegroupstaggingapi:get_resources",
    "s3:list_multipart_uploads",
    "s3vectors:get_vector_bucket_policy",
    "sagemaker:describe_inference_experiment",
    "sagemaker:list_associations",
)
# Operations that IAM calls otherwise, and the service prefix where it is not the one that requests are signed for.
_OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "apigateway:DeleteRestApi": ("apigateway:DELETE",),
    "apigateway:GetRestApi": ("apigateway:GET",),
    "apigateway:GetRestApis": ("apigateway:GET",),
    "budgets:DeleteBudget": ("budgets:ModifyBudget",),
    "budgets:DescribeBudget": ("budgets:ViewBudget",),
    "budgets:DescribeBudgets": ("budgets:ViewBudget",),
    "s3:DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3:HeadBucket": ("s3:ListBucket",),
    "s3:ListBuckets": ("s3:ListAllMyBuckets",),
    "s3:ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3:ListObjectVersions": ("s3:ListBucketVersions",),
}
_PREFIX = {"monitoring": "cloudwatch", "tagging": "tag"}

LOOK_BY_NAME: Mapping[str, str] = {
    "lambda:GetFunctionConfiguration": "tells the environment of a function",
    "s3:ListBucket": "tells the names of objects",
    "s3:ListBucketMultipartUploads": "tells the names of objects",
    "s3:ListBucketVersions": "tells the names of objects",
    "ssm:GetParameter": "tells the value of a parameter",
}
"""Reads of content. They are asked of the workshop's own only, and those have names that IAM can tell."""

# More than a hundred, of which some are not yet in the authorization reference; none of them tells content.
_ANY_SAGEMAKER = ("sagemaker:Describe", "sagemaker:List")

NAMED: Mapping[str, str] = {
    "iam": "by the path of the workshop's roles and policies",
    "s3": "by the names that CloudFormation gives to the buckets of the workshop's stacks",
    "s3vectors": "by names that begin with the workshop's id",
}
"""Services whose resources IAM tells by their ARN: the tag is no condition there, or only if the bucket says so."""

UNTAGGED: Mapping[str, str] = {
    "bedrock:DeleteAgentAlias": "attendees make aliases without tags; their agent has one",
    "bedrock:DeleteFlowAlias": "attendees make aliases without tags; their flow has one",
    "bedrock-agentcore:DeleteAgentRuntimeEndpoint": "is asked for the endpoint too, which may have no tag",
    "bedrock-agentcore:DeleteHarnessEndpoint": "is asked for the endpoint too, which may have no tag",
    "logs:DeleteLogGroup": "services make log groups without tags",
    "logs:DeleteLogStream": "streams have no tags",
    "sagemaker:DeleteApp": "the default app of a profile has no tag",
    "sagemaker:DeleteAssociation": "is asked for both ends",
    "sagemaker:DeleteModelPackage": "versions in a group have no tags",
    "sagemaker:DisassociateTrialComponent": "is asked for both ends",
    "sagemaker:StopPipelineExecution": "executions have no tags",
}
"""Changes of what may be the workshop's without a tag: IAM only keeps them away from what another workshop tagged."""

LEFT_OUT: Mapping[str, str] = {
    "aoss": "knows no tags as a condition; the Knowledge stack removes its own",
    "application-autoscaling": "knows no tags as a condition, and attendees may not scale endpoints",
    "bedrock-agentcore:DeletePolicy": "is asked for the policy too, which has no tag, and attendees may not make one",
    "bedrock:DeleteEnforcedGuardrailConfiguration": "a setting of the account, which the workshop never makes",
    "bedrock:DeleteMarketplaceModelEndpoint": "knows no tags as a condition, and attendees may not make one",
    "budgets": "knows no tags as a condition; the Audit stack removes its own",
    "cloudwatch:DeleteDashboards": "the workshop makes none",
    "ec2": "the Studio stack removes its own; what else is in its network belongs to AWS until it is released",
    "elasticfilesystem": "the workshop's domain has no file system",
    "glue": "tables of a feature store have no tags; deleting them asks for the database, which is the account's",
    "kms:DeleteAlias": "is asked for the alias too, which has no tag; the Encryption stack removes its own",
    "logs:DeleteDeliverySource": "is asked for the destination, which the workshop does not make",
    "sagemaker:DeleteInferenceRouter": "not in the authorization reference yet",
    "sagemaker:DeleteMlflowTrackingServer": "knows no tags as a condition, and attendees may not make one",
    "secretsmanager": "the service makes and removes the secrets of credential providers",
}
"""Actions, and services, that are not granted, each with the reason. What would need one is left, and reported."""


def looking() -> list[str]:
    """Actions that only read, and no content; patterns for SageMaker."""
    named = [operation for kind in KINDS.values() for operation in _reads_of(kind.name)]
    found = [action for action in _actions([*named, *_READ_BESIDES]) if action not in LOOK_BY_NAME]
    return [
        *(action for action in found if not action.startswith(_ANY_SAGEMAKER)),
        *(f"{each}*" for each in _ANY_SAGEMAKER),
    ]


def removing() -> list[str]:
    """Actions that stop, delete or change something."""
    return _actions(f"{service}:{name}" for kind in KINDS.values() for service, name in kind.mutations())


def tagged() -> list[str]:
    """Changes that IAM can confine to what carries the workshop's tag."""
    return [action for action in removing() if not any(_in(action, group) for group in (NAMED, UNTAGGED, LEFT_OUT))]


def _in(action: str, group: Mapping[str, str]) -> bool:
    return action in group or action.partition(":")[0] in group


def _reads_of(name: str) -> Iterator[str]:
    kind = KINDS[name]
    yield f"{kind.service}:{kind.find.operation}"
    if kind.describe:
        yield f"{kind.service}:{kind.describe.call.operation}"
    for proof in kind.proofs:
        if isinstance(proof, Tagged):
            yield f"{proof.service or kind.service}:{proof.call.operation}"


def _actions(operations: Iterable[str]) -> list[str]:
    return sorted({action for operation in operations for action in _action(operation)}, key=str.lower)


def _action(operation: str) -> tuple[str, ...]:
    service, _, method = operation.partition(":")
    return action_of(service, _models().service(service)[1][method])


def action_of(service: str, operation: str) -> tuple[str, ...]:
    """What IAM calls an operation of a service of boto3, both by their own names."""
    signed = str(_models().service(service)[0].signing_name)
    action = f"{_PREFIX.get(signed, signed)}:{operation}"
    return _OTHERWISE.get(action, (action,))


@cache
def _models() -> ServiceModels:
    return ServiceModels()


def as_toml() -> str:
    """The content of `stacks/teardown/permissions.toml`."""
    lines = [
        "# Written by `python -m workshop.teardown.kinds.permissions` from the kinds that teardown knows; see there."
    ]
    for name, actions in (("look", looking()), ("tagged", tagged()), ("untagged", sorted(UNTAGGED))):
        lines += ["", f"{name} = [", *(f'  "{action}",' for action in actions), "]"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.stdout.write(as_toml())
