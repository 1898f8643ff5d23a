"""Everything that exists in the local AWS, asked of each service's own API."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jmespath  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Listing:
    """One kind of resource: the operation that lists it and where the names are in its answer."""

    kind: str
    service: str
    operation: str
    names: str
    parameters: dict[str, Any] = field(default_factory=dict)


LISTINGS = (
    Listing("stack", "cloudformation", "list_stacks", "StackSummaries[?StackStatus!='DELETE_COMPLETE'].StackName"),
    Listing("bucket", "s3", "list_buckets", "Buckets[].Name"),
    Listing("vector bucket", "s3vectors", "list_vector_buckets", "vectorBuckets[].vectorBucketName"),
    Listing("function", "lambda", "list_functions", "Functions[].FunctionName"),
    Listing("Glue database", "glue", "get_databases", "DatabaseList[].Name"),
    Listing("Athena workgroup", "athena", "list_work_groups", "WorkGroups[].Name"),
    Listing("layer", "lambda", "list_layers", "Layers[].LayerName"),
    Listing("event source mapping", "lambda", "list_event_source_mappings", "EventSourceMappings[].UUID"),
    Listing("role", "iam", "list_roles", "Roles[].RoleName"),
    Listing("policy", "iam", "list_policies", "Policies[].PolicyName", {"Scope": "Local"}),
    Listing("log group", "logs", "describe_log_groups", "logGroups[].logGroupName"),
    Listing("table", "dynamodb", "list_tables", "TableNames[]"),
    Listing("queue", "sqs", "list_queues", "QueueUrls[]"),
    Listing("REST API", "apigateway", "get_rest_apis", "items[].id"),
    Listing("user pool", "cognito-idp", "list_user_pools", "UserPools[].Id", {"MaxResults": 60}),
    Listing("topic", "sns", "list_topics", "Topics[].TopicArn"),
    Listing("subscription", "sns", "list_subscriptions", "Subscriptions[].SubscriptionArn"),
    Listing("rule", "events", "list_rules", "Rules[].Name"),
    Listing("alarm", "cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    Listing("parameter", "ssm", "describe_parameters", "Parameters[].Name"),
    Listing("key alias", "kms", "list_aliases", "Aliases[].AliasName"),
    Listing("trail", "cloudtrail", "list_trails", "Trails[].Name"),
    Listing("VPC", "ec2", "describe_vpcs", "Vpcs[].VpcId"),
    Listing("subnet", "ec2", "describe_subnets", "Subnets[].SubnetId"),
    Listing("security group", "ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    Listing("flow log", "ec2", "describe_flow_logs", "FlowLogs[].FlowLogId"),
    Listing("guardrail", "bedrock", "list_guardrails", "guardrails[].name"),
    Listing(
        "invocation logging",
        "bedrock",
        "get_model_invocation_logging_configuration",
        "loggingConfig && ['of the account']",
    ),
    Listing("knowledge base", "bedrock-agent", "list_knowledge_bases", "knowledgeBaseSummaries[].name"),
    Listing("agent", "bedrock-agent", "list_agents", "agentSummaries[].agentName"),
    Listing("harness", "bedrock-agentcore-control", "list_harnesses", "harnesses[].harnessName"),
    Listing("gateway", "bedrock-agentcore-control", "list_gateways", "items[].name"),
    Listing("memory", "bedrock-agentcore-control", "list_memories", "memories[].id"),
    Listing("collection", "opensearchserverless", "list_collections", "collectionSummaries[].name"),
    Listing("collection group", "opensearchserverless", "list_collection_groups", "collectionGroupSummaries[].name"),
    *(
        Listing(f"{kind} policy", "opensearchserverless", operation, f"{prefix}PolicySummaries[].name", {"type": kind})
        for kind, operation, prefix in (
            ("encryption", "list_security_policies", "security"),
            ("network", "list_security_policies", "security"),
            ("data", "list_access_policies", "access"),
        )
    ),
    Listing("Studio domain", "sagemaker", "list_domains", "Domains[].DomainId"),
    Listing("user profile", "sagemaker", "list_user_profiles", "UserProfiles[].UserProfileName"),
    Listing(
        "lifecycle configuration",
        "sagemaker",
        "list_studio_lifecycle_configs",
        "StudioLifecycleConfigs[].StudioLifecycleConfigName",
    ),
    Listing("model", "sagemaker", "list_models", "Models[].ModelName"),
    Listing("endpoint configuration", "sagemaker", "list_endpoint_configs", "EndpointConfigs[].EndpointConfigName"),
    Listing("endpoint", "sagemaker", "list_endpoints", "Endpoints[].EndpointName"),
    Listing("pipeline", "sagemaker", "list_pipelines", "PipelineSummaries[].PipelineName"),
    Listing(
        "model package group",
        "sagemaker",
        "list_model_package_groups",
        "ModelPackageGroupSummaryList[].ModelPackageGroupName",
    ),
    Listing("model card", "sagemaker", "list_model_cards", "ModelCardSummaries[].ModelCardName"),
    Listing("feature group", "sagemaker", "list_feature_groups", "FeatureGroupSummaries[].FeatureGroupName"),
    Listing("MLflow app", "sagemaker", "list_mlflow_apps", "Summaries[].Arn"),
    Listing("named query", "athena", "list_named_queries", "NamedQueryIds[]"),
    Listing("schedule", "scheduler", "list_schedules", "Schedules[].Name"),
    Listing("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    Listing("state machine", "stepfunctions", "list_state_machines", "stateMachines[].name"),
)


def everything(session: Any, endpoint_url: str, account: str) -> set[str]:
    """Every resource as `kind name`. Taken before and after a rehearsal, the two must be the same."""
    budgets = Listing("budget", "budgets", "describe_budgets", "Budgets[].BudgetName", {"AccountId": account})
    return {
        f"{listing.kind} {name}"
        for listing in (*LISTINGS, budgets)
        for name in _names(session.client(listing.service, endpoint_url=endpoint_url), listing)
    }


def _names(client: Any, listing: Listing) -> Iterator[str]:
    for answer in _pages(client, listing):
        yield from (str(name) for name in jmespath.search(listing.names, answer) or ())


def _pages(client: Any, listing: Listing) -> Iterator[Any]:
    if client.can_paginate(listing.operation):
        yield from client.get_paginator(listing.operation).paginate(**listing.parameters)
    else:
        yield getattr(client, listing.operation)(**listing.parameters)
