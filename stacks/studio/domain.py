"""The SageMaker domain: Studio for everybody, a home directory for nobody."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from stacks.common.customer_key import CustomerKey

IDLE_MINUTES = 60
"""An app that nobody used for so long stops by itself; the shortest that SageMaker allows."""

Domain = sagemaker.CfnDomain


class StudioDomain(sagemaker.CfnDomain):
    """JupyterLab and Code Editor in private spaces that stop when idle.

    No EFS file system is made, so none is left behind; what attendees make in Studio inherits the domain's tags.
    https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        network: ec2.IVpc,
        default_role_arn: str,
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            default_role_arn: a role without permissions; each attendee's profile names the attendee's own.
        """
        idle = Domain.AppLifecycleManagementProperty(
            idle_settings=Domain.IdleSettingsProperty(
                lifecycle_management="ENABLED",
                idle_timeout_in_minutes=IDLE_MINUTES,
                min_idle_timeout_in_minutes=IDLE_MINUTES,
                max_idle_timeout_in_minutes=IDLE_MINUTES,
            )
        )
        super().__init__(
            scope,
            construct_id,
            # The key cannot change in place, and no two domains may have one name.
            domain_name=f"{workshop_id}-customer-key" if key else workshop_id,
            auth_mode="IAM",
            kms_key_id=key.arn if key else None,
            vpc_id=network.vpc_id,
            subnet_ids=[subnet.subnet_id for subnet in network.isolated_subnets],
            app_network_access_type="PublicInternetOnly",
            home_efs_file_system_creation="Disabled",
            tag_propagation="ENABLED",
            default_user_settings=Domain.UserSettingsProperty(
                execution_role=default_role_arn,
                studio_web_portal="ENABLED",
                default_landing_uri="studio::",
                auto_mount_home_efs="Disabled",
                jupyter_lab_app_settings=Domain.JupyterLabAppSettingsProperty(app_lifecycle_management=idle),
                code_editor_app_settings=Domain.CodeEditorAppSettingsProperty(app_lifecycle_management=idle),
                sharing_settings=Domain.SharingSettingsProperty(notebook_output_option="Disabled"),
                space_storage_settings=Domain.DefaultSpaceStorageSettingsProperty(
                    default_ebs_storage_settings=Domain.DefaultEbsStorageSettingsProperty(
                        default_ebs_volume_size_in_gb=5, maximum_ebs_volume_size_in_gb=20
                    )
                ),
            ),
        )
