"""The properties of AWS::S3::Bucket that the emulator's CloudFormation leaves out, through S3's own API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.cloudformation import tags
from local_aws.cloudformation.api import Api, MissingError
from local_aws.cloudformation.model import Properties

NATIVE = {
    "BucketName",
    "CorsConfiguration",
    "NotificationConfiguration",
    "PublicAccessBlockConfiguration",
    "VersioningConfiguration",
    "WebsiteConfiguration",
}


@dataclass(frozen=True)
class Configuration:
    """One property: the parameters that put it, and the operation that takes it away."""

    put: str
    parameters: Callable[[Any], dict[str, Any]]
    delete: str = ""


def _encryption(value: Any) -> dict[str, Any]:
    rules = []
    for rule in value["ServerSideEncryptionConfiguration"]:
        default = dict(rule["ServerSideEncryptionByDefault"])
        rules.append(
            {
                "ApplyServerSideEncryptionByDefault": default,
                "BucketKeyEnabled": str(rule.get("BucketKeyEnabled", False)).lower() == "true",
            }
        )
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def _lifecycle(value: Any) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}}


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "Id" in rule:
        found["ID"] = rule["Id"]
    if "ExpirationInDays" in rule:
        found["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    if "NoncurrentVersionExpiration" in rule:
        days = int(rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    if "AbortIncompleteMultipartUpload" in rule:
        days = int(rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])
        found["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
    known = {"Status", "Prefix", "Id", "ExpirationInDays", "NoncurrentVersionExpiration"}
    unknown = sorted(rule.keys() - known - {"AbortIncompleteMultipartUpload"})
    if unknown:
        raise ValueError(f"AWS::S3::Bucket: the local AWS has no lifecycle rule with {', '.join(unknown)}")
    return found


def _logging(value: Any) -> dict[str, Any]:
    target = {"TargetBucket": value["DestinationBucketName"], "TargetPrefix": value.get("LogFilePrefix", "")}
    return {"BucketLoggingStatus": {"LoggingEnabled": target}}


def _tags(value: Any) -> dict[str, Any]:
    return {"Tagging": {"TagSet": [{"Key": key, "Value": item} for key, item in tags.as_map(value).items()]}}


CONFIGURATIONS = {
    "BucketEncryption": Configuration("PutBucketEncryption", _encryption, "DeleteBucketEncryption"),
    "LifecycleConfiguration": Configuration("PutBucketLifecycleConfiguration", _lifecycle, "DeleteBucketLifecycle"),
    "LoggingConfiguration": Configuration("PutBucketLogging", _logging),
    "OwnershipControls": Configuration(
        "PutBucketOwnershipControls", lambda value: {"OwnershipControls": value}, "DeleteBucketOwnershipControls"
    ),
    "Tags": Configuration("PutBucketTagging", _tags, "DeleteBucketTagging"),
}


def refuse_unknown(properties: Properties) -> None:
    """Raises ValueError for a property that neither the emulator nor this module applies."""
    unknown = sorted(properties.keys() - NATIVE - CONFIGURATIONS.keys())
    if properties.get("AccessControl") == "Private":  # what every bucket is
        unknown.remove("AccessControl")
    if unknown:
        raise ValueError(f"AWS::S3::Bucket: the local AWS does not apply {', '.join(unknown)}")


def configure(api: Api, name: str, old: Properties, new: Properties) -> None:
    """Put what changed, take away what the template no longer has."""
    for prop, configuration in CONFIGURATIONS.items():
        if new.get(prop) == old.get(prop):
            continue
        if prop in new:
            api.call(configuration.put, {"Bucket": name} | configuration.parameters(new[prop]))
        elif configuration.delete:
            api.call(configuration.delete, {"Bucket": name})
        else:
            raise ValueError(f"AWS::S3::Bucket: {prop} cannot be taken away again")


def delete(api: Api, name: str) -> None:
    """Delete the bucket; ValueError (BucketNotEmpty) while it holds anything."""
    try:
        api.call("DeleteBucket", {"Bucket": name})
    except MissingError:
        return
