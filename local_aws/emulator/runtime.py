"""Lambda's execution environments as plain processes: the code, its layers, and nothing else of this machine.

A Python function sees the standard library, its layers, and the packages that Lambda's own Python runtime brings; a
handler that imports anything more fails here as it would in Lambda.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import new_uuid
from ministack.services import lambda_svc

from local_aws.emulator import function_shim, layers
from local_aws.emulator.client_context import CLIENT_CONTEXT

RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What the managed Python runtime has besides the standard library:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html"""

INHERITED = ("PATH", "LANG", "HOME", "TMPDIR", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "NODE_PATH")
SHARED_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


@cache
def shared_folder() -> Path:
    """Where layers and the runtime's packages are kept for all functions."""
    return Path(tempfile.mkdtemp(prefix="lambda-"))


@cache
def runtime_packages() -> Path:
    """A folder with links to the packages of the managed runtime."""
    folder = shared_folder() / "runtime"
    folder.mkdir()
    for name in (*RUNTIME_PACKAGES, function_shim.__name__):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{name} is not installed: pip install -r local_aws/requirements.txt")
        found = Path(spec.origin)
        found = found.parent if found.name == "__init__.py" else found
        (folder / found.name).symlink_to(found)
    return folder


SHIM = function_shim.__name__.rsplit(".", 1)[-1]

_UNPACKING = threading.Lock()


class ExecutionEnvironment(lambda_runtime.Worker):  # type: ignore[misc]  # the emulator has no types
    """One process that serves the invocations of one function, one after the other."""

    _proc: Any
    _stderr_queue: "queue.Queue[str]"

    def _spawn(self) -> None:
        self._discard_tmpdir()
        self._tmpdir = tempfile.mkdtemp(prefix="function-", dir=shared_folder())
        self._prepare()
        code = Path(self._tmpdir) / "code"
        layers.unzip(self.code_zip, code)
        opt = self._layers()
        self._proc = subprocess.Popen(  # noqa: S603  # the command is ours, the code is the function's
            self._command(),
            cwd=code,
            env=self._variables(code, opt),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._stderr_queue = queue.Queue()
        self._stderr_thread = threading.Thread(target=self._read_stderr, daemon=True)
        self._stderr_thread.start()
        self._initialise(code)
        self._start_time = time.time()

    def invoke(self, event: Any, *more: Any, **named: Any) -> dict[str, Any]:
        """One invocation; a Python function also gets the client context of the request."""
        sent = function_shim.wrapped(event, CLIENT_CONTEXT.get()) if self._is_python else event
        answer: dict[str, Any] = super().invoke(sent, *more, **named)
        return answer

    def _prepare(self) -> None:
        """For what must exist before the process starts."""

    @property
    def _is_python(self) -> bool:
        return str(self.config["Runtime"]).startswith("python")

    def _layers(self) -> Path | None:
        archives = [lambda_svc._resolve_layer_zip(layer) for layer in self.config.get("Layers", [])]
        if None in archives:
            raise RuntimeError(f"A layer of {self.func_name} has no content in the local AWS")
        with _UNPACKING:
            return layers.unpack(archives, shared_folder()) if archives else None

    def _command(self) -> list[str]:
        script = Path(self._tmpdir) / ("worker.py" if self._is_python else "worker.js")
        if not self._is_python:
            script.write_text(lambda_runtime._NODEJS_WORKER_SCRIPT)
            return ["node", str(script)]
        script.write_text(lambda_runtime._PYTHON_WORKER_SCRIPT)
        return [sys.executable, "-S", str(script)]  # -S: without this environment's own packages

    def _variables(self, code: Path, opt: Path | None) -> dict[str, str]:
        arn = self.config["FunctionArn"]
        region = arn.split(":")[3]
        inherited = {name: os.environ[name] for name in INHERITED + SHARED_FILES if name in os.environ}
        reserved = {
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": self.config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": self.config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.config["MemorySize"]),
            "AWS_LAMBDA_LOG_GROUP_NAME": self.config["LoggingConfig"]["LogGroup"],
            "AWS_LAMBDA_LOG_STREAM_NAME": new_uuid(),
            "LAMBDA_TASK_ROOT": str(code),
            function_shim.HANDLER_VARIABLE: self.config["Handler"],
            "_LAMBDA_FUNCTION_ARN": arn,
            "_LAMBDA_TIMEOUT": str(self.config["Timeout"]),
            **lambda_runtime.execution_credentials(self.config),
        }
        paths = {"PYTHONPATH": str(runtime_packages())} if self._is_python else {}
        if opt:
            paths["_LAMBDA_LAYERS_DIRS"] = paths[function_shim.OPT_VARIABLE] = str(opt)
            node = [str(opt / "nodejs" / "node_modules"), os.environ.get("NODE_PATH", "")]
            paths["NODE_PATH"] = os.pathsep.join(filter(None, node))
        return inherited | self._own_variables() | reserved | paths

    def _own_variables(self) -> dict[str, str]:
        return dict(self.config.get("Environment", {}).get("Variables", {}))

    def _initialise(self, code: Path) -> None:
        module, handler = self.config["Handler"].rsplit(".", 1)
        self._proc.stdin.write(
            json.dumps(
                {
                    "code_dir": str(code),
                    "module": SHIM if self._is_python else module,
                    "handler": function_shim.handler.__name__ if self._is_python else handler,
                    "env": self._own_variables(),
                    "function_name": self.config["FunctionName"],
                    "memory": self.config["MemorySize"],
                    "arn": self.config["FunctionArn"],
                }
            )
            + "\n"
        )
        self._proc.stdin.flush()
        answer = self._first_answer()
        if answer.get("status") != "ready":
            raise RuntimeError(f"{self.func_name} cannot be loaded: {answer.get('error')}")

    def _first_answer(self) -> dict[str, Any]:
        for line in self._proc.stdout:
            if line.lstrip().startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        return {"error": f"the process ended with {self._proc.wait()}: {self._drain_stderr()}"}


def install() -> None:
    """Let the emulator run functions in these environments."""
    runtime_packages()  # before two functions can start at once
    lambda_runtime.Worker = ExecutionEnvironment
