"""S3 Vectors: buckets, indexes, policies, and vectors that are really compared.

Real here: exact (not approximate) nearest neighbours by cosine or euclidean distance, metadata filters, dimensions, the
size limits of metadata, dependencies. Not here: encryption, ENHANCED mode with text search, throughput.
The rules are those of docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors.html.
"""

import json
import re

from local_aws.framework import ApiError, Codes, Params, Request, Tagging, operation
from local_aws.services.s3vectors.kinds import KINDS
from local_aws.services.s3vectors.runtime import VectorOperations

_INDEX_ARN = re.compile(r"arn:[^:]+:s3vectors:[^:]*:[^:]*:bucket/(?P<bucket>[^/]+)(/index/(?P<index>[^/]+))?")


class S3Vectors(VectorOperations):
    """Vector buckets, indexes and vectors."""

    service = "s3vectors"
    codes = Codes(missing="NotFoundException")
    tagging = (Tagging("TagResource", "UntagResource", "ListTagsForResource", "resourceArn"),)
    kinds = KINDS

    def normalise(self, call: Request) -> None:
        """Names in place of ARNs: every operation takes either."""
        if call.operation.endswith(("TagResource", "UntagResource", "TagsForResource")):
            return
        for member in ("vectorBucketArn", "indexArn"):
            arn = call.params.pop(member, None)
            found = _INDEX_ARN.fullmatch(arn) if arn else None
            if found:
                call.params["vectorBucketName"] = found["bucket"]
            if found and found["index"]:
                call.params["indexName"] = found["index"]
        needs_bucket = "VectorBuckets" not in call.operation
        if needs_bucket and not call.params.get("vectorBucketName"):
            raise ApiError("ValidationException", "Name the vector bucket by name or by ARN.")

    @operation("PutVectorBucketPolicy")
    def put_policy(self, call: Request) -> None:
        """Keep a policy; it is not enforced."""
        try:
            json.loads(call.params["policy"])
        except ValueError as error:
            raise ApiError("ValidationException", "The policy is not JSON.") from error
        self._bucket(call).members["policy"] = call.params["policy"]

    @operation("GetVectorBucketPolicy")
    def get_policy(self, call: Request) -> Params:
        policy = self._bucket(call).get("policy")
        if policy is None:
            raise ApiError("NotFoundException", "The vector bucket has no policy.")
        return {"policy": policy}

    @operation("DeleteVectorBucketPolicy")
    def delete_policy(self, call: Request) -> None:
        """Remove the policy, if there is one."""
        self._bucket(call).members.pop("policy", None)
