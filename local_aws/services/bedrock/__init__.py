"""Amazon Bedrock: models, guardrails, invocation logging."""
