"""One case for each declared resource type: how it looks, how it changes, how its service shows it."""

from tests.local_aws.cloudformation.cases import agentcore, athena, audit, bedrock, opensearch, s3vectors, sagemaker
from tests.local_aws.cloudformation.cases.case import Case

CASES: tuple[Case, ...] = (
    *agentcore.CASES,
    *athena.CASES,
    *audit.CASES,
    *bedrock.CASES,
    *opensearch.CASES,
    *s3vectors.CASES,
    *sagemaker.CASES,
)
