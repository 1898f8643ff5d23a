"""IAM statements and ARNs for Bedrock models: exact models, exact regions."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from stacks.regions import ChatModel, EmbeddingModel

INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


def foundation_model_arn(model_id: str, region: str) -> str:
    """ARN of a foundation model; an empty region is how a global profile is authorised."""
    return f"arn:{cdk.Aws.PARTITION}:bedrock:{region}::foundation-model/{model_id}"


def chat_model_arn(model: ChatModel) -> str:
    """ARN to give as the model: the inference profile of this account, or the foundation model."""
    if not model.is_profile:
        return foundation_model_arn(model.id, cdk.Aws.REGION)
    return f"arn:{cdk.Aws.PARTITION}:bedrock:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:inference-profile/{model.id}"


def authorized_regions(model: ChatModel) -> tuple[str, ...]:
    """Regions in which calls of the model are authorised; an empty string stands for none, as for global profiles."""
    if not model.is_profile:
        return (cdk.Aws.REGION,)
    return (*model.destination_regions, *([""] if model.is_global else []))


def embedding_model_arn(model: EmbeddingModel) -> str:
    """ARN of the embedding model in the stack's region."""
    return foundation_model_arn(model.id, cdk.Aws.REGION)


def invoke_chat_model(model: ChatModel, *, guardrail: str | None = None) -> list[iam.PolicyStatement]:
    """Statements that allow calls of one chat model and, where it is a profile, of nothing beside it.

    A cross-region profile needs the profile and the foundation model in every region it may route to:
    https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html

    Args:
        guardrail: `<guardrail ARN>:<version>` that every call must name; None where AWS makes calls of its own
            without a guardrail (Bedrock Agents do):
            https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html
    """
    guarded: dict[str, dict[str, str]] = (
        {"StringEquals": {"bedrock:GuardrailIdentifier": guardrail}} if guardrail else {}
    )
    profile = chat_model_arn(model)
    calls = iam.PolicyStatement(actions=list(INVOKE), resources=[profile], conditions=guarded)
    if not model.is_profile:
        return [calls]
    routed = iam.PolicyStatement(
        actions=list(INVOKE),
        resources=[foundation_model_arn(model.foundation_model_id, region) for region in authorized_regions(model)],
        conditions={**guarded, "ArnEquals": {"bedrock:InferenceProfileArn": profile}},
    )
    describe = iam.PolicyStatement(actions=["bedrock:GetInferenceProfile"], resources=[profile])
    return [calls, routed, describe]
