"""Amazon Bedrock AgentCore: harness, gateway, memory."""
