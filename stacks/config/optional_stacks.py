"""Which stacks a configuration has: some exist only with a section or a feature."""

from collections.abc import Callable, Mapping

from contract import StackName
from stacks.config.model import AgentEngine, EncryptionMode, WorkshopConfig

OPTIONAL: Mapping[StackName, Callable[[WorkshopConfig], bool]] = {
    StackName.ENCRYPTION: lambda config: config.encryption.mode is EncryptionMode.CUSTOMER_KEY,
    StackName.BUDGET: lambda config: config.features.budget,
    StackName.INVOCATION_LOG: lambda config: config.features.audit,
    StackName.TRAIL: lambda config: config.features.audit,
    StackName.AGENTCORE: lambda config: AgentEngine.AGENTCORE in config.agent.engines,
    StackName.BEDROCK_AGENT: lambda config: AgentEngine.BEDROCK_AGENTS in config.agent.engines,
    StackName.STUDIO: lambda config: config.features.studio,
    StackName.INFERENCE: lambda config: config.features.inference,
    StackName.WEB: lambda config: config.features.web and AgentEngine.AGENTCORE in config.agent.engines,
    StackName.TEARDOWN: lambda config: config.teardown is not None,
}
"""When an optional stack is there; every other stack always is."""


def is_wanted(config: WorkshopConfig, stack: StackName) -> bool:
    """True if the configuration deploys this stack."""
    return OPTIONAL[stack](config) if stack in OPTIONAL else True
