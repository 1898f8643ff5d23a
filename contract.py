"""What the CDK side (`stacks/`) and the boto3 side (`workshop/`) must agree on. Imports neither.

Stack outputs are the only channel from a deployed workshop to a person or a later step: a name that is not listed here
is nobody's business.
"""

from enum import StrEnum

WORKSHOP_TAG = "workshop:id"
"""Tag key that every taggable resource of a workshop carries; the value is the workshop id."""

ATTENDEE_TAG = "attendee"
"""Tag key on what belongs to one attendee; the value is the attendee's name, such as `att-07`."""

DOCUMENTS_PREFIX = "docs/"
"""Prefix in the knowledge bucket that the knowledge base reads."""


BOOTSTRAP_QUALIFIER_KEY = "@aws-cdk/core:bootstrapQualifier"
"""Context key that says which bootstrap of an account the CDK uses."""

DEFAULT_BOOTSTRAP_QUALIFIER = "hnb659fds"
"""What the CDK takes without that key: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html"""


class StackName(StrEnum):
    """Construct ids of the stacks; the CloudFormation name is `<workshop id>-<this>`."""

    IDENTITY = "Identity"
    ENCRYPTION = "Encryption"
    AUDIT = "Audit"
    BUDGET = "Budget"
    INVOCATION_LOG = "InvocationLog"
    TRAIL = "Trail"
    KNOWLEDGE = "Knowledge"
    SAFETY = "Safety"
    TOOLS = "Tools"
    AGENTCORE = "AgentCore"
    BEDROCK_AGENT = "BedrockAgent"
    STUDIO = "Studio"
    INFERENCE = "Inference"
    DATA = "Data"
    WEB = "Web"
    TEARDOWN = "Teardown"


class Output(StrEnum):
    """Names of stack outputs, grouped by the stack that has them."""

    # Encryption
    ENCRYPTION_KEY_ARN = "EncryptionKeyArn"
    # Audit
    LOG_BUCKET_NAME = "LogBucketName"
    ALARM_TOPIC_ARN = "AlarmTopicArn"
    # Budget
    BUDGET_NAME = "BudgetName"
    # InvocationLog
    INVOCATION_LOG_GROUP_NAME = "InvocationLogGroupName"
    # Trail
    TRAIL_ARN = "TrailArn"
    # Knowledge
    KNOWLEDGE_BUCKET_NAME = "KnowledgeBucketName"
    KNOWLEDGE_BASE_ID = "KnowledgeBaseId"
    DATA_SOURCE_ID = "DataSourceId"
    ORGANISER_ROLE_ARN = "OrganiserRoleArn"
    SYNC_DEAD_LETTER_QUEUE_URL = "SyncDeadLetterQueueUrl"
    # Safety
    GUARDRAIL_ID = "GuardrailId"
    GUARDRAIL_VERSION = "GuardrailVersion"
    # Tools
    DESK_TABLE_NAME = "DeskTableName"
    # AgentCore
    HARNESS_ARN = "HarnessArn"
    GATEWAY_URL = "GatewayUrl"
    MEMORY_ID = "MemoryId"
    # BedrockAgent
    AGENT_ID = "AgentId"
    AGENT_ALIAS_ID = "AgentAliasId"
    # Studio
    DOMAIN_ID = "DomainId"
    ATTENDEE_BUCKET_NAME = "AttendeeBucketName"
    # Inference
    ENDPOINT_NAME = "EndpointName"
    # Data
    LAB_BUCKET_NAME = "LabBucketName"
    LAB_DATABASE_NAME = "LabDatabaseName"
    LAB_WORKGROUP_NAME = "LabWorkgroupName"
    # Web
    WEB_ADDRESS = "WebAddress"
    USER_POOL_ID = "UserPoolId"
    WEB_TABLE_NAME = "WebTableName"
    # Teardown
    TEARDOWN_PROJECT_NAME = "TeardownProjectName"
    TEARDOWN_RECORD_BUCKET = "TeardownRecordBucket"


def stack_name(workshop_id: str, stack: StackName) -> str:
    """CloudFormation name of one stack of one workshop."""
    return f"{workshop_id}-{stack}"
