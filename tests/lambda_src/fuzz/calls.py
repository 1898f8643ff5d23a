"""What the fuzzer's bytes stand for: one call of a tool from either engine, and AWS's answers to the tool.

`data` is a FuzzedDataProvider. Bytes that have run out read as zeros, and zeros stand for what is sound, so that most
calls get past the first checks.
"""

import json
from typing import Any

from lambda_src.common.gateway import HEADERS_KEY, TOOL_NAME_KEY
from lambda_src.common.identity import TICKET_HEADER
from lambda_src.common.tool import Tool
from tests.lambda_src import test_hostile_events as hostile
from tests.lambda_src.samples import arguments_of, sample, soundly
from tests.lambda_src.support import (
    CANARY,
    TICKET,
    ClientContext,
    Function,
    LambdaContext,
    Respond,
    agent_event,
    aws_error,
    json_answer,
)

TEXTS = [hostile.USER_TEXT, "", "vi", "break", "att-01", "1", "[1,2,3,4,5,6]", "nan", "1e999", "\u200b"]
TEXTS += ["ế" * 2_001, "ế" * 11_000]  # longer than a parameter, and than an event or an answer, may be
AWS_CODES = ["ConditionalCheckFailedException", "DetectedLanguageLowConfidenceException", "ModelError", CANARY]


def call(data: Any, tool: Tool) -> tuple[Any, LambdaContext]:
    """An event of one of the engines, and the context that comes with it."""
    arguments = damaged(data, dict(arguments_of(tool)))
    context = LambdaContext(remaining_ms=data.PickValueInList([20_000, 20_000, 20_000, 0]))
    if data.ConsumeBool():
        headers = damaged(data, {TICKET_HEADER: TICKET})
        custom = damaged(data, {TOOL_NAME_KEY: f"target___{tool.name}", HEADERS_KEY: headers})
        context.client_context = ClientContext(custom)
        return arguments, context
    parameters = hostile.as_parameters(arguments) if isinstance(arguments, dict) else arguments
    event = agent_event(tool.name, [], parameters=parameters, sessionId=hostile.USER_TEXT, inputText=hostile.USER_TEXT)
    if isinstance(parameters, list) and data.ConsumeBool():
        parameters.append(damaged(data, {"name": text(data), "value": text(data)}))
    if data.ConsumeBool():
        event["sessionAttributes"] = damaged(data, {"ticket": TICKET, "more": text(data)})
    return damaged(data, event), context


def aws(data: Any, function: Function) -> Respond:
    """What answers the function's requests: well, badly, with an error, or with an exception from within botocore."""
    match data.ConsumeIntInRange(0, 5):
        case 0 | 1:
            return soundly(function)
        case 2:
            error = aws_error(data.PickValueInList(AWS_CODES))
            return lambda request: error
        case 3:
            return hostile.behave(data.PickValueInList(hostile.AWS_BEHAVIOURS), function.group)
        case 4:
            body = data.ConsumeBytes(data.ConsumeIntInRange(0, 60))
            return lambda request: (200, {}, body)
        case _:
            sound = sample(function.group.name).answer
            answer = json_answer(damaged(data, sound) if isinstance(sound, dict) else value(data))
            return lambda request: answer


def damaged(data: Any, sound: dict[str, Any]) -> Any:
    """`sound`, often as it is; else with fields replaced, added or removed, with its JSON edited, or something else."""
    how = data.ConsumeIntInRange(0, 7)
    if how < 4:
        return sound
    if how == 4:
        return value(data)
    if how == 5:
        return edited(data, sound)
    for _ in range(data.ConsumeIntInRange(1, 3)):
        name = text(data) if data.ConsumeBool() else data.PickValueInList([*sound, "owner"])
        sound = {key: sound[key] for key in sound if key != name}
        if data.ConsumeBool():
            sound[name] = value(data)
    return sound


def edited(data: Any, sound: dict[str, Any]) -> Any:
    """`sound` after some characters of its JSON were replaced; the text itself if that is no JSON any more."""
    raw = json.dumps(sound, ensure_ascii=False)
    start = data.ConsumeIntInRange(0, len(raw))
    raw = raw[:start] + text(data) + raw[start + data.ConsumeIntInRange(0, 30) :]
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def value(data: Any, depth: int = 3) -> Any:
    """Any value that Python's JSON parser gives: with NaN, lone surrogates and hundreds of levels."""
    match data.ConsumeIntInRange(0, 7 if depth else 5):
        case 0:
            return text(data)
        case 1:
            return data.ConsumeInt(12)
        case 2:
            return data.ConsumeFloat()
        case 3:
            return data.ConsumeBool()
        case 4:
            return None
        case 5:
            levels = data.ConsumeIntInRange(1, 900)
            return json.loads("[" * levels + "]" * levels)
        case 6:
            return [value(data, depth - 1) for _ in range(data.ConsumeIntInRange(0, 7))]
        case _:
            return {text(data): value(data, depth - 1) for _ in range(data.ConsumeIntInRange(0, 4))}


def text(data: Any) -> str:
    if data.ConsumeBool():
        return str(data.ConsumeUnicode(data.ConsumeIntInRange(0, 60)))
    return str(data.PickValueInList(TEXTS))
