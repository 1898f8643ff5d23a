"""Starts and stops the local AWS from the project's side: `with LocalAws.start() as aws: …`."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from local_aws.isolation import environment
from local_aws.refusals import REFUSED_NAME

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-local" / "bin" / "python"
READY_SECONDS = 60
LOG_NAME = "local-aws.log"
KEPT_NAME = "kept.json"
WITHOUT_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Proxies of the environment are for the outside, and the local AWS is here."""


class NotStartedError(RuntimeError):
    """The local AWS did not come up; the message ends with what it said."""


@dataclass
class LocalAws:
    """A running local AWS: loopback only, one account, gone with everything it wrote when it stops."""

    endpoint_url: str
    region: str
    home: Path
    process: subprocess.Popen[str]
    _environment: dict[str, str]

    @classmethod
    def start(cls, region: str = "ap-southeast-1") -> "LocalAws":
        """Start it and wait until it answers.

        Args:
            region: region of the rehearsal, in which the public parameters exist.
        Raises:
            NotStartedError: the local environment is missing, or the process ended, or it did not answer in time.
        """
        if not PYTHON.exists():
            raise NotStartedError(f"{PYTHON.relative_to(ROOT)} is missing: `make install` installs the local AWS")
        home = Path(tempfile.mkdtemp(prefix="workshop-local-aws-")).resolve()
        port = _free_port()
        endpoint_url = f"http://127.0.0.1:{port}"
        variables = environment(home, endpoint_url, region)
        with (home / LOG_NAME).open("w") as log:
            process = subprocess.Popen(  # noqa: S603  # our own server
                [str(PYTHON), "-m", "local_aws.server"],
                cwd=ROOT,
                env=variables | _emulator_settings(home, port, region, variables["AWS_ACCESS_KEY_ID"]),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,  # its functions are in its process group and end with it
            )
        started = cls(endpoint_url, region, home, process, variables)
        try:
            started._wait_until_ready()
        except BaseException:
            started.stop()
            raise
        return started

    @property
    def log(self) -> Path:
        """Everything the local AWS says; gone when it stops."""
        return self.home / LOG_NAME

    def environment(self) -> dict[str, str]:
        """The whole environment for a process that talks to the local AWS, and to nothing else."""
        return dict(self._environment)

    @contextlib.contextmanager
    def refusing(self, *operations: str) -> Iterator[None]:
        """Throttle operations of its stand-ins meanwhile, such as `bedrock.CreateGuardrailVersion`."""
        path = self.home / REFUSED_NAME
        path.write_text("\n".join(operations), encoding="utf-8")
        try:
            yield
        finally:
            path.unlink()

    def keep(self, folder: Path) -> None:
        """Let it outlive this process; `stop_kept` with the same folder stops it."""
        (folder / KEPT_NAME).write_text(json.dumps({"group": self.process.pid, "home": str(self.home)}))
        if self.process.stdin:
            self.process.stdin.write("keep\n")
            self.process.stdin.close()

    def stop(self) -> None:
        """End it and its functions, and remove every file of it."""
        stop_group(self.process.pid)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> "LocalAws":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise NotStartedError(f"The local AWS ended with {self.process.returncode}:\n{self._last_words()}")
            if _answers(f"{self.endpoint_url}/_ministack/health"):
                return
            time.sleep(0.05)
        raise NotStartedError(f"The local AWS did not answer within {READY_SECONDS} s:\n{self._last_words()}")

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def _emulator_settings(home: Path, port: int, region: str, account: str) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "STATE_DIR": str(home / "state"),  # else it keeps keys in the folder for temporary files
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": account,
        "MINISTACK_REGION": region,
        "NODE_PATH": str(ROOT / "node_modules"),
        "IOT_MTLS_ENABLED": "0",  # its port ignores the bind address
        "SFTP_ENABLED": "0",
        "ATHENA_ENGINE": "duckdb",  # else it answers made-up rows where DuckDB is not installed
        "LAMBDA_WARM_TTL_SECONDS": "30",  # of all but one process of each function
        "LOG_LEVEL": "INFO",
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",  # containers of this machine are none of its business
        "MALLOC_ARENA_MAX": "2",  # glibc keeps memory for each of many short-lived threads otherwise
        "OMP_NUM_THREADS": "1",  # the model is tiny; a pool of threads only costs memory
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with WITHOUT_PROXY.open(url, timeout=1) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop_group(group: int) -> None:
    """End a process group at once: it keeps nothing that would want saving."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def stop_kept(folder: Path) -> bool:
    """Stop what `LocalAws.keep` left running; False if nothing was kept there."""
    note = folder / KEPT_NAME
    if not note.exists():
        return False
    kept = json.loads(note.read_text())
    if Path(kept["home"]).exists():  # else it is gone, and its number may be another process's
        stop_group(kept["group"])
        shutil.rmtree(kept["home"], ignore_errors=True)
    note.unlink()
    return True
