"""Coverage-guided fuzzing of the tool functions: every call gets a small, whole, discreet answer and one log line.

From the repository's root: `python -m tests.lambda_src.fuzz.harness -atheris_runs=50000 -seed=1`; more options are on
llvm.org/docs/LibFuzzer.html. Prints at its end how often each engine, tool and outcome was reached.
"""

import atexit
import importlib
import json
import os
import re
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

atheris: Any = importlib.import_module("atheris")  # without types, and not on every machine
# common/text.py looks at each character, and to watch it do so takes most of the time.
with atheris.instrument_imports(include=["lambda_src"], exclude=["lambda_src.common.text"]):
    from lambda_src.common.errors import ErrorCode
    from lambda_src.groups import TOOL_GROUPS
    from tests.lambda_src.fuzz import calls
    from tests.lambda_src.support import CANARY, ENVIRONMENT, REQUEST_ID, aws_answers, load, logs_of
    from tests.lambda_src.test_hostile_events import check

    # The name of a table or an endpoint has no business in an answer either.
    ENVIRONMENT |= {name: CANARY for name in ENVIRONMENT if not name.startswith("AWS_")}
    os.environ |= ENVIRONMENT  # to stay: a handler could tell it at any call
    FUNCTIONS = [load(group.name) for group in TOOL_GROUPS]

TOOLS = [(function, tool) for function in FUNCTIONS for tool in function.group.tools]
LOG_FIELDS = {
    "level": "INFO",
    "location": "__call__:[0-9]+",
    "message": "tool call",
    "timestamp": "[0-9:,+T -]+",
    "service": "|".join(function.group.name for function in FUNCTIONS),
    "correlation_id": REQUEST_ID,
    "engine": "agentcore|bedrock-agents|unknown",
    "tool": "|".join(tool.name for _, tool in TOOLS),
    "session": "([0-9a-f]{16})?",
    "outcome": "|".join(["ok", *ErrorCode]),
    "duration_ms": "[0-9]+",
    "error_type": "[A-Z][A-Za-z]{1,60}",
    "where": r"[a-z_]+\.py:[0-9]+",
    "aws_error": "unreadable|[A-Z][A-Za-z]{1,60}",
}
"""All that a log line may say: no text that a person wrote fits in."""

reached: Counter[str] = Counter()


def one_call(encoded: bytes) -> None:
    data = atheris.FuzzedDataProvider(encoded)
    function, tool = data.PickValueInList(TOOLS)
    aws = aws_answers(function, calls.aws(data, function))
    event, context = calls.call(data, tool)
    # Whatever is printed is in the log too, so it would be a second line that `check` cannot read.
    with aws, logs_of(function) as log, redirect_stdout(log), redirect_stderr(log):
        response = function(event, context)
    body = check(response, log.getvalue())
    line = json.loads(log.getvalue())
    for field, said in line.items():
        assert re.fullmatch(LOG_FIELDS[field], str(said)), f"the log line's {field} is {said!r}"
    assert line["outcome"] == (body["error"]["code"] if "error" in body else "ok")
    reached[f"{line['engine']} {line.get('tool', '-')} {line['outcome']}"] += 1


def main() -> None:
    """Never returns: the fuzzer ends the process, with 0 if it found nothing."""
    atexit.register(lambda: print(json.dumps(reached)))
    atheris.Setup(sys.argv, one_call)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
