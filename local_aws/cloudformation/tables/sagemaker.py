"""Studio domains and profiles, models and endpoints."""

from local_aws.cloudformation.model import Part, ResourceType, name_in

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
)
