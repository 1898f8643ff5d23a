"""All stand-ins of a world, wired to one another."""

from local_aws.framework import StandIn, StandIns, World
from local_aws.services.agentcore.control import AgentCoreControl
from local_aws.services.agentcore.runtime import AgentCore
from local_aws.services.bedrock.control import Bedrock
from local_aws.services.bedrock.runtime import BedrockRuntime
from local_aws.services.bedrock_agent.control import BedrockAgent
from local_aws.services.bedrock_agent.runtime import BedrockAgentRuntime
from local_aws.services.comprehend.runtime import Comprehend
from local_aws.services.featurestore.runtime import FeatureStoreRuntime
from local_aws.services.opensearchserverless.control import OpenSearchServerless
from local_aws.services.s3vectors.control import S3Vectors
from local_aws.services.sagemaker.control import SageMaker
from local_aws.services.sagemaker.runtime import SageMakerRuntime
from local_aws.services.shared.backend import Backend
from local_aws.services.translate.runtime import Translate


def control_planes(world: World, backend: Backend, *, execute: bool = True) -> list[StandIn]:
    """The stand-ins that have resources: the same ones in a rehearsal and in an account in process.

    With `execute`, SageMaker's jobs and pipelines run; without, they end by the world's clock.
    """
    return [
        AgentCoreControl(world),
        Bedrock(world),
        BedrockAgent(world, backend),
        OpenSearchServerless(world),
        S3Vectors(world),
        SageMaker(world, backend if execute else None),
    ]


def stand_ins(world: World, backend: Backend) -> StandIns:
    """Every stand-in of this package. `backend` is the S3 and the Lambda that they read from and call."""
    found = StandIns(world, control_planes(world, backend))
    bedrock = BedrockRuntime(world, found.the(Bedrock))
    data_planes: list[StandIn] = [
        AgentCore(world, found.the(AgentCoreControl), backend, bedrock),
        bedrock,
        BedrockAgentRuntime(world, backend, found.the(BedrockAgent), bedrock),
        Comprehend(world),
        FeatureStoreRuntime(world, found.the(SageMaker), backend),
        SageMakerRuntime(world, found.the(SageMaker), backend),
        Translate(world),
    ]
    return StandIns(world, [*(found[name] for name in found.names), *data_planes])
