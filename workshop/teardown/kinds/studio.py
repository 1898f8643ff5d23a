"""SageMaker Studio: domain, profiles, spaces, apps and what they refer to."""

# fmt: off
from workshop.teardown.kinds.kind import DOMAIN_ARN, Child, Cost, Describe, Kind, Lister, Trace, call
from workshop.teardown.kinds.tags import SAGEMAKER

_DOMAIN = "arn:aws:sagemaker:{region}:{account}"
_IN_DOMAIN = {"DomainIdEquals": "{id}"}

KINDS = (
    Kind(
        # Each private space has an EBS volume that is billed until the space goes. Before apps: it says whose they are.
        name="sm-space", label="{SpaceName}", service="sagemaker",
        find=Lister("list_spaces", "Spaces", _IN_DOMAIN, parent="sm-domain"),
        id="SpaceName", arn=_DOMAIN + ":space/{DomainId}/{SpaceName}", created="CreationTime", status="Status",
        proofs=(Child(),), describe=Describe(call("describe_space", DomainId="{DomainId}", SpaceName="{SpaceName}")),
        delete=call("delete_space", DomainId="{DomainId}", SpaceName="{SpaceName}"), after=("sm-app",), first=True,
        cost=Cost.STORED, cfn="AWS::SageMaker::Space",
    ),
    Kind(
        # A failed app cannot be deleted and need not be; a deleted one stays listed for a day. An app belongs to a
        # space or to a profile, never to both (sagemaker/latest/dg/gs-studio-delete-domain).
        name="sm-app", label="{UserProfileName}{SpaceName}/{AppType}/{AppName}", service="sagemaker",
        find=Lister("list_apps", "Apps", _IN_DOMAIN, parent="sm-domain"),
        id="AppName", arn=_DOMAIN + ":app/{DomainId}/{UserProfileName}{SpaceName}/{AppType}/{AppName}",
        created="CreationTime", status="Status", gone=("Failed",), proofs=(Child(),),
        describe=Describe(call("describe_app", DomainId="{DomainId}", UserProfileName="{UserProfileName}",
                               SpaceName="{SpaceName}", AppType="{AppType}", AppName="{AppName}")),
        delete=call("delete_app", DomainId="{DomainId}", UserProfileName="{UserProfileName}", SpaceName="{SpaceName}",
                    AppType="{AppType}", AppName="{AppName}"),
        cost=Cost.HOURLY, price="{ResourceSpec.InstanceType}",
        cfn="AWS::SageMaker::App",
    ),
    Kind(
        name="sm-user-profile", label="{UserProfileName}", service="sagemaker",
        find=Lister("list_user_profiles", "UserProfiles", _IN_DOMAIN, parent="sm-domain"),
        id="UserProfileName", arn=_DOMAIN + ":user-profile/{DomainId}/{UserProfileName}",
        created="CreationTime", status="Status", proofs=(Child(),), after=("sm-app", "sm-space"), first=True,
        describe=Describe(call("describe_user_profile", DomainId="{DomainId}", UserProfileName="{UserProfileName}")),
        delete=call("delete_user_profile", DomainId="{DomainId}", UserProfileName="{UserProfileName}"),
        cfn="AWS::SageMaker::UserProfile",
    ),
    Kind(
        # DeleteDomain keeps the file system unless told otherwise, and CloudFormation cannot tell it.
        name="sm-domain", service="sagemaker", find=Lister("list_domains", "Domains"),
        id="DomainId", arn="DomainArn", created="CreationTime", status="Status", proofs=(SAGEMAKER,), first=True,
        describe=Describe(call("describe_domain", DomainId="{id}")),
        delete=call("delete_domain", DomainId="{id}", RetentionPolicy={"HomeEfsFileSystem": "Delete"}),
        after=("sm-app", "sm-space", "sm-user-profile"), cost=Cost.STORED,
        leaves_behind=(Trace("efs", "{HomeEfsFileSystemId}", ask=True), Trace(DOMAIN_ARN, "{arn}"),
                       Trace("log-stream", "/aws/sagemaker/studio:{id}/")),
        cfn="AWS::SageMaker::Domain",
    ),
    Kind(
        name="sm-studio-lifecycle-config", service="sagemaker",
        find=Lister("list_studio_lifecycle_configs", "StudioLifecycleConfigs"),
        id="StudioLifecycleConfigName", arn="StudioLifecycleConfigArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_studio_lifecycle_config", StudioLifecycleConfigName="{id}")),
        delete=call("delete_studio_lifecycle_config", StudioLifecycleConfigName="{id}"), after=("sm-domain",),
        cfn="AWS::SageMaker::StudioLifecycleConfig",
    ),
    Kind(
        name="sm-app-image-config", service="sagemaker", find=Lister("list_app_image_configs", "AppImageConfigs"),
        id="AppImageConfigName", arn="AppImageConfigArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_app_image_config", AppImageConfigName="{id}")),
        delete=call("delete_app_image_config", AppImageConfigName="{id}"), after=("sm-domain",),
        cfn="AWS::SageMaker::AppImageConfig",
    ),
    Kind(
        # Deletes the versions too.
        name="sm-image", service="sagemaker", find=Lister("list_images", "Images"),
        id="ImageName", arn="ImageArn", created="CreationTime", status="ImageStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_image", ImageName="{id}")),
        delete=call("delete_image", ImageName="{id}"), after=("sm-domain",), cfn="AWS::SageMaker::Image",
    ),
    Kind(
        name="sm-notebook-instance", service="sagemaker", find=Lister("list_notebook_instances", "NotebookInstances"),
        id="NotebookInstanceName", arn="NotebookInstanceArn", created="CreationTime", status="NotebookInstanceStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_notebook_instance", NotebookInstanceName="{id}")),
        running=("InService",), stop=call("stop_notebook_instance", NotebookInstanceName="{id}"),
        delete=call("delete_notebook_instance", NotebookInstanceName="{id}"), cost=Cost.HOURLY, price="{InstanceType}",
        leaves_behind=(Trace("log-stream", "/aws/sagemaker/NotebookInstances:{id}/"),),
        cfn="AWS::SageMaker::NotebookInstance",
    ),
    Kind(
        name="sm-notebook-lifecycle-config", service="sagemaker",
        find=Lister("list_notebook_instance_lifecycle_configs", "NotebookInstanceLifecycleConfigs"),
        id="NotebookInstanceLifecycleConfigName", arn="NotebookInstanceLifecycleConfigArn", created="CreationTime",
        describe=Describe(
            call("describe_notebook_instance_lifecycle_config", NotebookInstanceLifecycleConfigName="{id}")),
        proofs=(SAGEMAKER,), after=("sm-notebook-instance",), cfn="AWS::SageMaker::NotebookInstanceLifecycleConfig",
        delete=call("delete_notebook_instance_lifecycle_config", NotebookInstanceLifecycleConfigName="{id}"),
    ),
    Kind(
        name="sm-code-repository", service="sagemaker",
        find=Lister("list_code_repositories", "CodeRepositorySummaryList"),
        id="CodeRepositoryName", arn="CodeRepositoryArn", created="CreationTime", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_code_repository", CodeRepositoryName="{id}")),
        delete=call("delete_code_repository", CodeRepositoryName="{id}"), after=("sm-notebook-instance",),
        cfn="AWS::SageMaker::CodeRepository",
    ),
    Kind(
        name="sm-mlflow-server", service="sagemaker",
        find=Lister("list_mlflow_tracking_servers", "TrackingServerSummaries"), cost=Cost.HOURLY,
        id="TrackingServerName", arn="TrackingServerArn", created="CreationTime", status="TrackingServerStatus",
        proofs=(SAGEMAKER,), describe=Describe(call("describe_mlflow_tracking_server", TrackingServerName="{id}")),
        delete=call("delete_mlflow_tracking_server", TrackingServerName="{id}"), price="MLflow tracking server, small",
        cfn="AWS::SageMaker::MlflowTrackingServer",
    ),
    Kind(
        name="sm-mlflow-app", service="sagemaker", find=Lister("list_mlflow_apps", "Summaries"), cost=Cost.HOURLY,
        id="Arn", arn="Arn", created="CreationTime", status="Status", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_mlflow_app", Arn="{arn}")), delete=call("delete_mlflow_app", Arn="{arn}"),
        cfn="AWS::SageMaker::MlflowApp",
    ),
    Kind(
        name="sm-hub", service="sagemaker", find=Lister("list_hubs", "HubSummaries"),
        id="HubName", arn="HubArn", created="CreationTime", status="HubStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_hub", HubName="{id}")), delete=call("delete_hub", HubName="{id}"),
        cfn="AWS::SageMaker::Hub",
    ),
    Kind(
        name="sm-project", service="sagemaker", find=Lister("list_projects", "ProjectSummaryList"),
        id="ProjectName", arn="ProjectArn", created="CreationTime", status="ProjectStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_project", ProjectName="{id}")),
        delete=call("delete_project", ProjectName="{id}"), cfn="AWS::SageMaker::Project",
    ),
    Kind(
        name="sm-cluster", service="sagemaker", find=Lister("list_clusters", "ClusterSummaries"),
        id="ClusterName", arn="ClusterArn", created="CreationTime", status="ClusterStatus", proofs=(SAGEMAKER,),
        describe=Describe(call("describe_cluster", ClusterName="{id}")),
        delete=call("delete_cluster", ClusterName="{id}"), cost=Cost.HOURLY, cfn="AWS::SageMaker::Cluster",
    ),
)
