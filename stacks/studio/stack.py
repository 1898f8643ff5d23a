"""Studio: the domain, and what each attendee has in it."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from contract import Output, StackName
from stacks.base import WorkshopStack
from stacks.checks.nag import acknowledge, nag_text
from stacks.config import WorkshopConfig
from stacks.roles import ServiceRole
from stacks.safety.deployed import DeployedGuardrail
from stacks.studio.attendees import AttendeeBucket, Attendees
from stacks.studio.domain import StudioDomain
from stacks.studio.network import StudioNetwork


class StudioStack(WorkshopStack):
    """A SageMaker domain with a profile for each attendee."""

    def __init__(
        self, scope: Construct, *, config: WorkshopConfig, guardrail: DeployedGuardrail, log_bucket: s3.IBucket
    ) -> None:
        """Args: guardrail: attendees call models only through it; log_bucket: receives access logs."""
        super().__init__(scope, StackName.STUDIO, config=config, description="SageMaker Studio and its attendees")
        workshop_id = config.workshop_id
        bucket = AttendeeBucket(self, "AttendeeBucket", log_bucket_name=log_bucket.bucket_name)
        nobody = ServiceRole(
            self,
            "DefaultRole",
            workshop_id=workshop_id,
            service="sagemaker.amazonaws.com",
            description="The domain must name a default role; this one may do nothing",
            statements={},
        )
        domain = StudioDomain(
            self,
            "Domain",
            workshop_id=workshop_id,
            network=StudioNetwork(self, "Network", workshop_id=workshop_id),
            default_role_arn=nobody.role_arn,
        )
        policy = iam.ManagedPolicy(
            self,
            "AttendeePolicy",
            statements=[
                iam.PolicyStatement(
                    actions=["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                    resources=[bucket.arn_for_objects("${aws:PrincipalTag/attendee}/*")],
                )
            ],
        )
        acknowledge(
            policy,
            f"AwsSolutions-IAM5[Resource::{nag_text(self, bucket.bucket_arn)}/<aws:PrincipalTag/attendee>/*]",
            "Each attendee's objects, under the prefix that the role's own tag names",
        )
        Attendees(
            self,
            "Attendees",
            workshop_id=workshop_id,
            names=config.attendee_names,
            domain=domain,
            policy=policy,
            boundary=policy,
        )
        self.publish(Output.DOMAIN_ID, domain.attr_domain_id, "SageMaker domain")
        self.publish(
            Output.ATTENDEE_BUCKET_NAME, bucket.bucket_name, "Each attendee has a prefix of the attendee's name"
        )
