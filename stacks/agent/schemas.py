"""One definition of a tool, two schemas: a function schema for Bedrock Agents, a tool schema for AgentCore."""

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_bedrockagentcore as agentcore

from lambda_src.common.tool import Parameter, ToolGroup


def function_schema(group: ToolGroup) -> bedrock.CfnAgent.FunctionSchemaProperty:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/agents-action-function.html"""
    agent = bedrock.CfnAgent
    return agent.FunctionSchemaProperty(
        functions=[
            agent.FunctionProperty(
                name=tool.name,
                description=tool.description,
                require_confirmation="ENABLED" if tool.confirm else "DISABLED",
                parameters={
                    parameter.name: agent.ParameterDetailProperty(
                        type=parameter.type.value, description=parameter.description, required=parameter.required
                    )
                    for parameter in tool.parameters
                },
            )
            for tool in group.tools
        ]
    )


def tool_schema(group: ToolGroup) -> agentcore.CfnGatewayTarget.ToolSchemaProperty:
    """https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-add-target-lambda.html"""
    target = agentcore.CfnGatewayTarget
    return target.ToolSchemaProperty(
        inline_payload=[
            target.ToolDefinitionProperty(
                name=tool.name,
                description=tool.description,
                input_schema=target.SchemaDefinitionProperty(
                    type="object",
                    properties={parameter.name: _definition(parameter) for parameter in tool.parameters},
                    required=[parameter.name for parameter in tool.parameters if parameter.required],
                ),
            )
            for tool in group.tools
        ]
    )


def _definition(parameter: Parameter) -> agentcore.CfnGatewayTarget.SchemaDefinitionProperty:
    target = agentcore.CfnGatewayTarget
    items = target.SchemaDefinitionProperty(type=parameter.item_type.value) if parameter.item_type else None
    return target.SchemaDefinitionProperty(type=parameter.type.value, description=parameter.description, items=items)
