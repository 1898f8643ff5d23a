"""One call of each model, because only a call shows what it runs into: agreement, form, quota, organization.

Twenty tokens at most: at the highest price of `stacks/regions.toml` less than 0.0001 USD.
"""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from stacks.regions import EmbeddingModel
from workshop.preflight.account import Account
from workshop.preflight.models import SUBSCRIBE_FIX, USE_CASE_FIX
from workshop.preflight.question import Finding, Question
from workshop.report import Verdict

PRICE = "the call cost less than 0.0001 USD"
TEXT = "Xin chào"
ORGANIZATION_FIX = (
    "Have whoever runs the organization allow bedrock:InvokeModel in {regions}, or choose a chat model that stays in "
    "fewer regions."
)
ZERO_FIX = (
    "The quota is 0, as in many new accounts, or used up: open a case with AWS Support days ahead, Service Quotas "
    "often says `not adjustable`. Or use an older account."
)
OTHER_MODEL_FIX = "Choose another model of the region: stacks/regions.toml lists them."


@dataclass(frozen=True)
class Refusal:
    """What AWS says when it refuses a call, and what that means."""

    says: str
    """Part of code and message, in small letters."""
    verdict: Verdict
    fix: str


REFUSALS = (
    Refusal("use case details", Verdict.FAIL, USE_CASE_FIX),
    Refusal("use-case form", Verdict.FAIL, USE_CASE_FIX),
    Refusal("marketplace", Verdict.FAIL, SUBSCRIBE_FIX),
    Refusal("payment_instrument", Verdict.FAIL, SUBSCRIBE_FIX),
    Refusal("service control policy", Verdict.FAIL, ORGANIZATION_FIX),
    Refusal("per day", Verdict.FAIL, ZERO_FIX),
    Refusal(
        "operation not allowed",
        Verdict.FAIL,
        "Use a role: Bedrock refuses the root user. If it is one, ask AWS Support.",
    ),
    Refusal("on-demand throughput", Verdict.FAIL, OTHER_MODEL_FIX),
    Refusal("model identifier is invalid", Verdict.FAIL, OTHER_MODEL_FIX),
    Refusal("legacy", Verdict.FAIL, OTHER_MODEL_FIX),
    Refusal("end of its life", Verdict.FAIL, OTHER_MODEL_FIX),
    Refusal("don't have access to the model", Verdict.FAIL, SUBSCRIBE_FIX),
    Refusal("not available for this account", Verdict.FAIL, "Ask AWS Sales or Support, or choose another model."),
    Refusal("throttlingexception", Verdict.WARN, "Ask again in a minute; if that stays, the quota is too small."),
    Refusal("modelnotready", Verdict.WARN, "Ask again in a minute."),
    Refusal("serviceunavailable", Verdict.WARN, "Ask again in a minute."),
    Refusal("modeltimeout", Verdict.WARN, "Ask again in a minute."),
)
"""The first that fits. Texts as public reports quote them; AWS's own list is
https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"""


def _chat(account: Account) -> Finding:
    model = account.config.chat_model
    messages = [{"role": "user", "content": [{"text": TEXT}]}]
    runtime = account.client("bedrock-runtime")
    try:
        runtime.converse(modelId=model.id, messages=messages, inferenceConfig={"maxTokens": 1})
    except ClientError as error:
        return _refusal(error, model.id, ("every region",) if model.is_global else model.destination_regions)
    return Finding(Verdict.PASS, f"{model.id} answered; {PRICE}")


def _embed(account: Account) -> Finding:
    model = account.config.embedding_model
    body = json.dumps(_request(model))
    runtime = account.client("bedrock-runtime")
    try:
        response = runtime.invoke_model(modelId=model.id, body=body, contentType="application/json")
    except ClientError as error:
        return _refusal(error, model.id, (account.config.region,))
    length = len(_vector(json.loads(response["body"].read())))
    if length != model.dimensions:
        said = f"{model.id} made a vector of {length} numbers, the index takes {model.dimensions}"
        return Finding(Verdict.FAIL, said, "Correct models.embedding_dimensions.")
    return Finding(Verdict.PASS, f"{model.id} made a vector of {length} numbers; {PRICE}")


def _request(model: EmbeddingModel) -> dict[str, Any]:
    if model.family == "cohere":
        return {"texts": [TEXT], "input_type": "search_query"}
    return {"inputText": TEXT, "dimensions": model.dimensions}


def _vector(answer: dict[str, Any]) -> list[float]:
    vector: list[float] = answer["embeddings"][0] if "embeddings" in answer else answer["embedding"]
    return vector


def _refusal(error: ClientError, model_id: str, regions: tuple[str, ...]) -> Finding:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    said = f"{code}: {message}".lower()
    for refusal in REFUSALS:
        if refusal.says in said:
            fix = refusal.fix.format(regions=", ".join(regions))
            return Finding(refusal.verdict, f"{model_id}: {code}: {message}", fix)
    raise error


CHAT_CALL = Question("chat model call", ("bedrock-runtime:Converse",), _chat)
EMBEDDING_CALL = Question("embedding model call", ("bedrock-runtime:InvokeModel",), _embed)
