"""Runs one tool call from either agent engine. Never raises, and never lets an exception's or a person's text out.

A refusal and a log line consist of fixed sentences, names from the definitions, codes, numbers and hashes.
"""

import hashlib
import json
import re
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambda_src.common import bedrock_agents, gateway
from lambda_src.common.answer import fitted
from lambda_src.common.arguments import validated
from lambda_src.common.engine import Engine, EngineFor
from lambda_src.common.errors import ErrorCode, ToolError
from lambda_src.common.identity import Identify, nobody
from lambda_src.common.tool import ToolGroup

MAX_EVENT_BYTES = 32_000
MIN_REMAINING_MS = 1_000
# The gateway goes first: with its client context, an argument called messageVersion is just a wrong argument.
ENGINES: tuple[EngineFor, ...] = (gateway.engine_for, bedrock_agents.engine_for)

_REQUEST_ID = re.compile(r"[0-9a-fA-F-]{36}")
_AWS_CODE = re.compile(r"[A-Za-z0-9.]{1,64}")


@dataclass(frozen=True)
class Caller:
    """Who asks, as far as a server vouches for it."""

    owner: str
    session: str
    """Empty if the engine sends none."""


ToolFunction = Callable[[Any, Caller], Mapping[str, object]]
"""Takes the validated input model and the caller; gives what becomes the answer's JSON object."""


class Dispatcher:
    """The body of a tool's Lambda handler: `dispatcher(event, context)`."""

    def __init__(self, group: ToolGroup, functions: Mapping[str, ToolFunction], identify: Identify = nobody) -> None:
        self._tools = {tool.name: tool for tool in group.tools}
        if set(functions) != set(self._tools):
            raise ValueError(
                f"{group.name}: needs one function for each of {sorted(self._tools)}, got {sorted(functions)}"
            )
        self._functions = functions
        self._identify = identify
        self._logger = Logger(service=group.name)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        started = time.monotonic()
        facts: dict[str, object] = {"correlation_id": _correlation_id(context)}
        engine = next((found for make in ENGINES if (found := make(event, context))), _UnknownEngine())
        facts["engine"] = engine.name
        try:
            response = self._answer(event, context, engine, facts)
            facts["outcome"] = "ok"
        except ToolError as error:
            response = _refusal(engine, error, facts)
        except (BotoCoreError, ClientError) as error:
            facts |= _safe_facts(error)
            response = _refusal(engine, ToolError(ErrorCode.SERVICE_UNAVAILABLE), facts)
        except Exception as error:  # a tool must answer: anything else reaches the model as AWS's own error text
            facts |= _safe_facts(error)
            response = _refusal(engine, ToolError(ErrorCode.INTERNAL_ERROR), facts)
        facts["duration_ms"] = round((time.monotonic() - started) * 1_000)
        self._logger.info("tool call", extra=facts)
        return response

    def _answer(self, event: Any, context: Any, engine: Engine, facts: dict[str, object]) -> dict[str, Any]:
        if len(json.dumps(event, ensure_ascii=False).encode(errors="surrogatepass")) > MAX_EVENT_BYTES:
            raise ToolError(ErrorCode.EVENT_TOO_LARGE)
        call = engine.call(self._tools)
        facts |= {"tool": call.tool.name, "session": _hashed(call.session)}
        input_model = validated(call.tool, call.arguments)
        if context.get_remaining_time_in_millis() < MIN_REMAINING_MS:
            raise ToolError(ErrorCode.OUT_OF_TIME)
        caller = Caller(self._identify(call.ticket), call.session)
        body = self._functions[call.tool.name](input_model, caller)
        return fitted(body, lambda shortened: engine.reply(shortened, None))


class _UnknownEngine:
    """For events of neither engine: says so as plain JSON."""

    name = "unknown"

    def call(self, tools: object) -> Any:
        raise ToolError(ErrorCode.UNSUPPORTED_EVENT)

    def reply(self, body: Mapping[str, object], error: ErrorCode | None) -> dict[str, Any]:
        return dict(body)


def _refusal(engine: Engine, error: ToolError, facts: dict[str, object]) -> dict[str, Any]:
    facts["outcome"] = str(error.code)
    described = {"code": str(error.code), "message": error.message, "correlation_id": facts["correlation_id"]}
    return engine.reply({"error": described}, error.code)


def _safe_facts(error: Exception) -> dict[str, object]:
    """What may be known of an exception: its class, where it came from, AWS's error code; not its text."""
    facts: dict[str, object] = {"error_type": type(error).__name__}
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "lambda_src" in Path(frame.filename).parts]
    if ours:
        facts["where"] = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code"))
        facts["aws_error"] = code if _AWS_CODE.fullmatch(code) else "unreadable"
    return facts


def _correlation_id(context: Any) -> str:
    """The Lambda request id, under which CloudWatch has the log of this call."""
    request_id = str(getattr(context, "aws_request_id", ""))
    return request_id if _REQUEST_ID.fullmatch(request_id) else str(uuid.uuid4())


def _hashed(session: str) -> str:
    return hashlib.sha256(session.encode(errors="surrogatepass")).hexdigest()[:16] if session else ""
