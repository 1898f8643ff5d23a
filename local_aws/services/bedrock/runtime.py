"""Bedrock's runtime: embeddings, guardrails, and a Converse that admits that no model is behind it.

Real here: which model a region serves, the embedding models' formats and limits, guardrails as far as `guardrail_rules`
judges them. Not here: any language model. Converse answers with a fixed sentence about itself.
"""

import json
from typing import Any, Literal

from local_aws.framework import ApiError, Params, Request, StandIn, World, operation
from local_aws.services.bedrock import guardrail_rules
from local_aws.services.bedrock.control import Bedrock
from local_aws.services.bedrock.embedding import token_count
from local_aws.services.bedrock.guardrail_rules import GuardrailVerdict
from local_aws.services.bedrock.models import body_of, embedding, resolve

NO_MODEL = "Local stand-in: no language model answers here. The question arrived and passed the guardrail."


class BedrockRuntime(StandIn):
    """InvokeModel for embeddings, ApplyGuardrail, Converse."""

    service = "bedrock-runtime"
    scope = "bedrock"

    def __init__(self, world: World, bedrock: Bedrock) -> None:
        super().__init__(world)
        self._bedrock = bedrock

    @operation("InvokeModel")
    def invoke(self, call: Request) -> Params:
        """Vectors of the texts in the body; other models than embedding models are refused."""
        model = resolve(call.region, call.params["modelId"])
        if not model.is_embedding:
            raise ApiError("ValidationException", f"The stand-in invokes embedding models only, not {model.id}.")
        body = json.dumps(embedding(model, body_of(call.params.get("body", b""))))
        return {"body": body.encode(), "contentType": "application/json"}

    def judge(
        self, region: str, config: Params, source: Literal["INPUT", "OUTPUT"], texts: list[str]
    ) -> GuardrailVerdict:
        """The verdict of the guardrail that `config` names (`guardrailIdentifier`, `guardrailVersion`)."""
        version = config.get("guardrailVersion") or "DRAFT"
        record = self._bedrock.guardrail(region, config["guardrailIdentifier"], version)
        return guardrail_rules.evaluate(record.members, source, texts)

    @operation("ApplyGuardrail")
    def apply_guardrail(self, call: Request) -> Params:
        """Judge texts; pictures are not looked at."""
        params = call.params
        texts = [block["text"]["text"] for block in params["content"] if "text" in block]
        verdict = self.judge(call.region, params, params["source"], texts)
        total = sum(len(text) for text in texts)
        return {
            "usage": verdict.usage,
            "action": "GUARDRAIL_INTERVENED" if verdict.intervened else "NONE",
            "actionReason": verdict.reason,
            "outputs": [{"text": text} for text in verdict.texts] if verdict.intervened else [],
            "assessments": [verdict.assessment],
            "guardrailCoverage": {"textCharacters": {"guarded": total, "total": total}},
        }

    @operation("Converse")
    def converse(self, call: Request) -> Params:
        """A fixed answer behind the guardrail that the request names."""
        asked, text, reason, trace = self._converse(call)
        count = token_count(text)
        answer: Params = {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": reason,
            "usage": {"inputTokens": asked, "outputTokens": count, "totalTokens": asked + count},
            "metrics": {"latencyMs": 0},
        }
        return {**answer, "trace": trace} if trace else answer

    @operation("ConverseStream")
    def converse_stream(self, call: Request) -> Params:
        """The answer of Converse, as a stream of events."""
        asked, text, reason, trace = self._converse(call)
        count = token_count(text)
        usage = {"inputTokens": asked, "outputTokens": count, "totalTokens": asked + count}
        metadata: Params = {"usage": usage, "metrics": {"latencyMs": 0}}
        events: list[Params] = [
            {"messageStart": {"role": "assistant"}},
            {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": text}}},
            {"contentBlockStop": {"contentBlockIndex": 0}},
            {"messageStop": {"stopReason": reason}},
            {"metadata": {**metadata, "trace": trace} if trace else metadata},
        ]
        return {"stream": events}

    def _converse(self, call: Request) -> tuple[int, str, str, Params]:
        model = resolve(call.region, call.params["modelId"])
        if model.is_embedding:
            raise ApiError("ValidationException", f"{model.id} is an embedding model; it does not converse.")
        messages = call.params.get("messages") or []
        if not messages or messages[-1]["role"] != "user":
            raise ApiError("ValidationException", "A conversation must end with a user message.")
        texts = [text for block in messages[-1]["content"] if (text := _text_of(block))]
        asked = token_count(" ".join(texts))
        config = call.params.get("guardrailConfig")
        if not config:
            return asked, NO_MODEL, "end_turn", {}
        verdict = self.judge(call.region, config, "INPUT", texts)
        record = self._bedrock.guardrail(call.region, config["guardrailIdentifier"], config["guardrailVersion"])
        trace: Params = {}
        if config.get("trace", "disabled") != "disabled":
            trace = {"guardrail": {"inputAssessment": {record.key[0]: verdict.assessment}}}
        if verdict.blocked:
            return asked, verdict.texts[0], "guardrail_intervened", trace
        return asked, NO_MODEL, "end_turn", trace


def _text_of(block: Params) -> Any:
    if "guardContent" in block:
        return (block["guardContent"].get("text") or {}).get("text")
    return block.get("text")
