"""SageMaker's control plane as far as the workshop deploys it: Studio (domain, profiles, spaces, apps) and hosting.

Real here: names, references (an endpoint needs its configuration, that its models), dependencies (a domain with
profiles cannot go), tags, states and their order. Not here: file systems, instances, lifecycle scripts, training.
"""

from typing import Any, ClassVar

from local_aws.framework import ApiError, Call, Codes, Kind, Life, Params, Record, StandIn, Tagging

STUDIO_LIFE = Life("Pending", "InService", "Deleting", "Updating", member="Status")
# ListApps shows deleted apps for a day: docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html
APP_LIFE = Life("Pending", "InService", "Deleting", member="Status", deleted="Deleted", lingers=24 * 3600)
ENDPOINT_LIFE = Life("Creating", "InService", "Deleting", "Updating", member="EndpointStatus")
# Hosting answers ValidationException where Studio has modelled errors ("Could not find ...").
HOSTING = Codes(missing="ValidationException", exists="ValidationException", busy="ValidationException")


def _domain(call: Call, members: Params) -> Params:
    url = f"https://{members['DomainId']}.studio.{call.region}.sagemaker.aws"
    return {"Url": url, "AppNetworkAccessType": members.get("AppNetworkAccessType", "PublicInternetOnly")}


def _profile_uid(call: Call, members: Params) -> Params:
    return {"HomeEfsFileSystemUid": members.get("HomeEfsFileSystemUid") or str(200000 + call.world.serial())}


def _one_owner(_: Call, members: Params) -> Params:
    if bool(members.get("UserProfileName")) == bool(members.get("SpaceName")):
        raise ApiError("ValidationException", "An app belongs to a user profile or to a space: give one of the two.")
    return {}


def _containers(_: Call, members: Params) -> Params:
    if not members.get("PrimaryContainer") and not members.get("Containers"):
        raise ApiError("ValidationException", "Either PrimaryContainer or Containers must be given.")
    return {}


def _variants(call: Call, members: Params) -> Params:
    for variant in members["ProductionVariants"]:
        if variant.get("ModelName"):
            call.store.need("Model", (variant["ModelName"],))
        if bool(variant.get("ServerlessConfig")) == bool(variant.get("InstanceType") or variant.get("InstancePools")):
            raise ApiError("ValidationException", "A variant has a ServerlessConfig or an InstanceType, not both.")
    return {}


def _deployed(call: Call, members: Params) -> Params:
    config = call.store.need("EndpointConfig", (members["EndpointConfigName"],))
    return {"ProductionVariants": [_running(variant) for variant in config["ProductionVariants"]]}


def _running(variant: Params) -> Params:
    weight = variant.get("InitialVariantWeight", 1.0)
    state: Params = {"VariantName": variant["VariantName"], "CurrentWeight": weight, "DesiredWeight": weight}
    if "ServerlessConfig" in variant:
        serverless = variant["ServerlessConfig"]
        return {**state, "CurrentServerlessConfig": serverless, "DesiredServerlessConfig": serverless}
    count = variant.get("InitialInstanceCount", 1)
    return {**state, "CurrentInstanceCount": count, "DesiredInstanceCount": count}


def _lifecycle_config_free(call: Call, record: Record) -> None:
    for holder in (*call.store.all("Domain"), *call.store.all("UserProfile")):
        if record.arn in repr(holder.members):
            raise ApiError("ResourceInUse", f"The lifecycle configuration is in use by {holder.arn}.")


def _studio(name: str, key: tuple[str, ...], **more: Any) -> Kind:
    return Kind(
        name,
        key,
        create=f"Create{name}",
        get=f"Describe{name}",
        list=f"List{name}s",
        delete=f"Delete{name}",
        arn_member=f"{name}Arn",
        **{"update": f"Update{name}", "life": STUDIO_LIFE, **more},
    )


def _hosting(name: str, path: str, **more: Any) -> Kind:
    key = f"{name}Name"
    return Kind(
        name,
        (key,),
        create=f"Create{name}",
        get=f"Describe{name}",
        list=f"List{name}s",
        delete=f"Delete{name}",
        arn=f"{path}/{{{key}}}",
        arn_member=f"{name}Arn",
        codes=HOSTING,
        **more,
    )


class SageMaker(StandIn):
    """Studio and hosting."""

    service = "sagemaker"
    codes = Codes(missing="ResourceNotFound", exists="ResourceInUse", busy="ResourceInUse")
    tagging = (Tagging("AddTags", "DeleteTags", "ListTags", "ResourceArn"),)
    kinds: ClassVar[tuple[Kind, ...]] = (
        _studio(
            "Domain",
            ("DomainId",),
            arn="domain/{DomainId}",
            id_prefix="d-",
            id_length=12,
            id_alphabet="abcdefghijklmnopqrstuvwxyz0123456789",
            unique="DomainName",
            params={"DomainSettingsForUpdate": "DomainSettings"},
            prepare=_domain,
        ),
        _studio(
            "UserProfile",
            ("DomainId", "UserProfileName"),
            arn="user-profile/{DomainId}/{UserProfileName}",
            parents=("Domain",),
            prepare=_profile_uid,
        ),
        _studio(
            "Space",
            ("DomainId", "SpaceName"),
            arn="space/{DomainId}/{SpaceName}",
            parents=("Domain",),
            outputs={"OwnershipSettingsSummary": "OwnershipSettings"},
        ),
        _studio(
            "App",
            ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
            arn="app/{DomainId}/{UserProfileName}{SpaceName}/{AppType}/{AppName}",
            parents=("Domain", "UserProfile", "Space"),
            update="",
            life=APP_LIFE,
            prepare=_one_owner,
        ),
        Kind(
            "StudioLifecycleConfig",
            ("StudioLifecycleConfigName",),
            create="CreateStudioLifecycleConfig",
            get="DescribeStudioLifecycleConfig",
            list="ListStudioLifecycleConfigs",
            delete="DeleteStudioLifecycleConfig",
            arn="studio-lifecycle-config/{StudioLifecycleConfigName}",
            arn_member="StudioLifecycleConfigArn",
            filters={"AppTypeEquals": "StudioLifecycleConfigAppType"},
            before_delete=_lifecycle_config_free,
        ),
        _hosting("Model", "model", prepare=_containers),
        _hosting("EndpointConfig", "endpoint-config", prepare=_variants),
        _hosting(
            "Endpoint",
            "endpoint",
            update="UpdateEndpoint",
            life=ENDPOINT_LIFE,
            prepare=_deployed,
        ),
    )
