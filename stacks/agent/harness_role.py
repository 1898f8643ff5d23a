"""What the harness may do: its model through the guardrail, its tools, its memory, and what the service does as it."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.agent.agentcore import SERVICE, underscored
from stacks.agent.statements import apply_guardrail
from stacks.common.acknowledge import acknowledge, nag_text
from stacks.common.bedrock_models import INVOKE, invoke_chat_model
from stacks.common.roles import ServiceRole
from stacks.regions import ChatModel
from stacks.safety.deployed import DeployedGuardrail

MEMORY = ("CreateEvent", "DeleteEvent", "GetEvent", "GetMemory", "ListEvents", "RetrieveMemoryRecords")
TRACING = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
IDENTITY = ("GetWorkloadAccessToken", "GetWorkloadAccessTokenForJWT", "GetWorkloadAccessTokenForUserId")


class HarnessRole(ServiceRole):
    """The documented execution role of a harness on the public network, narrowed to this workshop.

    https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-security.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        model: ChatModel,
        guardrail: DeployedGuardrail,
        gateway_arn: str,
        memory_arn: str,
    ) -> None:
        """Create the role.

        Args:
            guardrail: every model call must name it.
            memory_arn: of the conversations.
        """
        stack = cdk.Stack.of(scope)
        own_logs, any_log = (
            stack.format_arn(
                service="logs",
                resource="log-group",
                resource_name=name,
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
            for name in ("/aws/bedrock-agentcore/runtimes/*", "*")
        )
        directory = stack.format_arn(
            service="bedrock-agentcore", resource="workload-identity-directory", resource_name="default"
        )
        identities = f"{directory}/workload-identity/harness_{underscored(workshop_id)}-*"
        super().__init__(
            scope,
            construct_id,
            workshop_id=workshop_id,
            service=SERVICE,
            description="The agent calls its model, its tools and its memory",
            source_arn=f"arn:{stack.partition}:bedrock-agentcore:{stack.region}:{cdk.Aws.ACCOUNT_ID}:*",
            statements={
                "Model": [
                    *invoke_chat_model(model, guardrail=guardrail.versioned_arn),
                    _unguarded(guardrail),
                    *apply_guardrail(guardrail),
                ],
                "Tools": [iam.PolicyStatement(actions=["bedrock-agentcore:InvokeGateway"], resources=[gateway_arn])],
                "Memory": [
                    iam.PolicyStatement(
                        actions=[f"bedrock-agentcore:{name}" for name in MEMORY], resources=[memory_arn]
                    )
                ],
                "Identity": [
                    iam.PolicyStatement(
                        actions=[f"bedrock-agentcore:{name}" for name in IDENTITY], resources=[directory, identities]
                    )
                ],
                "Image": [
                    # The service's own image is in ECR Public, whose login knows no resource.
                    iam.PolicyStatement(
                        actions=["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"], resources=["*"]
                    )
                ],
                "Log": [
                    iam.PolicyStatement(
                        actions=[
                            "logs:CreateLogGroup",
                            "logs:CreateLogStream",
                            "logs:DescribeLogStreams",
                            "logs:PutLogEvents",
                            "logs:PutResourcePolicy",
                        ],
                        resources=[own_logs],
                    ),
                    iam.PolicyStatement(actions=["logs:DescribeLogGroups"], resources=[any_log]),
                ],
                "Telemetry": [
                    # Traces know no resource, and metrics only their namespace.
                    iam.PolicyStatement(actions=list(TRACING), resources=["*"]),
                    iam.PolicyStatement(
                        actions=["cloudwatch:PutMetricData"],
                        resources=["*"],
                        conditions={"StringEquals": {"cloudwatch:namespace": "bedrock-agentcore"}},
                    ),
                ],
            },
        )
        for arn, reason in {
            own_logs: "The service names the log group after a runtime that it makes for the harness",
            any_log: "Listing log groups takes the pattern of all of them; it shows names and no content",
            identities: "The service adds letters of its own to the name of the harness's workload identity",
            "*": "The login to ECR Public, traces and metrics know no resource; metrics are bound to their namespace",
        }.items():
            acknowledge(self, f"AwsSolutions-IAM5[Resource::{nag_text(stack, arn)}]", reason)


def _unguarded(guardrail: DeployedGuardrail) -> iam.PolicyStatement:
    """A second wall beside the condition of what is allowed: an override of the model cannot leave the guardrail out.

    The key holds an ARN, with or without a version: "Condition keys for Amazon Bedrock".
    """
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=list(INVOKE),
        resources=["*"],
        conditions={"ArnNotLike": {"bedrock:GuardrailIdentifier": [guardrail.arn, f"{guardrail.arn}:*"]}},
    )
