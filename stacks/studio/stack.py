"""Studio: the domain, and what each attendee has in it."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from contract import Output, StackName
from stacks.common.base import WorkshopStack
from stacks.common.bedrock_models import authorized_regions, chat_model_arn
from stacks.common.customer_key import CustomerKey
from stacks.common.roles import ServiceRole
from stacks.config import WorkshopConfig
from stacks.identity.scope import AttendeeScope
from stacks.safety.deployed import DeployedGuardrail
from stacks.studio.attendees import AttendeeBucket, Attendees
from stacks.studio.domain import StudioDomain
from stacks.studio.network import StudioNetwork


@dataclass(frozen=True)
class SharedWithAttendees:
    """What the rest of the workshop lets attendees call."""

    guardrail: DeployedGuardrail
    """Every model call names it."""
    knowledge_base: bedrock.CfnKnowledgeBase
    endpoint_arn: str | None
    """SageMaker endpoint; None where there is none."""


class StudioStack(WorkshopStack):
    """A SageMaker domain with a profile for each attendee."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: WorkshopConfig,
        shared: SharedWithAttendees,
        log_bucket: s3.IBucket,
        key: CustomerKey | None,
    ) -> None:
        """Create the stack.

        Args:
            shared: what attendees may call.
            log_bucket: receives access logs.
        """
        super().__init__(scope, StackName.STUDIO, config=config, description="SageMaker Studio and its attendees")
        workshop_id = config.workshop_id
        bucket = AttendeeBucket(self, "AttendeeBucket", log_bucket_name=log_bucket.bucket_name, key=key)
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
            network=StudioNetwork(self, "Network", workshop_id=workshop_id, key=key),
            default_role_arn=nobody.role_arn,
            key=key,
        )
        self.attendees = Attendees(
            self,
            "Attendees",
            workshop_id=workshop_id,
            names=config.attendee_names,
            domain=domain,
            scope_of_policies=self._scope_of_policies(config, domain, bucket, shared, key),
        )
        self.publish(Output.DOMAIN_ID, domain.attr_domain_id, "SageMaker domain")
        self.publish(
            Output.ATTENDEE_BUCKET_NAME, bucket.bucket_name, "Each attendee has a prefix of the attendee's name"
        )

    def _scope_of_policies(
        self,
        config: WorkshopConfig,
        domain: sagemaker.CfnDomain,
        bucket: s3.IBucket,
        shared: SharedWithAttendees,
        key: CustomerKey | None,
    ) -> AttendeeScope:
        guardrail = shared.guardrail
        model = config.chat_model
        account = config.region_data.xgboost_account
        return AttendeeScope(
            partition=self.partition,
            region=self.region,
            account_id=cdk.Aws.ACCOUNT_ID,
            workshop_id=config.workshop_id,
            domain_id=domain.attr_domain_id,
            bucket_arn=bucket.bucket_arn,
            guardrail_arn=guardrail.arn,
            guardrail_version=guardrail.version,
            guardrail_profile_arns=guardrail.profile_arns,
            foundation_model_id=model.foundation_model_id,
            model_profile_arn=chat_model_arn(model) if model.is_profile else None,
            model_regions=authorized_regions(model),
            image_repository_arns=(f"arn:{self.partition}:ecr:{self.region}:{account}:repository/sagemaker-xgboost",),
            endpoint_arns=(shared.endpoint_arn,) if shared.endpoint_arn else (),
            knowledge_base_arns=(shared.knowledge_base.attr_knowledge_base_arn,),
            kms_key_arn=key.arn if key else None,
        )
