"""What the attendees' policies and their boundary are about: one workshop's ARNs, and whose they are."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from contract import ATTENDEE_TAG, WORKSHOP_TAG

Document: TypeAlias = dict[str, Any]
"""An IAM policy document or statement as JSON; values may be CDK tokens."""

MAX_POLICY_CHARACTERS = 6_144
"""Of a managed policy without white space: "IAM and AWS STS quotas"."""

ATTENDEE = f"${{aws:PrincipalTag/{ATTENDEE_TAG}}}"
"""The attendee's name, such as `att-07`. IAM fills it in from the tag of the role that asks, which nobody can change
who is bound by the boundary; it is literal text there, so a `*` in it would be no wildcard."""

MAX_JOB_SECONDS = 3_600
INSTANCES = "sagemaker:InstanceTypes"


def attendee_role_path(workshop_id: str) -> str:
    """Path of the attendees' roles, below that of the workshop's."""
    return f"/workshop/{workshop_id}/attendees/"


def attendee_role_name(workshop_id: str, attendee: str) -> str:
    """Name of an attendee's role: part of the policies, and unique in an account that has two workshops."""
    return f"{workshop_id}-{attendee}"


@dataclass(frozen=True, kw_only=True)
class AttendeeScope:
    """One workshop as its attendees meet it. Strings may be CDK tokens."""

    partition: str
    region: str
    account_id: str
    workshop_id: str
    domain_id: str
    bucket_arn: str
    """The attendees' bucket; each has the prefix `<attendee>/`."""
    guardrail_arn: str
    guardrail_version: str
    """A number: DRAFT can be changed by whoever may update the guardrail."""
    guardrail_profile_arns: tuple[str, ...]
    """Of the cross-region guardrail profile, one for each region that it may route to."""
    foundation_model_id: str
    model_profile_arn: str | None
    """Cross-region inference profile that calls name; None where they name the foundation model of this region."""
    model_regions: tuple[str, ...]
    """Regions that the profile may route to, for a global one also an empty string; without a profile this one."""
    image_repository_arns: tuple[str, ...] = ()
    """Where the containers of jobs come from."""
    endpoint_arns: tuple[str, ...] = ()
    """Shared SageMaker endpoints that attendees may call."""
    knowledge_base_arns: tuple[str, ...] = ()
    agent_alias_arns: tuple[str, ...] = ()
    kms_key_arn: str | None = None
    """Customer key of the attendees' bucket and of their spaces' volumes; None means the services' own keys."""
    instance_types: tuple[str, ...] = ("ml.t3.medium", "ml.t3.large", "ml.m5.large", "ml.m5.xlarge")

    def sagemaker(self, *resources: str) -> list[str]:
        """ARNs of SageMaker resources in this account and region."""
        return [f"arn:{self.partition}:sagemaker:{self.region}:{self.account_id}:{resource}" for resource in resources]

    def foundation_model(self, region: str) -> str:
        """ARN of the foundation model in a region; `*` for all."""
        return f"arn:{self.partition}:bedrock:{region}::foundation-model/{self.foundation_model_id}"

    @property
    def spaces_and_apps(self) -> list[str]:
        """Everything that can be in the domain; whose it is, only the owner's profile tells."""
        return self.sagemaker(f"space/{self.domain_id}/*", f"app/{self.domain_id}/*")

    @property
    def own_jobs(self) -> list[str]:
        """Jobs whose name begins with the attendee's and a hyphen, which keeps `att-1` apart from `att-11`."""
        kinds = ("training-job", "processing-job", "hyper-parameter-tuning-job")
        return self.sagemaker(*(f"{kind}/{ATTENDEE}-*" for kind in kinds))

    @property
    def own_profile(self) -> str:
        """ARN of the attendee's profile in the domain."""
        return self.sagemaker(f"user-profile/{self.domain_id}/{ATTENDEE}")[0]

    @property
    def own_role(self) -> str:
        """ARN of the role of the attendee who makes the request."""
        name = attendee_role_name(self.workshop_id, ATTENDEE)
        return f"arn:{self.partition}:iam::{self.account_id}:role{attendee_role_path(self.workshop_id)}{name}"

    @property
    def own_objects(self) -> str:
        """ARN of the attendee's objects."""
        return f"{self.bucket_arn}/{ATTENDEE}/*"

    def log_group(self, name: str) -> str:
        """One of the groups that SageMaker writes to; their names cannot be chosen."""
        return f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:/aws/sagemaker/{name}:*"

    @property
    def own_tags(self) -> dict[str, str]:
        """The tags of a request: both, with the right values."""
        return {f"aws:RequestTag/{WORKSHOP_TAG}": self.workshop_id, f"aws:RequestTag/{ATTENDEE_TAG}": ATTENDEE}

    @property
    def of_workshop(self) -> dict[str, str]:
        """The tag of a resource: names are unique in a workshop only, and an account may have two."""
        return {f"aws:ResourceTag/{WORKSHOP_TAG}": self.workshop_id}

    @property
    def own_private_space(self) -> Document:
        """Condition on spaces and the apps in them ("Amazon SageMaker Studio: private spaces").

        Studio makes these itself and takes their tags from domain and profile, so they are confined to their parents.
        """
        return {
            "ArnEquals": {"sagemaker:OwnerUserProfileArn": self.own_profile},
            "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
        }

    @property
    def short_own_job(self) -> Document:
        """Condition on a job: tagged, on instances, short, without a warm pool to pay for or a shell to debug in."""
        return {
            "StringEquals": self.own_tags,
            "NumericLessThanEquals": {"sagemaker:MaxRuntimeInSeconds": str(MAX_JOB_SECONDS)},
            "Null": {INSTANCES: "false", "sagemaker:KeepAlivePeriod": "true"},
            "BoolIfExists": {"sagemaker:EnableRemoteDebug": "false"},
        }

    @property
    def small(self) -> Document:
        """Condition on everything that runs on instances. It is true of an absent key as well."""
        return {"ForAllValues:StringEquals": {INSTANCES: self.studio_instance_types}}

    @property
    def studio_instance_types(self) -> list[str]:
        """The allowed types, and Studio's own servers."""
        return ["system", *self.instance_types]

    @property
    def through_profile(self) -> Document:
        """Condition on a foundation model that only the profile may reach."""
        return {"ArnEquals": {"bedrock:InferenceProfileArn": self.model_profile_arn}}

    @property
    def tagged_while_created(self) -> Document:
        """Condition on AddTags: part of a creation, and with no other values than the own ones."""
        return {"Null": {"sagemaker:TaggingAction": "false"}, "StringEqualsIfExists": self.own_tags}

    @property
    def passed_to_sagemaker(self) -> Document:
        """Condition on iam:PassRole: the role goes to SageMaker only."""
        return {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}

    @property
    def guarded(self) -> dict[str, str]:
        """The guardrail that a model call names, by its number."""
        return {"bedrock:GuardrailIdentifier": f"{self.guardrail_arn}:{self.guardrail_version}"}

    @property
    def shared(self) -> dict[str, tuple[str, ...]]:
        """What all attendees may call, by action."""
        found = {
            "sagemaker:InvokeEndpoint": self.endpoint_arns,
            "bedrock:Retrieve": self.knowledge_base_arns,
            "bedrock:InvokeAgent": self.agent_alias_arns,
        }
        return {action: arns for action, arns in found.items() if arns}
