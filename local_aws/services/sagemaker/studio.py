"""SageMaker Studio: domains, profiles, spaces, apps, lifecycle configurations, images; and notebook instances.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from local_aws.framework import ApiError, EmulatedResource, Life, Params, Request, named, plant

MANAGED = "ManagedByAmazonSageMakerResource"
_LIFE = Life("Pending", "InService", "Deleting", "Updating", member="Status")
# ListApps shows deleted apps for a day: docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html
_APP_LIFE = Life("Pending", "InService", "Deleting", member="Status", deleted="Deleted", lingers=24 * 3600)


def _domain(call: Request, members: Params) -> Params:
    url = f"https://{members['DomainId']}.studio.{call.region}.sagemaker.aws"
    return {"Url": url, "AppNetworkAccessType": members.get("AppNetworkAccessType", "PublicInternetOnly")}


def _profile_uid(call: Request, members: Params) -> Params:
    return {"HomeEfsFileSystemUid": members.get("HomeEfsFileSystemUid") or str(200000 + call.world.serial())}


def _one_owner(_: Request, members: Params) -> Params:
    if bool(members.get("UserProfileName")) == bool(members.get("SpaceName")):
        raise ApiError("ValidationException", "An app belongs to a user profile or to a space: give one of the two.")
    return {}


def _lifecycle_config_free(call: Request, record: EmulatedResource) -> None:
    for holder in (*call.store.all("Domain"), *call.store.all("UserProfile")):
        if record.arn in repr(holder.members):
            raise ApiError("ResourceInUse", f"The lifecycle configuration is in use by {holder.arn}.")


def _opens_home(call: Request, record: EmulatedResource) -> None:
    """(4, 5) A domain comes with a file system and two security groups that name each other."""
    efs, ec2 = call.neighbour("efs"), call.neighbour("ec2")
    if not efs or not ec2 or not record.get("VpcId"):
        return
    tags = {MANAGED: record.arn}
    system = f"fs-{record.key[0].removeprefix('d-')}"
    record.members["HomeEfsFileSystemId"] = system
    plant(efs, "FileSystem", (system,), tags, call.region)
    plant(
        efs,
        "MountTarget",
        (system.replace("fs-", "fsmt-"),),
        None,
        call.region,
        FileSystemId=system,
        VpcId=record["VpcId"],
    )
    pair = [f"sg-{way}{system}" for way in ("in", "out")]
    for group, other in (pair, pair[::-1]):
        rules = [{"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": [{"GroupId": other}]}]
        plant(ec2, "SecurityGroup", (group,), tags, call.region, VpcId=record["VpcId"], IpPermissions=rules,
              GroupName=f"security-group-for-nfs-{group}")  # fmt: skip


def _stopped(call: Request, record: EmulatedResource) -> None:
    """(13) ValidationException … Status (InService) not in ([Stopped, Failed])."""
    status = call.store.status(record)
    if status not in ("Stopped", "Failed"):
        raise ApiError("ValidationException", f"Status ({status}) not in ([Stopped, Failed]). Unable to transition.")


KINDS = (
    named(
        "Domain",
        "DomainId",
        update="UpdateDomain",
        id_prefix="d-",
        id_length=12,
        id_alphabet="abcdefghijklmnopqrstuvwxyz0123456789",
        unique="DomainName",
        params={"DomainSettingsForUpdate": "DomainSettings"},
        life=_LIFE,
        prepare=_domain,
        after_create=_opens_home,
    ),
    named(
        "UserProfile",
        "DomainId",
        "UserProfileName",
        update="UpdateUserProfile",
        arn="user-profile/{DomainId}/{UserProfileName}",
        parents=("Domain",),
        life=_LIFE,
        prepare=_profile_uid,
    ),
    named(
        "Space",
        "DomainId",
        "SpaceName",
        update="UpdateSpace",
        arn="space/{DomainId}/{SpaceName}",
        parents=("Domain",),
        outputs={"OwnershipSettingsSummary": "OwnershipSettings"},
        life=_LIFE,
    ),
    named(
        "App",
        "DomainId",
        "UserProfileName",
        "SpaceName",
        "AppType",
        "AppName",
        arn="app/{DomainId}/{UserProfileName}{SpaceName}/{AppType}/{AppName}",
        parents=("Domain", "UserProfile", "Space"),
        life=_APP_LIFE,
        prepare=_one_owner,
    ),
    named(
        "StudioLifecycleConfig",
        filters={"AppTypeEquals": "StudioLifecycleConfigAppType"},
        before_delete=_lifecycle_config_free,
    ),
    named("Image", made_up=True, life=Life("CREATING", "CREATED", "DELETING", member="ImageStatus")),
    named("AppImageConfig", made_up=True),
    named(
        "NotebookInstance",
        made_up=True,
        life=Life("Pending", "InService", "Deleting", "Stopping", member="NotebookInstanceStatus"),
        before_delete=_stopped,
    ),
)
