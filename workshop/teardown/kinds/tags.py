"""How each service is asked for the tags of one resource."""

from workshop.teardown.kinds.kind import Tagged, call

SAGEMAKER = Tagged(call("list_tags", ResourceArn="{arn}"), "Tags")
BEDROCK = Tagged(call("list_tags_for_resource", resourceARN="{arn}"), "tags")
RESOURCE_ARN = Tagged(call("list_tags_for_resource", resourceArn="{arn}"), "tags")
"""bedrock-agent, bedrock-agentcore-control, s3vectors, opensearchserverless, ecr, stepfunctions, logs."""
RESOURCE_ARN_CAPITAL = Tagged(call("list_tags_for_resource", ResourceARN="{arn}"), "Tags")
"""athena, events, cloudwatch."""
RESOURCE_ARN_PASCAL = Tagged(call("list_tags_for_resource", ResourceArn="{arn}"), "Tags")
"""cognito-idp, scheduler, sns."""
