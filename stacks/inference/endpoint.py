"""The workshop's XGBoost model behind a SageMaker endpoint."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from stacks.common.acknowledge import acknowledge, nag_text
from stacks.common.customer_key import CustomerKey
from stacks.common.functions import ROOT
from stacks.common.roles import ServiceRole
from stacks.config import EndpointKind

MODEL_ARTIFACT = ROOT / "ml" / "model.tar.gz"
SERVERLESS_MEMORY_MB = 2048
SERVERLESS_CONCURRENCY = 2
VARIANT = "AllTraffic"


class ModelEndpoint(Construct):
    """Model, endpoint configuration and endpoint.

    None of them has a name of its own: a configuration cannot be changed, only replaced.
    https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        image: str,
        image_account: str,
        kind: EndpointKind,
        instance_type: str,
        key: CustomerKey | None,
    ) -> None:
        """Create the endpoint.

        Args:
            image: URI of the AWS-managed XGBoost image of this region.
            image_account: AWS's registry account that holds the image.
            instance_type: only for a real-time endpoint, such as `ml.m5.large`.
            key: encrypts the volume of a real-time endpoint's instance.
        """
        super().__init__(scope, construct_id)
        artifact = s3_assets.Asset(self, "Artifact", path=str(MODEL_ARTIFACT))
        role = self._role(workshop_id, artifact, image_account)
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=role.role_arn,
            # Only image and data: without an entry script the container runs XGBoost's own algorithm mode.
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=image, model_data_url=artifact.s3_object_url
            ),
        )
        model.node.add_dependency(role)
        configuration = sagemaker.CfnEndpointConfig
        variant = (
            configuration.ProductionVariantProperty(
                variant_name=VARIANT,
                model_name=model.attr_model_name,
                initial_variant_weight=1,
                serverless_config=configuration.ServerlessConfigProperty(
                    memory_size_in_mb=SERVERLESS_MEMORY_MB, max_concurrency=SERVERLESS_CONCURRENCY
                ),
            )
            if kind is EndpointKind.SERVERLESS
            else configuration.ProductionVariantProperty(
                variant_name=VARIANT,
                model_name=model.attr_model_name,
                initial_variant_weight=1,
                initial_instance_count=1,
                instance_type=instance_type,
            )
        )
        config = configuration(
            self,
            "Configuration",
            production_variants=[variant],
            # A serverless endpoint has no volume of its own to encrypt.
            kms_key_id=key.arn if key and kind is EndpointKind.REAL_TIME else None,
        )
        self.resource = sagemaker.CfnEndpoint(self, "Endpoint", endpoint_config_name=config.attr_endpoint_config_name)

    def _role(self, workshop_id: str, artifact: s3_assets.Asset, image_account: str) -> ServiceRole:
        stack = cdk.Stack.of(self)
        repository = f"arn:{stack.partition}:ecr:{stack.region}:{image_account}:repository/sagemaker-xgboost"
        log_group = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name="/aws/sagemaker/Endpoints/*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        role = ServiceRole(
            self,
            "Role",
            workshop_id=workshop_id,
            service="sagemaker.amazonaws.com",
            description="SageMaker pulls the image and the model and writes the endpoint's log",
            statements={
                "ReadModel": [
                    iam.PolicyStatement(
                        actions=["s3:GetObject"],
                        resources=[artifact.bucket.arn_for_objects(artifact.s3_object_key)],
                    )
                ],
                "PullImage": [
                    iam.PolicyStatement(
                        actions=[
                            "ecr:BatchCheckLayerAvailability",
                            "ecr:BatchGetImage",
                            "ecr:GetDownloadUrlForLayer",
                        ],
                        resources=[repository],
                    ),
                    # This action does not support resource-level permissions:
                    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
                    iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
                ],
                "Log": [
                    # SageMaker names the group after the endpoint, whose name CloudFormation makes.
                    iam.PolicyStatement(
                        actions=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                        resources=[log_group],
                    )
                ],
            },
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            "ecr:GetAuthorizationToken does not support resource-level permissions",
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::{nag_text(stack, log_group)}]",
            "SageMaker names the log group after the endpoint, whose name CloudFormation makes",
        )
        return role
