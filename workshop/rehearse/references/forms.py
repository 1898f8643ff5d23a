"""How AWS writes the names of things, and which operation tells whether the thing is there.

ARNs have the forms of the service authorization reference, where the resource types of a service are listed:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

NAME = "[^:/*?$]+"
PATH = "(?:[^:*?$]*/)?"
AGENTCORE = "bedrock-agentcore-control"
GATEWAY_URL = r"https?://(?:[^/]+/_agentcore/gateways/[^/]+/)?([^/.:]+)[./].*"
"""The MCP endpoint of a gateway, on AWS and in the local AWS."""


class Lookup(NamedTuple):
    """Is it there? Asked with an operation that fails if not."""

    service: str
    operation: str
    parameters: tuple[tuple[str, str], ...]
    """Name and value of each."""
    echoes: bool
    """The operation answers with an empty list instead, so the values must be in its answer."""


@dataclass(frozen=True)
class Form:
    """How one kind of thing is named in an ARN or a URI."""

    pattern: str
    """The named groups are parameters of the operation."""
    service: str
    operation: str
    echoes: bool = False

    def lookup(self, text: str) -> Lookup | None:
        """None if the text does not have this form."""
        found = re.fullmatch(self.pattern, text)
        return Lookup(self.service, self.operation, tuple(found.groupdict().items()), self.echoes) if found else None


@dataclass(frozen=True)
class Key:
    """A property or a variable whose value is the name of one kind of thing."""

    suffix: str
    """How the key ends, in small letters and without underscores: `knowledgebaseid` is also KNOWLEDGE_BASE_ID."""
    service: str
    operation: str
    parameter: str
    echoes: bool = False
    beside: tuple[str, str] | None = None
    """Part of another key beside it, and the parameter that gets its value."""
    form: str = "(.*)"
    """What the value looks like; the first group is the name."""

    def lookup(self, value: str, beside: Mapping[str, str]) -> Lookup | None:
        """None for a pattern or a sentence, or if what belongs to it is missing."""
        found = re.fullmatch(self.form, value)
        if found is None or re.search(r"[\s*?$]", value):
            return None
        parameters = [(self.parameter, found[1])]
        if self.beside:
            part, parameter = self.beside
            others = [each for name, each in beside.items() if part in name]
            if not others:
                return None
            parameters.append((parameter, others[0]))
        return Lookup(self.service, self.operation, tuple(parameters), self.echoes)


def _of_the_account(service: str, rest: str, operation: str, client: str = "", *, echoes: bool = False) -> Form:
    return Form(rf"arn:aws[a-z-]*:{service}:[a-z0-9-]*:[0-9]{{12}}:{rest}", client or service, operation, echoes)


FORMS = (
    Form(rf"arn:aws[a-z-]*:s3:::(?P<Bucket>{NAME})(/.*)?", "s3", "HeadBucket"),
    Form(rf"s3://(?P<Bucket>{NAME})/(?P<Key>[^*?$]*[^*?$/])", "s3", "HeadObject"),
    Form(rf"s3://(?P<Bucket>{NAME})/?([^*?$]*/)?", "s3", "HeadBucket"),
    _of_the_account("iam", rf"role/{PATH}(?P<RoleName>{NAME})", "GetRole"),
    Form(rf"(?P<PolicyArn>arn:aws[a-z-]*:iam::[0-9]{{12}}:policy/{PATH}{NAME})", "iam", "GetPolicy"),
    _of_the_account("lambda", rf"function:(?P<FunctionName>{NAME})(:.*)?", "GetFunctionConfiguration"),
    _of_the_account("lambda", rf"layer:(?P<LayerName>{NAME}):(?P<VersionNumber>[0-9]+)", "GetLayerVersion"),
    _of_the_account("lambda", rf"event-source-mapping:(?P<UUID>{NAME})", "GetEventSourceMapping"),
    _of_the_account("cognito-idp", rf"userpool/(?P<UserPoolId>{NAME})", "DescribeUserPool"),
    _of_the_account("sqs", rf"(?P<QueueName>{NAME})", "GetQueueUrl"),
    Form(rf"(?P<TopicArn>arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{{12}}:{NAME})(:.*)?", "sns", "GetTopicAttributes"),
    _of_the_account("events", rf"rule/(?P<Name>{NAME})", "DescribeRule"),
    _of_the_account("logs", r"log-group:(?P<logGroupNamePrefix>[^:*?$]+)(:.*)?", "DescribeLogGroups", echoes=True),
    _of_the_account("dynamodb", rf"table/(?P<TableName>{NAME})(/.*)?", "DescribeTable"),
    _of_the_account("kms", rf"key/(?P<KeyId>{NAME})", "DescribeKey"),
    _of_the_account("cloudwatch", r"alarm:(?P<AlarmNames>[^*?$]+)", "DescribeAlarms", echoes=True),
    _of_the_account("cloudtrail", rf"trail/(?P<Name>{NAME})", "GetTrail"),
    _of_the_account("codebuild", rf"project/(?P<names>{NAME})", "BatchGetProjects", echoes=True),
    _of_the_account("ec2", rf"vpc/(?P<VpcIds>{NAME})", "DescribeVpcs", echoes=True),
    _of_the_account("ec2", rf"subnet/(?P<SubnetIds>{NAME})", "DescribeSubnets", echoes=True),
    _of_the_account("bedrock", rf"knowledge-base/(?P<knowledgeBaseId>{NAME})", "GetKnowledgeBase", "bedrock-agent"),
    _of_the_account("bedrock", rf"agent/(?P<agentId>{NAME})", "GetAgent", "bedrock-agent"),
    _of_the_account(
        "bedrock", rf"agent-alias/(?P<agentId>{NAME})/(?P<agentAliasId>{NAME})", "GetAgentAlias", "bedrock-agent"
    ),
    _of_the_account("bedrock", rf"guardrail/(?P<guardrailIdentifier>{NAME})", "GetGuardrail"),
    _of_the_account(
        "bedrock", rf"guardrail/(?P<guardrailIdentifier>{NAME}):(?P<guardrailVersion>[0-9]+)", "GetGuardrail"
    ),
    _of_the_account(
        "bedrock", r"(application-)?inference-profile/(?P<inferenceProfileIdentifier>[^/*?$]+)", "GetInferenceProfile"
    ),
    _of_the_account("bedrock-agentcore", rf"harness/(?P<harnessId>{NAME})(/.*)?", "GetHarness", AGENTCORE),
    _of_the_account("bedrock-agentcore", rf"gateway/(?P<gatewayIdentifier>{NAME})(/.*)?", "GetGateway", AGENTCORE),
    _of_the_account("bedrock-agentcore", rf"memory/(?P<memoryId>{NAME})", "GetMemory", AGENTCORE),
    _of_the_account("s3vectors", rf"bucket/(?P<vectorBucketName>{NAME})", "GetVectorBucket"),
    _of_the_account("s3vectors", rf"bucket/(?P<vectorBucketName>{NAME})/index/(?P<indexName>{NAME})", "GetIndex"),
    _of_the_account("aoss", rf"collection/(?P<ids>{NAME})", "BatchGetCollection", "opensearchserverless", echoes=True),
    _of_the_account(
        "aoss",
        rf"collection-group/(?P<ids>{NAME})",
        "BatchGetCollectionGroup",
        "opensearchserverless",
        echoes=True,
    ),
    _of_the_account("sagemaker", rf"domain/(?P<DomainId>{NAME})", "DescribeDomain"),
    _of_the_account(
        "sagemaker", rf"user-profile/(?P<DomainId>{NAME})/(?P<UserProfileName>{NAME})", "DescribeUserProfile"
    ),
    _of_the_account("sagemaker", rf"model/(?P<ModelName>{NAME})", "DescribeModel"),
    _of_the_account("sagemaker", rf"endpoint-config/(?P<EndpointConfigName>{NAME})", "DescribeEndpointConfig"),
    _of_the_account("sagemaker", rf"endpoint/(?P<EndpointName>{NAME})", "DescribeEndpoint"),
    _of_the_account("scheduler", rf"schedule-group/(?P<Name>{NAME})", "GetScheduleGroup"),
    _of_the_account("scheduler", rf"schedule/(?P<GroupName>{NAME})/(?P<Name>{NAME})", "GetSchedule"),
    _of_the_account("glue", rf"database/(?P<Name>{NAME})", "GetDatabase"),
    _of_the_account("glue", rf"table/(?P<DatabaseName>{NAME})/(?P<Name>{NAME})", "GetTable"),
    _of_the_account("athena", rf"workgroup/(?P<WorkGroup>{NAME})", "GetWorkGroup"),
    _of_the_account("ssm", r"parameter(?P<Name>/[^*?$]+)", "GetParameter"),
)
"""A name with a wildcard is a pattern and has none of these forms."""

NOBODY_ASKS = (
    r"arn:aws[a-z-]*:cloudformation:.*:stack/.*",  # CloudFormation's own tag
    r"arn:aws[a-z-]*:glue:.*:catalog",  # the account's own
    r"arn:aws[a-z-]*:iam::[0-9]{12}:root",  # the account itself
    r"arn:aws[a-z-]*:bedrock-agentcore:.*:runtime/.*",  # AWS makes it for the harness
    r"arn:aws[a-z-]*:bedrock-agentcore:.*:workload-identity-directory/.*",  # AWS makes it for the harness
    r"arn:aws[a-z-]*:bedrock:.*:guardrail-profile/.*",  # AWS's own, and no operation tells of it
    r"arn:aws[a-z-]*:kms:.*:alias/aws/.*",  # AWS makes it for a service
    r"arn:aws[a-z-]*:logs:.*:log-group:/aws/sagemaker/.*",  # SageMaker makes it with the first job
)
"""ARNs of the account whose things no operation tells of, or that cannot be gone."""

KEYS = (
    Key("knowledgebaseid", "bedrock-agent", "GetKnowledgeBase", "knowledgeBaseId"),
    Key(
        "datasourceid",
        "bedrock-agent",
        "GetDataSource",
        "dataSourceId",
        beside=("knowledgebaseid", "knowledgeBaseId"),
    ),
    Key("guardrailid", "bedrock", "GetGuardrail", "guardrailIdentifier"),
    Key("guardrailidentifier", "bedrock", "GetGuardrail", "guardrailIdentifier"),
    Key(
        "guardrailversion",
        "bedrock",
        "GetGuardrail",
        "guardrailVersion",
        beside=("guardrailid", "guardrailIdentifier"),
    ),
    Key("queueurl", "sqs", "GetQueueAttributes", "QueueUrl"),
    Key("tablename", "dynamodb", "DescribeTable", "TableName"),
    Key("functionname", "lambda", "GetFunctionConfiguration", "FunctionName"),
    Key("endpointname", "sagemaker", "DescribeEndpoint", "EndpointName"),
    Key("endpointconfigname", "sagemaker", "DescribeEndpointConfig", "EndpointConfigName"),
    Key("modelname", "sagemaker", "DescribeModel", "ModelName"),
    Key("domainid", "sagemaker", "DescribeDomain", "DomainId"),
    Key("vpcid", "ec2", "DescribeVpcs", "VpcIds", echoes=True),
    Key("subnetid", "ec2", "DescribeSubnets", "SubnetIds", echoes=True),
    Key("subnetids", "ec2", "DescribeSubnets", "SubnetIds", echoes=True),
    Key("bucket", "s3", "HeadBucket", "Bucket"),
    Key("vectorbucketname", "s3vectors", "GetVectorBucket", "vectorBucketName"),
    Key("bucketname", "s3", "HeadBucket", "Bucket"),
    Key("loggroup", "logs", "DescribeLogGroups", "logGroupNamePrefix", echoes=True),
    Key("loggroupname", "logs", "DescribeLogGroups", "logGroupNamePrefix", echoes=True),
    Key("topic", "sns", "GetTopicAttributes", "TopicArn"),
    Key("harnessarn", AGENTCORE, "GetHarness", "harnessId"),
    Key("gatewayurl", AGENTCORE, "GetGateway", "gatewayIdentifier", form=GATEWAY_URL),
    Key("userpoolid", "cognito-idp", "DescribeUserPool", "UserPoolId"),
    Key("userpoolclientid", "cognito-idp", "DescribeUserPoolClient", "ClientId", beside=("userpoolid", "UserPoolId")),
    Key("modelid", "bedrock", "GetInferenceProfile", "inferenceProfileIdentifier"),
)


def named_under(key: str, value: str, beside: Mapping[str, str]) -> Lookup | None:
    """What a value that is no ARN names, by its key and the keys beside it (small letters, without underscores)."""
    fitting = [each for each in KEYS if key.endswith(each.suffix)]
    return max(fitting, key=lambda each: len(each.suffix)).lookup(value, beside) if fitting else None


def named_by(text: str) -> Lookup | None:
    """What an ARN or a URI names; None if it has no known form."""
    return next((lookup for form in FORMS if (lookup := form.lookup(text))), None)


def nobody_asks(arn: str) -> bool:
    """True for what no operation tells of, and for a pattern."""
    return any(re.fullmatch(each, arn) for each in NOBODY_ASKS)
