"""A container as a process: a private folder stands where /opt/ml would be.

Paths in arguments and in the environment that begin with /opt/ml are rewritten to that folder, so a script has to take
its paths from there, as the toolkits of SageMaker's images do; one that has /opt/ml in its own text does not find it.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_aws.framework import World
from local_aws.services.sagemaker.jobs.outcome import Ended, JobFailedError, JobStoppedError

OPT_ML = "/opt/ml"
TICK = 0.02
TERMINATE_SECONDS = 10
"""AWS gives 120 seconds between SIGTERM and SIGKILL."""

SLOTS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
"""On AWS each job has machines of its own; here they share the cores of one."""


@dataclass
class Container:
    """One host of one job: its private folder, and the process in it."""

    world: World
    region: str
    folder: Path
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the job is stopped."""
    halt: threading.Event = field(default_factory=threading.Event)
    """Set when another host of the job has failed."""

    def here(self, text: str) -> str:
        """A text with every path below /opt/ml led into the private folder."""
        return re.sub(rf"{OPT_ML}(?=/|$|[\s:,\"'])", str(self.folder), text)

    def path(self, text: str) -> Path:
        """A path of the container in the private folder; JobFailedError for one outside /opt/ml."""
        if not f"{text}/".startswith(f"{OPT_ML}/") or ".." in Path(text).parts:
            raise JobFailedError(f"ClientError: LocalPath {text} must be below {OPT_ML}")
        return self.folder / text.removeprefix(OPT_ML).lstrip("/")

    def write(self, name: str, content: Any) -> None:
        """A JSON file of the contract, such as `input/config/hyperparameters.json`."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, default=str), encoding="utf-8")

    def said(self, name: str) -> str:
        """What the container left in a file such as `output/failure`; empty if it left none."""
        file = self.folder / name
        return file.read_text(encoding="utf-8", errors="replace").strip() if file.is_file() else ""

    def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        seconds: float,
        folder: Path | None = None,
        slots: threading.BoundedSemaphore | None = SLOTS,
    ) -> Ended:
        """Run to the end, to the time limit, or until the job is stopped (JobStoppedError).

        `slots` is None for the further hosts of a job, which are needed as soon as the first one runs.
        """
        log = self.folder / "container.log"
        variables = {name: self.here(str(value)) for name, value in {**self._environment(), **environment}.items()}
        with slots or contextlib.nullcontext(), log.open("wb") as out:
            try:
                process = subprocess.Popen(  # noqa: S603  # the job's own command is what it is for
                    [self.here(word) for word in command],
                    env=variables,
                    cwd=folder or self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                )
            except OSError as error:
                raise JobFailedError(f"AlgorithmError: The entry point cannot be started: {error}") from error
            timed_out = self._wait(process, seconds)
        if self.stop.is_set():
            raise JobStoppedError
        return Ended(process.returncode, log.read_text(encoding="utf-8", errors="replace"), timed_out)

    def _wait(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        """Wait for the end; true if the time was over before."""
        deadline = time.monotonic() + seconds
        while process.poll() is None:
            if self.stop.is_set() or self.halt.is_set() or time.monotonic() > deadline:
                process.terminate()
                try:
                    process.wait(TERMINATE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                return not (self.stop.is_set() or self.halt.is_set())
            time.sleep(TICK)
        return False

    def _environment(self) -> dict[str, str]:
        """What every container finds; the keys reach the local AWS only."""
        keys = {
            "AWS_ENDPOINT_URL": self.world.endpoint,
            "AWS_ACCESS_KEY_ID": self.world.account,
            "AWS_SECRET_ACCESS_KEY": "local-job",
        }
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": OPT_ML,
            "TMPDIR": str(self.folder.parent),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": f"{OPT_ML}/no-config",
            "AWS_SHARED_CREDENTIALS_FILE": f"{OPT_ML}/no-credentials",
            **(keys if self.world.endpoint else {}),
        }
