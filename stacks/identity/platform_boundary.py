"""The most that a role of the platform itself can ever do: functions, knowledge base, agents, and the CDK's helpers.

The attendees' boundary is another one. This list names what some role of some preset needs; no role of the platform
writes to IAM, becomes another role, reaches a bucket of another account or works in another region.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from dataclasses import dataclass

from stacks.identity.scope import Document
from stacks.identity.statements import allow, deny, document

# Sorted by service; `tests/iam/test_roles.py` fails on what no role uses and on what a role needs beside it.
NEEDED = (
    "aoss:APIAccessAll",
    "bedrock-agentcore:CreateEvent",
    "bedrock-agentcore:DeleteEvent",
    "bedrock-agentcore:GetEvent",
    "bedrock-agentcore:GetMemory",
    "bedrock-agentcore:GetWorkloadAccessToken",
    "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
    "bedrock-agentcore:GetWorkloadAccessTokenForUserId",
    "bedrock-agentcore:InvokeGateway",
    "bedrock-agentcore:ListEvents",
    "bedrock-agentcore:RetrieveMemoryRecords",
    "bedrock:DeleteModelInvocationLoggingConfiguration",
    "bedrock:GetInferenceProfile",
    "bedrock:GetIngestionJob",
    "bedrock:GetModelInvocationLoggingConfiguration",
    "bedrock:ListIngestionJobs",
    "bedrock:PutModelInvocationLoggingConfiguration",
    "bedrock:Retrieve",
    "bedrock:StartIngestionJob",
    "cloudwatch:PutMetricData",
    "cognito-idp:AdminInitiateAuth",
    "comprehend:DetectDominantLanguage",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "lambda:InvokeFunction",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
    "logs:PutResourcePolicy",
    "s3vectors:DeleteVectors",
    "s3vectors:GetIndex",
    "s3vectors:GetVectorBucket",
    "s3vectors:GetVectors",
    "s3vectors:ListIndexes",
    "s3vectors:ListVectors",
    "s3vectors:PutVectors",
    "s3vectors:QueryVectors",
    "sagemaker:InvokeEndpoint",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "ssm:AddTagsToResource",
    "ssm:DeleteParameter",
    "ssm:GetParameter",
    "ssm:PutParameter",
    "translate:TranslateText",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
# The CDK grants its helpers patterns, so patterns it is; the knowledge bucket's own policy is tighter.
OWN_BUCKETS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject*",
    "s3:Get*",
    "s3:List*",
    "s3:PutObject*",
    "s3:PutBucketPolicy",
)
ESCALATION = (
    *(f"iam:{verb}*" for verb in ("Add", "Attach", "Create", "Deactivate", "Delete", "Detach", "Enable", "Put")),
    *(f"iam:{verb}*" for verb in ("Remove", "Resync", "Set", "Tag", "Untag", "Update", "Upload")),
    "sts:AssumeRole*",
    "sts:GetFederationToken",
    "organizations:*",
    "account:*",
    "cloudformation:*",
    # Runs commands on an agent's computer, past model, guardrail and allowed tools.
    "bedrock-agentcore:InvokeAgentRuntimeCommand*",
)
# Whoever calls a harness may also choose its model, instruction and tools, so only the chat's server does.
HARNESS = ("bedrock-agentcore:InvokeAgentRuntime", "bedrock-agentcore:InvokeHarness")
BEDROCK = "bedrock.amazonaws.com"
CHAT_FOLDER = "chat/"
"""Below the workshop's path: where the role of the chat's server is, and no other."""
# A cross-region profile is authorized in every region that it routes to, and ECR Public answers in us-east-1 only.
ANYWHERE = (
    "bedrock:ApplyGuardrail",
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "ecr-public:GetAuthorizationToken",
    "sts:GetServiceBearerToken",
)


@dataclass(frozen=True, kw_only=True)
class PlatformScope:
    """Where the platform is. Strings may be CDK tokens."""

    partition: str
    region: str
    account_id: str
    workshop_id: str


def platform_boundary(scope: PlatformScope) -> Document:
    """The permissions boundary of every role that is not an attendee's."""
    here = {"aws:RequestedRegion": scope.region}
    roles = f"arn:{scope.partition}:iam::{scope.account_id}:role/workshop/{scope.workshop_id}/"
    harness = (
        f"arn:{scope.partition}:bedrock-agentcore:{scope.region}:{scope.account_id}:"
        f"harness/{scope.workshop_id.replace('-', '_')}*"
    )
    return document(
        [
            allow("Services", NEEDED, "*", {"StringEquals": here}),
            allow("Anywhere", ANYWHERE, "*"),
            allow(
                "Buckets", list(OWN_BUCKETS), "*", {"StringEquals": {**here, "aws:ResourceAccount": scope.account_id}}
            ),
            # The role with which Bedrock writes the invocation log.
            allow(
                "PassRole",
                ["iam:PassRole"],
                roles + "*",
                {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
            ),
            allow("Harness", HARNESS, harness, {"ArnLike": {"aws:PrincipalArn": roles + CHAT_FOLDER + "*"}}),
            deny("PassAttendee", ["iam:PassRole"], roles + "attendees/*"),
            # Holds even if the list above grows carelessly.
            deny("Escalation", ESCALATION, "*"),
        ]
    )
