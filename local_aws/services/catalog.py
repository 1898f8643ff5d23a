"""All stand-ins of a world, wired to one another."""

from local_aws.framework import StandIn, StandIns, World
from local_aws.services.agentcore.control import AgentCoreControl
from local_aws.services.agentcore.runtime import AgentCore
from local_aws.services.backend import Backend
from local_aws.services.bedrock.control import Bedrock
from local_aws.services.bedrock.runtime import BedrockRuntime
from local_aws.services.bedrock_agent.control import BedrockAgent
from local_aws.services.bedrock_agent.runtime import BedrockAgentRuntime
from local_aws.services.languages import Comprehend, Translate
from local_aws.services.sagemaker.control import SageMaker
from local_aws.services.sagemaker.runtime import SageMakerRuntime
from local_aws.services.vectors.opensearchserverless import OpenSearchServerless
from local_aws.services.vectors.s3vectors import S3Vectors


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
