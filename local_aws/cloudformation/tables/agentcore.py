"""The harness, gateway and memory of Amazon Bedrock AgentCore."""

from local_aws.cloudformation.model import Part, ResourceType, name_in

TYPES = (
    ResourceType(
        name="AWS::BedrockAgentCore::Harness",
        service="bedrock-agentcore-control",
        create="CreateHarness",
        read="GetHarness",
        update="UpdateHarness",
        delete="DeleteHarness",
        identify={"harnessId": name_in("Arn")},
        at="harness",
        attributes={"Version": ("harnessVersion",)},
        arn="{Arn}",
    ),
    ResourceType(
        name="AWS::BedrockAgentCore::Gateway",
        service="bedrock-agentcore-control",
        create="CreateGateway",
        read="GetGateway",
        update="UpdateGateway",
        delete="DeleteGateway",
        identify={"gatewayIdentifier": Part("GatewayIdentifier")},
        attributes={"GatewayIdentifier": ("gatewayId",)},
        arn="{GatewayArn}",
        unsupported=frozenset({"WafConfiguration"}),
    ),
    ResourceType(
        name="AWS::BedrockAgentCore::GatewayTarget",
        service="bedrock-agentcore-control",
        create="CreateGatewayTarget",
        read="GetGatewayTarget",
        update="UpdateGatewayTarget",
        delete="DeleteGatewayTarget",
        identify={"gatewayIdentifier": Part("GatewayIdentifier"), "targetId": Part("TargetId")},
    ),
    ResourceType(
        name="AWS::BedrockAgentCore::Memory",
        service="bedrock-agentcore-control",
        create="CreateMemory",
        read="GetMemory",
        update="UpdateMemory",
        delete="DeleteMemory",
        identify={"memoryId": name_in("MemoryArn")},
        at="memory",
        attributes={"MemoryArn": ("arn",), "MemoryId": ("id",)},
        arn="{MemoryArn}",
        unsupported=frozenset({"MemoryStrategies", "IndexedKeys"}),
    ),
)
