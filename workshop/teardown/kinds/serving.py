"""SageMaker hosting: endpoints, what they are made of, and what watches them."""

# fmt: off
from workshop.teardown.kinds import hooks
from workshop.teardown.kinds.kind import Cost, Describe, Kind, Linked, Lister, Trace, call
from workshop.teardown.kinds.tags import SAGEMAKER


def _job_definition(name: str, noun: str, cfn: str) -> Kind:
    """The four kinds of monitoring job definition differ in their names only."""
    return Kind(
        name=name, service="sagemaker", find=Lister(f"list_{noun}_job_definitions", "JobDefinitionSummaries"),
        id="MonitoringJobDefinitionName", arn="MonitoringJobDefinitionArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call(f"describe_{noun}_job_definition", JobDefinitionName="{id}")),
        delete=call(f"delete_{noun}_job_definition", JobDefinitionName="{id}"), after=("sm-monitoring-schedule",),
        cfn=f"AWS::SageMaker::{cfn}JobDefinition",
    )


KINDS = (
    Kind(
        name="sm-monitoring-schedule", service="sagemaker",
        find=Lister("list_monitoring_schedules", "MonitoringScheduleSummaries"),
        id="MonitoringScheduleName", arn="MonitoringScheduleArn", created="CreationTime",
        status="MonitoringScheduleStatus", proofs=(SAGEMAKER,), cost=Cost.HOURLY,
        describe=Describe(call("describe_monitoring_schedule", MonitoringScheduleName="{id}")),
        delete=call("delete_monitoring_schedule", MonitoringScheduleName="{id}"),
        cfn="AWS::SageMaker::MonitoringSchedule",
    ),
    _job_definition("sm-data-quality-job-def", "data_quality", "DataQuality"),
    _job_definition("sm-model-quality-job-def", "model_quality", "ModelQuality"),
    _job_definition("sm-model-bias-job-def", "model_bias", "ModelBias"),
    _job_definition("sm-model-explain-job-def", "model_explainability", "ModelExplainability"),
    Kind(
        name="sm-scalable-target", service="application-autoscaling",
        find=Lister("describe_scalable_targets", "ScalableTargets", {"ServiceNamespace": "sagemaker"}),
        id="ResourceId", arn="ScalableTargetARN", created="CreationTime",
        proofs=(Linked("sm-endpoint", "ResourceId", part=1),),
        describe=Describe(call("describe_scalable_targets", ServiceNamespace="sagemaker", ResourceIds=["{ResourceId}"]),
                          "ScalableTargets"),
        delete=call("deregister_scalable_target", ServiceNamespace="sagemaker", ResourceId="{ResourceId}",
                    ScalableDimension="{ScalableDimension}"), cfn="AWS::ApplicationAutoScaling::ScalableTarget",
    ),
    Kind(
        name="sm-inference-component", service="sagemaker",
        find=Lister("list_inference_components", "InferenceComponents"),
        id="InferenceComponentName", arn="InferenceComponentArn", created="CreationTime",
        status="InferenceComponentStatus", proofs=(SAGEMAKER,), cost=Cost.HOURLY,
        describe=Describe(call("describe_inference_component", InferenceComponentName="{id}")),
        delete=call("delete_inference_component", InferenceComponentName="{id}"),
        cfn="AWS::SageMaker::InferenceComponent",
    ),
    Kind(
        name="sm-inference-experiment", service="sagemaker",
        find=Lister("list_inference_experiments", "InferenceExperiments"),
        id="Name", arn="arn:aws:sagemaker:{region}:{account}:inference-experiment/{Name}", created="CreationTime",
        status="Status", proofs=(SAGEMAKER,), cost=Cost.HOURLY,
        describe=Describe(call("describe_inference_experiment", Name="{id}")),
        prepare=hooks.stop_experiment, uses=("stop_inference_experiment",),
        delete=call("delete_inference_experiment", Name="{id}"), cfn="AWS::SageMaker::InferenceExperiment",
    ),
    Kind(
        # The role has to stay until the endpoint is gone, or SageMaker cannot delete what serves it.
        name="sm-endpoint", service="sagemaker", find=Lister("list_endpoints", "Endpoints"),
        id="EndpointName", arn="EndpointArn", created="CreationTime", status="EndpointStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_endpoint", EndpointName="{id}")),
        delete=call("delete_endpoint", EndpointName="{id}"), first=True, cost=Cost.HOURLY,
        after=("sm-monitoring-schedule", "sm-inference-component", "sm-inference-experiment", "sm-scalable-target"),
        leaves_behind=(Trace("log-group", "/aws/sagemaker/Endpoints/{id}"),), cfn="AWS::SageMaker::Endpoint",
    ),
    Kind(
        name="sm-endpoint-config", service="sagemaker", find=Lister("list_endpoint_configs", "EndpointConfigs"),
        id="EndpointConfigName", arn="EndpointConfigArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_endpoint_config", EndpointConfigName="{id}")),
        delete=call("delete_endpoint_config", EndpointConfigName="{id}"), after=("sm-endpoint",),
        cfn="AWS::SageMaker::EndpointConfig",
    ),
    Kind(
        name="sm-model", service="sagemaker", find=Lister("list_models", "Models"),
        id="ModelName", arn="ModelArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_model", ModelName="{id}")), delete=call("delete_model", ModelName="{id}"),
        after=("sm-endpoint-config",), cfn="AWS::SageMaker::Model",
    ),
    Kind(
        name="sm-inference-router", service="sagemaker", find=Lister("list_inference_routers", "InferenceRouters"),
        id="InferenceRouterName", arn="InferenceRouterArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_inference_router", InferenceRouterName="{id}")),
        delete=call("delete_inference_router", InferenceRouterName="{id}"), cost=Cost.HOURLY,
    ),
)
