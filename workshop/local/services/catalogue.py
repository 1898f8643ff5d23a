"""All stand-ins of a world, wired to one another."""

from workshop.local.standin import StandIn, StandIns, World

from .agentcore import AgentCore
from .agentcore_control import AgentCoreControl
from .backend import Backend
from .bedrock import Bedrock
from .bedrock_agent import BedrockAgent
from .bedrock_agent_runtime import BedrockAgentRuntime
from .bedrock_runtime import BedrockRuntime
from .languages import Comprehend, Translate
from .opensearchserverless import OpenSearchServerless
from .s3vectors import S3Vectors
from .sagemaker import SageMaker
from .sagemaker_runtime import SageMakerRuntime


def stand_ins(world: World, backend: Backend, endpoint: str = "") -> StandIns:
    """Every stand-in of this package.

    `backend` is the S3 and the Lambda that they read from and call. `endpoint` is where the HTTP door listens, such as
    `http://127.0.0.1:4566`; gateway URLs point there.
    """
    sagemaker, s3vectors, opensearch = SageMaker(world), S3Vectors(world), OpenSearchServerless(world)
    bedrock = Bedrock(world)
    runtime = BedrockRuntime(world, bedrock)
    control = AgentCoreControl(world, endpoint)
    agent = BedrockAgent(world, backend, s3vectors, opensearch)
    services: list[StandIn] = [
        sagemaker,
        SageMakerRuntime(world, sagemaker, backend),
        s3vectors,
        opensearch,
        bedrock,
        runtime,
        agent,
        BedrockAgentRuntime(world, backend, agent, runtime),
        control,
        Translate(world),
        Comprehend(world),
        AgentCore(world, control, backend, runtime),
    ]
    return StandIns(world, services)
