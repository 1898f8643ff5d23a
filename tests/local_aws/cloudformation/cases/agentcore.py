"""Harness, gateway and memory of AgentCore."""

from tests.local_aws.cloudformation.cases.case import (
    MODEL,
    REGION,
    ROLE,
    WITH_ROLE,
    Case,
    Change,
    Properties,
    by,
    get,
    resource,
)
from tests.local_aws.conftest import ACCOUNT

CONTROL = "bedrock-agentcore-control"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tool"


def _gateway(name: str) -> Properties:
    return {"Name": name, "RoleArn": ROLE, "AuthorizerType": "AWS_IAM", "ProtocolType": "MCP"}


def _target(description: str) -> Properties:
    schema = {
        "Name": "ask",
        "Description": description,
        "InputSchema": {"Type": "object", "Properties": {"where": {"Type": "string"}}, "Required": ["where"]},
    }
    tools = {"InlinePayload": [schema]}
    return {
        "Name": "desk",
        "GatewayIdentifier": get("Gateway", "GatewayIdentifier"),
        "TargetConfiguration": {"Mcp": {"Lambda": {"LambdaArn": FUNCTION, "ToolSchema": tools}}},
        "CredentialProviderConfigurations": [{"CredentialProviderType": "GATEWAY_IAM_ROLE"}],
    }


CASES = (
    Case(
        "AWS::BedrockAgentCore::Harness",
        {"HarnessName": "first", "ExecutionRoleArn": ROLE, "Model": {"BedrockModelConfig": {"ModelId": MODEL}}},
        by(CONTROL, "get_harness", "harnessId", at="harness", name=True),
        in_place=Change({"MaxIterations": 5, "SystemPrompt": [{"Text": "Be brief."}]}, {"maxIterations": 5}),
        replace={"HarnessName": "second"},
        needs=WITH_ROLE,
    ),
    Case(
        "AWS::BedrockAgentCore::Gateway",
        _gateway("first"),
        by(CONTROL, "get_gateway", "gatewayIdentifier"),
        in_place=Change({"Description": "changed"}, {"description": "changed"}),
        needs=WITH_ROLE,
    ),
    Case(
        "AWS::BedrockAgentCore::GatewayTarget",
        _target("Ask for a helper"),
        by(CONTROL, "get_gateway_target", "gatewayIdentifier", "targetId"),
        in_place=Change(
            _target("changed"), {"targetConfiguration.mcp.lambda.toolSchema.inlinePayload.0.description": "changed"}
        ),
        replace={"GatewayIdentifier": get("OtherGateway", "GatewayIdentifier")},
        needs=WITH_ROLE
        | {
            "Gateway": resource("AWS::BedrockAgentCore::Gateway", **_gateway("first")),
            "OtherGateway": resource("AWS::BedrockAgentCore::Gateway", **_gateway("second")),
        },
    ),
    Case(
        "AWS::BedrockAgentCore::Memory",
        {"Name": "first", "EventExpiryDuration": 7},
        by(CONTROL, "get_memory", "memoryId", at="memory", name=True),
        in_place=Change({"EventExpiryDuration": 30}, {"eventExpiryDuration": 30}),
        replace={"Name": "second"},
    ),
)
