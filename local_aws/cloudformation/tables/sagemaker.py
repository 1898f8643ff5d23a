"""Studio, hosting; pipelines, the model registry, features, MLflow."""

from local_aws.cloudformation.api import Api
from local_aws.cloudformation.model import Part, Properties, ResourceType, name_in


def _definition(properties: Properties, _: Api) -> Properties:
    """The template has the definition in one property, the API has it in one of two members."""
    kept = {name: value for name, value in properties.items() if name != "PipelineDefinition"}
    given = properties["PipelineDefinition"]
    if "PipelineDefinitionBody" in given:
        return {**kept, "PipelineDefinition": given["PipelineDefinitionBody"]}
    place = given["PipelineDefinitionS3Location"]
    return {**kept, "PipelineDefinitionS3Location": {"Bucket": place["Bucket"], "ObjectKey": place["Key"]}}


TYPES = (
    ResourceType(
        name="AWS::SageMaker::Domain",
        service="sagemaker",
        create="CreateDomain",
        read="DescribeDomain",
        update="UpdateDomain",
        delete="DeleteDomain",
        identify={"DomainId": Part("DomainId")},
        update_renames={"DomainSettings": "DomainSettingsForUpdate"},
        arn="{DomainArn}",
        on_delete={"RetentionPolicy": {"HomeEfsFileSystem": "Delete"}},
    ),
    ResourceType(
        name="AWS::SageMaker::UserProfile",
        service="sagemaker",
        create="CreateUserProfile",
        read="DescribeUserProfile",
        update="UpdateUserProfile",
        delete="DeleteUserProfile",
        identify={"UserProfileName": Part("UserProfileName"), "DomainId": Part("DomainId")},
        arn="{UserProfileArn}",
    ),
    ResourceType(
        name="AWS::SageMaker::Model",
        service="sagemaker",
        create="CreateModel",
        read="DescribeModel",
        delete="DeleteModel",
        identify={"ModelName": name_in("ModelArn")},
        generated_name="ModelName",
        arn="{ModelArn}",
    ),
    ResourceType(
        name="AWS::SageMaker::EndpointConfig",
        service="sagemaker",
        create="CreateEndpointConfig",
        read="DescribeEndpointConfig",
        delete="DeleteEndpointConfig",
        identify={"EndpointConfigName": name_in("EndpointConfigArn")},
        generated_name="EndpointConfigName",
        arn="{EndpointConfigArn}",
    ),
    ResourceType(
        name="AWS::SageMaker::Endpoint",
        service="sagemaker",
        create="CreateEndpoint",
        read="DescribeEndpoint",
        update="UpdateEndpoint",
        delete="DeleteEndpoint",
        identify={"EndpointName": name_in("EndpointArn")},
        generated_name="EndpointName",
        arn="{EndpointArn}",
        status="EndpointStatus",
        create_ignores=frozenset(
            {"ExcludeRetainedVariantProperties", "RetainAllVariantProperties", "RetainDeploymentConfig"}
        ),
    ),
    ResourceType(
        name="AWS::SageMaker::StudioLifecycleConfig",
        service="sagemaker",
        create="CreateStudioLifecycleConfig",
        read="DescribeStudioLifecycleConfig",
        delete="DeleteStudioLifecycleConfig",
        identify={"StudioLifecycleConfigName": Part("StudioLifecycleConfigName")},
        arn="{StudioLifecycleConfigArn}",
    ),
    ResourceType(
        name="AWS::SageMaker::Pipeline",
        service="sagemaker",
        create="CreatePipeline",
        read="DescribePipeline",
        update="UpdatePipeline",
        delete="DeletePipeline",
        identify={"PipelineName": Part("PipelineName")},
        prepare=_definition,
        arn="arn:aws:sagemaker:{region}:{account}:pipeline/{PipelineName}",
        status="PipelineStatus",
    ),
    ResourceType(
        name="AWS::SageMaker::ModelPackageGroup",
        service="sagemaker",
        create="CreateModelPackageGroup",
        read="DescribeModelPackageGroup",
        delete="DeleteModelPackageGroup",
        identify={"ModelPackageGroupName": name_in("ModelPackageGroupArn")},
        arn="{ModelPackageGroupArn}",
        status="ModelPackageGroupStatus",
        unsupported=frozenset({"ModelPackageGroupPolicy"}),
    ),
    ResourceType(
        name="AWS::SageMaker::FeatureGroup",
        service="sagemaker",
        create="CreateFeatureGroup",
        read="DescribeFeatureGroup",
        delete="DeleteFeatureGroup",
        identify={"FeatureGroupName": Part("FeatureGroupName")},
        arn="arn:aws:sagemaker:{region}:{account}:feature-group/{FeatureGroupName}",
        status="FeatureGroupStatus",
    ),
    ResourceType(
        name="AWS::SageMaker::ModelCard",
        service="sagemaker",
        create="CreateModelCard",
        read="DescribeModelCard",
        update="UpdateModelCard",
        delete="DeleteModelCard",
        identify={"ModelCardName": Part("ModelCardName")},
        arn="{ModelCardArn}",
    ),
    ResourceType(
        name="AWS::SageMaker::MlflowApp",
        service="sagemaker",
        create="CreateMlflowApp",
        read="DescribeMlflowApp",
        update="UpdateMlflowApp",
        delete="DeleteMlflowApp",
        identify={"Arn": Part("Arn")},
        attributes={"MlflowAppId": ("Arn",)},
        arn="{Arn}",
        status="Status",
    ),
)
