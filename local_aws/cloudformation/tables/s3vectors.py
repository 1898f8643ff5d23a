"""Vector buckets, their indexes and policies."""

from local_aws.cloudformation.api import Api
from local_aws.cloudformation.model import Part, Properties, ResourceType


def _with_bucket_arn(properties: Properties, api: Api) -> Properties:
    """The bucket of a policy as an ARN, which is what `Ref` returns, even where the template gives its name."""
    if "VectorBucketArn" in properties:
        return properties
    name = properties["VectorBucketName"]
    bucket = api.call("GetVectorBucket", {"vectorBucketName": name})["vectorBucket"]
    rest = {key: value for key, value in properties.items() if key != "VectorBucketName"}
    return {**rest, "VectorBucketArn": bucket["vectorBucketArn"]}


TYPES = (
    ResourceType(
        name="AWS::S3Vectors::VectorBucket",
        service="s3vectors",
        create="CreateVectorBucket",
        read="GetVectorBucket",
        delete="DeleteVectorBucket",
        identify={"vectorBucketArn": Part("VectorBucketArn")},
        at="vectorBucket",
        generated_name="VectorBucketName",
        lowercase=True,
        arn="{VectorBucketArn}",
    ),
    ResourceType(
        name="AWS::S3Vectors::Index",
        service="s3vectors",
        create="CreateIndex",
        read="GetIndex",
        delete="DeleteIndex",
        identify={"indexArn": Part("IndexArn")},
        at="index",
        generated_name="IndexName",
        lowercase=True,
        arn="{IndexArn}",
    ),
    ResourceType(
        name="AWS::S3Vectors::VectorBucketPolicy",
        service="s3vectors",
        create="PutVectorBucketPolicy",
        read="GetVectorBucketPolicy",
        update="PutVectorBucketPolicy",
        delete="DeleteVectorBucketPolicy",
        identify={"vectorBucketArn": Part("VectorBucketArn")},
        prepare=_with_bucket_arn,
    ),
)
