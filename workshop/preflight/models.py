"""Are the models there, and does this account have access to them? What a call of them says is in model_calls.py."""

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from workshop.preflight.account import Account
from workshop.preflight.question import Finding, Question
from workshop.report import Verdict

NOTICE = timedelta(days=60)
USE_CASE_FIX = (
    "Submit Anthropic's use case details once per account: Bedrock console, Model catalog, any model of Anthropic; "
    "then wait 15 minutes. Or choose an Amazon model with models.chat."
)
SUBSCRIBE_FIX = (
    "Have somebody who may aws-marketplace:Subscribe call the model once, which needs a valid payment method; then "
    "wait 15 minutes. Or choose a region whose models are all Amazon's."
)


def is_anthropic(account: Account) -> bool:
    """Whether the chat model is one of those that ask for a form."""
    return account.config.chat_model.foundation_model_id.startswith("anthropic.")


def _chat_model(account: Account) -> Finding:
    model = account.config.chat_model
    if model.is_profile:
        account.client("bedrock").get_inference_profile(inferenceProfileIdentifier=model.id)
    return _model(account, model.id, model.foundation_model_id)


def _embedding_model(account: Account) -> Finding:
    return _model(account, account.config.embedding_model.id, account.config.embedding_model.id)


def _model(account: Account, name: str, foundation_model_id: str) -> Finding:
    bedrock = account.client("bedrock")
    lifecycle = bedrock.get_foundation_model(modelIdentifier=foundation_model_id)["modelDetails"]["modelLifecycle"]
    if lifecycle["status"] != "ACTIVE":
        said = f"{name} is {lifecycle['status']}: closed to accounts that do not use it yet"
        return Finding(Verdict.FAIL, said, "Choose another model of the region: stacks/regions.toml lists them.")
    if refused := _availability(name, bedrock.get_foundation_model_availability(modelId=foundation_model_id)):
        return refused
    end = lifecycle.get("endOfLifeTime")
    if end and end < account.now + NOTICE:
        return Finding(Verdict.WARN, f"{name} ends on {end:%Y-%m-%d}", "Choose another model for later workshops.")
    return Finding(Verdict.PASS, name)


def _availability(name: str, availability: dict[str, Any]) -> Finding | None:
    """What keeps this account from the model; None if nothing does."""
    if availability["regionAvailability"] != "AVAILABLE":
        return Finding(Verdict.FAIL, f"{name} is not served in this region", "Choose another model or region.")
    if availability["authorizationStatus"] != "AUTHORIZED" or availability["entitlementAvailability"] != "AVAILABLE":
        return Finding(
            Verdict.FAIL,
            f"{name}: this account is not authorised",
            "Ask AWS Support, or whoever runs the organization.",
        )
    agreement = availability["agreementAvailability"]
    if agreement["status"] == "PENDING":
        said = f"{name}: the AWS Marketplace agreement is being made"
        return Finding(Verdict.WARN, said, "Wait 15 minutes, then ask again; until then calls may fail.")
    if agreement["status"] != "AVAILABLE":
        said = f"{name}: AWS Marketplace agreement {agreement['status']} {agreement.get('errorMessage', '')}".rstrip()
        return Finding(Verdict.FAIL, said, SUBSCRIBE_FIX)
    return None


def _use_case(account: Account) -> Finding:
    """https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html."""
    try:
        account.client("bedrock").get_use_case_for_model_access()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return Finding(Verdict.FAIL, "Anthropic's use case details were not submitted for this account", USE_CASE_FIX)
    return Finding(Verdict.PASS, "Anthropic's use case details were submitted")


def _guardrails(account: Account) -> Finding:
    """The profile and its destinations are data, no API lists them."""
    account.client("bedrock").list_guardrails(maxResults=1)
    profile = account.config.region_data.guardrail_profile
    return Finding(Verdict.PASS, f"{profile.id} may judge texts in {', '.join(profile.destination_regions)}")


LOOKED_UP = ("bedrock:GetFoundationModel", "bedrock:GetFoundationModelAvailability")
CHAT_MODEL = Question("chat model", ("bedrock:GetInferenceProfile", *LOOKED_UP), _chat_model)
EMBEDDING_MODEL = Question("embedding model", LOOKED_UP, _embedding_model)
USE_CASE = Question("use case form", ("bedrock:GetUseCaseForModelAccess",), _use_case)
GUARDRAILS = Question("guardrails", ("bedrock:ListGuardrails",), _guardrails)
