"""The agent loop on AgentCore: model, instruction, guardrail, tools and memory.

https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness.html
"""

from aws_cdk import aws_bedrockagentcore as agentcore
from constructs import Construct

from stacks.agent.agentcore import underscored
from stacks.agent.harness_role import HarnessRole
from stacks.agent.instruction import instruction
from stacks.common.synthesizer import digest_of
from stacks.regions import ChatModel
from stacks.safety.deployed import DeployedGuardrail

GATEWAY = "workshop"
"""What the harness calls the gateway; `@workshop` stands for all of its tools."""
MAX_ITERATIONS = 10
MAX_TOKENS = 2000
SESSION_SECONDS = 180
"""The slowest tool waits two minutes for a store that has scaled to zero."""


class AgentHarness(Construct):
    """The harness and the role that it works with."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        model: ChatModel,
        guardrail: DeployedGuardrail,
        gateway: agentcore.CfnGateway,
        memory: agentcore.CfnMemory,
    ) -> None:
        """The role refuses every model call that does not name the guardrail, in both directions."""
        super().__init__(scope, construct_id)
        role = HarnessRole(
            self,
            "Role",
            workshop_id=workshop_id,
            model=model,
            guardrail=guardrail,
            gateway_arn=gateway.attr_gateway_arn,
            memory_arn=memory.attr_memory_arn,
        )
        harness = agentcore.CfnHarness
        self.resource = harness(
            self,
            "Harness",
            harness_name=underscored(workshop_id),
            execution_role_arn=role.role_arn,
            model=harness.HarnessModelConfigurationProperty(bedrock_model_config=_model(model, guardrail)),
            system_prompt=[harness.HarnessSystemContentBlockProperty(text=instruction(guardrail.canary))],
            tools=[
                harness.HarnessToolProperty(
                    type="agentcore_gateway",
                    name=GATEWAY,
                    config=harness.HarnessToolConfigurationProperty(
                        agent_core_gateway=harness.HarnessAgentCoreGatewayConfigProperty(
                            gateway_arn=gateway.attr_gateway_arn,
                            outbound_auth=harness.HarnessGatewayOutboundAuthProperty(aws_iam={}),
                        )
                    ),
                )
            ],
            # Without it every session also has a shell and file operations, with the permissions of this role:
            # https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/harness-tools.html
            allowed_tools=[f"@{GATEWAY}"],
            memory=harness.HarnessMemoryConfigurationProperty(
                agent_core_memory_configuration=harness.HarnessAgentCoreMemoryConfigurationProperty(
                    arn=memory.attr_memory_arn, messages_count=20
                )
            ),
            max_iterations=MAX_ITERATIONS,
            timeout_seconds=SESSION_SECONDS,
            environment_variables={"CONFIGURATION": digest_of()},
        )
        self.resource.node.add_dependency(role)


def _model(model: ChatModel, guardrail: DeployedGuardrail) -> agentcore.CfnHarness.HarnessBedrockModelConfigProperty:
    """The additional parameters reach ConverseStream unchanged; without the guardrail the role refuses the call.

    Synchronous: an answer is held back until its part is checked, so that nothing is shown that is masked afterwards.
    https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-streaming.html
    """
    return agentcore.CfnHarness.HarnessBedrockModelConfigProperty(
        model_id=model.id,
        api_format="converse_stream",
        max_tokens=MAX_TOKENS,
        temperature=0.2,
        additional_params={
            "guardrailConfig": {
                "guardrailIdentifier": guardrail.guardrail_id,
                "guardrailVersion": guardrail.version,
                "streamProcessingMode": "sync",
                "trace": "enabled",
            }
        },
    )
