"""Runs inside a Python function's process, between the emulator's worker and the real handler.

It gives the handler what the worker does not: the client context of the invocation, and programs of layers at /opt.
Layers belong at /opt, which only root may write to and which all functions of a machine would share. Imports get their
layer folders from `sys.path`; programs, such as the AWS command line of CDK's bucket deployment, are redirected here.
Pauses are cut short.
"""

import base64
import importlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

OPT = "/opt/"
OPT_VARIABLE = "_WORKSHOP_OPT"
HANDLER_VARIABLE = "_HANDLER"
LONGEST_PAUSE_SECONDS = 1.0


def wrapped(event: Any, client_context: str) -> dict[str, Any]:
    """What the worker is sent: the event and, beside it, the client context."""
    return {"event": event, "client_context": client_context}


def client_context(encoded: str) -> Any:
    """The client context as the Lambda runtime presents it; None if there is none."""
    if not encoded:
        return None
    given: Mapping[str, Any] = json.loads(base64.b64decode(encoded))
    client = SimpleNamespace(**given["client"]) if given.get("client") else None
    return SimpleNamespace(custom=given.get("custom"), env=given.get("env"), client=client)


def moved(program: Any, folder: str) -> Any:
    """A program's path, or an argument list that begins with one, with /opt replaced by `folder`."""
    if isinstance(program, str) and program.startswith(OPT):
        return os.path.join(folder, program[len(OPT) :])  # noqa: PTH118  # strings in, strings out
    if isinstance(program, list | tuple) and program:
        return [moved(program[0], folder), *program[1:]]
    return program


def redirect_programs(folder: str) -> None:
    """Let `subprocess` look for /opt in `folder`."""
    start = subprocess.Popen.__init__

    def start_moved(self: Any, args: Any, *more: Any, **options: Any) -> None:
        start(self, moved(args, folder), *more, **options)

    subprocess.Popen.__init__ = start_moved  # type: ignore[method-assign]


def sleep_briefly() -> None:
    """Cut every pause: functions wait until AWS is consistent, and the local AWS is at once."""
    sleep = time.sleep

    def sleep_at_most(seconds: float) -> None:
        sleep(min(seconds, LONGEST_PAUSE_SECONDS))

    time.sleep = sleep_at_most  # type: ignore[assignment]


def real_handler(name: str) -> Callable[[Any, Any], Any]:
    """The handler that the function is configured with, such as `package/module.handler`."""
    module, function = name.rsplit(".", 1)
    found: Callable[[Any, Any], Any] = getattr(importlib.import_module(module.replace("/", ".")), function)
    return found


if HANDLER_VARIABLE in os.environ:
    sleep_briefly()
    if OPT_VARIABLE in os.environ:
        redirect_programs(os.environ[OPT_VARIABLE])
    _REAL = real_handler(os.environ[HANDLER_VARIABLE])


def handler(message: Mapping[str, Any], context: Any) -> Any:
    """Called by the worker for each invocation."""
    context.client_context = client_context(message["client_context"])
    return _REAL(message["event"], context)
