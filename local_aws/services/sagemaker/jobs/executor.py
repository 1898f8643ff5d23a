"""Executes jobs: a thread for each, its record as the API shows it meanwhile and afterwards."""

import math
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from local_aws.framework import ApiError, EmulatedResource, Params, World
from local_aws.services.sagemaker.jobs import processing, training, transform
from local_aws.services.sagemaker.jobs.container import Container
from local_aws.services.sagemaker.jobs.outcome import REASON_LENGTH, JobFailedError, JobStoppedError
from local_aws.services.shared.backend import Backend

Ended = Callable[[EmulatedResource, str], None]
"""Told of every job that has ended: its record and its region."""

CHECKS = {"TrainingJob": training.check, "ProcessingJob": processing.check, "TransformJob": transform.check}
CLOCKS = {"TrainingJob": "Training", "ProcessingJob": "Processing", "TransformJob": "Transform"}


class Running:
    """A job that has not ended: what stops it, and what tells that it has ended."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.ended = threading.Event()


class Executor:
    """The jobs of all regions of one world."""

    def __init__(self, world: World, backend: Backend, ended: Ended) -> None:
        self.world = world
        self.backend = backend
        self._ended = ended
        self._running: dict[str, Running] = {}

    def run(self, record: EmulatedResource, region: str, work: Callable[[Running], Params]) -> None:
        """Begin: the record is in its first state until `work` has given the members of the end."""
        running = self._running[record.arn] = Running()
        record.ready_at = math.inf
        thread = threading.Thread(target=self._work, args=(record, region, running, work), daemon=True)
        thread.start()

    def start(self, record: EmulatedResource, region: str, model: Params | None = None) -> None:
        """Begin a training, processing or transform job; `model` is the one that a transform job asks."""
        name = record.kind.name
        record.members[f"{CLOCKS[name]}StartTime"] = self.world.now()
        job = {**record.members, f"{name}Arn": record.arn}

        def work(running: Running) -> Params:
            if name == "TransformJob":
                return transform.run(job, model or {}, self.backend, running.stop)
            with tempfile.TemporaryDirectory(prefix="job-") as folder:
                container = Container(self.world, region, Path(folder, "ml"), running.stop)
                container.folder.mkdir()
                execute = training.run if name == "TrainingJob" else processing.run
                return execute(job, container, self.backend)

        self.run(record, region, work)

    def stop(self, record: EmulatedResource, status: str) -> None:
        """Ask a job to stop; ValidationException if it has ended, as the service answers."""
        running = self._running.get(record.arn)
        if running is None or running.ended.is_set():
            message = f"The request was rejected because the job is in status {status}."
            raise ApiError("ValidationException", message)
        record.phase = "update"
        running.stop.set()

    def wait(self, record: EmulatedResource) -> None:
        """Return when the job has ended, however it has ended."""
        running = self._running.get(record.arn)
        if running:
            running.ended.wait()

    def settle(self) -> None:
        """Return when nothing runs any more."""
        for running in list(self._running.values()):
            running.ended.wait()

    def _work(self, record: EmulatedResource, region: str, running: Running, work: Callable[[Running], Params]) -> None:
        status, members = "Completed", Params()
        try:
            members = work(running)
            status = "Stopped" if members.get("SecondaryStatus") == training.EXIT_TIMED_OUT else status
        except JobStoppedError:
            status = "Stopped"
        except JobFailedError as error:
            status, members = "Failed", {**error.members, "FailureReason": str(error)[:REASON_LENGTH]}
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            status, members = "Failed", {"FailureReason": f"InternalServerError: {error}"[:REASON_LENGTH]}
        with self.world.lock:
            self._finish(record, status, members)
        self._ended(record, region)
        running.ended.set()

    def _finish(self, record: EmulatedResource, status: str, members: Params) -> None:
        now = self.world.now()
        name = record.kind.name
        record.members |= members
        record.members[f"{name}Status"] = status
        if name in CLOCKS:
            record.members[f"{CLOCKS[name]}EndTime"] = now
        if name == "HyperParameterTuningJob":
            record.members["HyperParameterTuningEndTime"] = now
        if name == "TrainingJob":
            record.members["SecondaryStatus"] = members.get("SecondaryStatus", status)
            seconds = max(1, int((now - record.members["TrainingStartTime"]).total_seconds()))
            record.members |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
        record.modified = record.ready_at = self.world.clock()
