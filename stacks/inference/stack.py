"""Inference: the model of `ml/`, served."""

from constructs import Construct

from contract import Output, StackName
from stacks.common.base import WorkshopStack
from stacks.common.customer_key import CustomerKey
from stacks.config import WorkshopConfig
from stacks.inference.endpoint import ModelEndpoint


class InferenceStack(WorkshopStack):
    """One endpoint, serverless unless the configuration asks for an instance."""

    def __init__(self, scope: Construct, *, config: WorkshopConfig, key: CustomerKey | None) -> None:
        """Create the stack.

        Args:
            config: region, kind of endpoint, instance type.
        """
        super().__init__(scope, StackName.INFERENCE, config=config, description="SageMaker endpoint with XGBoost")
        region = config.region_data
        endpoint = ModelEndpoint(
            self,
            "Endpoint",
            workshop_id=config.workshop_id,
            image=region.xgboost_image,
            image_account=region.xgboost_account,
            kind=config.endpoint.kind,
            instance_type=config.endpoint.instance_type,
            key=key,
        )
        self.endpoint_arn = endpoint.resource.ref
        self.endpoint_name = endpoint.resource.attr_endpoint_name
        self.publish(Output.ENDPOINT_NAME, self.endpoint_name, "Answers a CSV row with a probability")
