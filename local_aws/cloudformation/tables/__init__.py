"""The resource types that the local AWS adds to the emulator, one table per family of services."""

from local_aws.cloudformation.model import ResourceType
from local_aws.cloudformation.tables import agentcore, athena, audit, bedrock, opensearch, s3vectors, sagemaker

TYPES: dict[str, ResourceType] = {
    row.name: row
    for table in (
        agentcore.TYPES,
        athena.TYPES,
        audit.TYPES,
        bedrock.TYPES,
        opensearch.TYPES,
        s3vectors.TYPES,
        sagemaker.TYPES,
    )
    for row in table
}
