"""What S3 Vectors declares: vector buckets and their indexes."""

from local_aws.framework import named

KINDS = (
    named(
        "VectorBucket",
        "vectorBucketName",
        get="Get",
        arn="bucket/{vectorBucketName}",
        arn_member="vectorBucketArn",
    ),
    named(
        "Index",
        "vectorBucketName",
        "indexName",
        plural="Indexes",
        get="Get",
        arn="bucket/{vectorBucketName}/index/{indexName}",
        arn_member="indexArn",
        parents=("VectorBucket",),
    ),
)
