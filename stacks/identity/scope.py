"""What the attendees' policy and their boundary are about: one workshop's ARNs, and whose they are."""

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

JOBS = ("training-job", "processing-job", "hyper-parameter-tuning-job")
MAX_JOB_SECONDS = 3_600


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
    model_arns: tuple[str, ...]
    """What calls name: cross-region inference profiles, or foundation models of this region."""
    routed_model_arns: tuple[str, ...] = ()
    """Foundation models that may be reached through those profiles and not directly, one for each region."""
    image_repository_arns: tuple[str, ...] = ()
    """Where the containers of jobs come from."""
    endpoint_arns: tuple[str, ...] = ()
    """Shared SageMaker endpoints that attendees may call."""
    knowledge_base_arns: tuple[str, ...] = ()
    agent_alias_arns: tuple[str, ...] = ()
    instance_types: tuple[str, ...] = ("ml.t3.medium", "ml.t3.large", "ml.m5.large", "ml.m5.xlarge")

    def sagemaker(self, *resources: str) -> list[str]:
        """ARNs of SageMaker resources in this account and region."""
        return [
            f"arn:{self.partition}:sagemaker:{self.region}:{self.account_id}:{resource}" for resource in resources
        ]

    @property
    def spaces_and_apps(self) -> list[str]:
        """Everything that can be in the domain; whose it is, only the owner's profile tells."""
        return self.sagemaker(f"space/{self.domain_id}/*", f"app/{self.domain_id}/*")

    @property
    def own_jobs(self) -> list[str]:
        """Jobs whose name begins with the attendee's and a hyphen, which keeps `att-1` apart from `att-11`."""
        return self.sagemaker(*(f"{kind}/{ATTENDEE}-*" for kind in JOBS))

    @property
    def own_profile(self) -> str:
        """ARN of the attendee's profile in the domain."""
        return self.sagemaker(f"user-profile/{self.domain_id}/{ATTENDEE}")[0]

    @property
    def own_role(self) -> str:
        """ARN of the attendee's role."""
        return f"arn:{self.partition}:iam::{self.account_id}:role/workshop/{self.workshop_id}/attendees/{ATTENDEE}"

    @property
    def own_objects(self) -> str:
        """ARN of the attendee's objects."""
        return f"{self.bucket_arn}/{ATTENDEE}/*"

    @property
    def log_groups(self) -> list[str]:
        """The groups that SageMaker writes to for jobs and Studio; their names cannot be chosen."""
        prefix = f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:/aws/sagemaker"
        return [f"{prefix}/{name}:*" for name in ("TrainingJobs", "ProcessingJobs", "studio")]

    @property
    def own_private_space(self) -> Document:
        """Condition keys that Studio sends for spaces and the apps in them ("Studio user permissions")."""
        return {
            "ArnEquals": {"sagemaker:OwnerUserProfileArn": self.own_profile},
            "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
        }

    @property
    def own_tags(self) -> dict[str, str]:
        """Condition on the tags of a request: both, with the right values."""
        return {f"aws:RequestTag/{WORKSHOP_TAG}": self.workshop_id, f"aws:RequestTag/{ATTENDEE_TAG}": ATTENDEE}

    @property
    def guarded(self) -> dict[str, str]:
        """Condition on a model call: it names the guardrail by its number."""
        return {"bedrock:GuardrailIdentifier": f"{self.guardrail_arn}:{self.guardrail_version}"}


def allow(sid: str, actions: list[str], resources: str | list[str], condition: Document | None = None) -> Document:
    """An Allow statement."""
    found: Document = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return {**found, "Condition": condition} if condition else found


def deny(sid: str, actions: str | list[str], condition: Document, resources: str | list[str] = "*") -> Document:
    """A conditional Deny statement."""
    return {"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": resources, "Condition": condition}


def document(statements: list[Document]) -> Document:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": statements}
