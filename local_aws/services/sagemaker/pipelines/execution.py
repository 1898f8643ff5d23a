"""One execution of a pipeline: which steps are ready, what each of them gave, how the whole ended."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from local_aws.framework import ApiError, EmulatedResource, Params, World
from local_aws.services.sagemaker.pipelines import retry, steps
from local_aws.services.sagemaker.pipelines.cache import Cache, CachedAnswer
from local_aws.services.sagemaker.pipelines.definition import needs
from local_aws.services.sagemaker.pipelines.expressions import ExpressionError, Scope
from local_aws.services.sagemaker.pipelines.steps import StepFailedError, StepStoppedError
from local_aws.services.shared.backend import Backend

FAILED = "Step failure: One or multiple steps failed."
DEFAULT_PARALLEL = 50


@dataclass
class Tools:
    """What an execution works with: the world, S3, the cache, and the operations of SageMaker."""

    world: World
    backend: Backend
    cache: Cache
    call: steps.Call
    finished: Callable[[str, str], Params]
    """Waits for a job by kind and name; gives its description."""
    stop: Callable[[str, str], None]
    """Stops a job by kind and name."""
    changed: Callable[[Params], None]
    """Told of every step that has changed its status."""


@dataclass
class Execution:
    """Runs in a thread of its own; `stopping` is set from outside."""

    record: EmulatedResource
    definition: Params
    scope: Scope
    tools: Tools
    parallel: int = DEFAULT_PARALLEL
    stopping: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    _jobs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def stop(self) -> None:
        """No further step begins, and the jobs that run are stopped."""
        with self.tools.world.lock:
            self.stopping.set()
            running = list(self._jobs.values())
        for kind, name in running:
            self.tools.stop(kind, name)

    def run(self) -> str:
        """To the end. Gives the status of the execution."""
        pending = {step["Name"]: step for step in self.definition["Steps"]}
        running: dict[Future[Params], Params] = {}
        failed = False
        with ThreadPoolExecutor(self.parallel) as pool:
            while True:
                if not failed and not self.stopping.is_set():
                    for name in [name for name, step in pending.items() if needs(step) <= set(self.scope.steps)]:
                        step = pending.pop(name)
                        running[pool.submit(self._step, step)] = step
                if not running:
                    break
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    step, outcome = running.pop(done), done.result()
                    failed = failed or outcome["StepStatus"] == "Failed"
                    if step["Type"] == "Condition" and outcome["StepStatus"] == "Succeeded":
                        pending |= {each["Name"]: each for each in self._branch(step)}
        if failed:
            return "Failed"
        return "Stopped" if self.stopping.is_set() else "Succeeded"

    def _branch(self, step: Params) -> list[Params]:
        taken = "IfSteps" if self.scope.steps[step["Name"]]["Outcome"] == "True" else "ElseSteps"
        branch: list[Params] = step["Arguments"].get(taken, [])
        return branch

    def _step(self, step: Params) -> Params:
        """Execute one step and keep what it gave; never raises."""
        shown: Params = {"StepName": step["Name"], "StartTime": self.tools.world.now(), "StepStatus": "Executing"}
        shown |= {
            member: step[name]
            for name, member in (("DisplayName", "StepDisplayName"), ("Description", "StepDescription"))
            if step.get(name)
        }
        with self.tools.world.lock:
            self.record.members["PipelineExecutionSteps"].append(shown)
        self.tools.changed(shown)
        try:
            if self.stopping.is_set():
                raise StepStoppedError
            answer = self._execute(step, shown)
            end: Params = {"StepStatus": "Succeeded"}
        except StepStoppedError:
            end = {"StepStatus": "Stopped"}
        except (StepFailedError, ExpressionError) as error:
            end = {"StepStatus": "Failed", "FailureReason": str(error)}
        with self.tools.world.lock:
            shown |= {**end, "EndTime": self.tools.world.now()}
            if end["StepStatus"] == "Succeeded":
                self.scope.steps[step["Name"]] = answer
        self.tools.changed(shown)
        return shown

    def _execute(self, step: Params, shown: Params) -> Any:
        kind = step["Type"]
        if kind == "Condition":
            outcome = str(all(self.scope.holds(test) for test in step["Arguments"]["Conditions"]))
            shown["Metadata"] = {"Condition": {"Outcome": outcome}}
            return {"Outcome": outcome}
        arguments = self.scope.resolve(step["Arguments"])
        if kind == "Fail":
            shown["Metadata"] = {"Fail": {"ErrorMessage": arguments["ErrorMessage"]}}
            raise StepFailedError(arguments["ErrorMessage"])
        if kind in steps.JOBS:
            return self._job(step, arguments, shown)
        try:
            if kind == "Model":
                made = steps.create_model(self.tools.call, arguments, self._name(step, steps.Job("Model", "Model")))
            else:
                made = steps.register(self.tools.call, arguments)
        except ApiError as error:
            raise StepFailedError(_refusal(f"Create{kind}", error)) from error
        shown["Metadata"], answer = made
        return answer

    def _job(self, step: Params, arguments: Params, shown: Params) -> Any:
        pipeline = str(self.record["PipelineName"])
        hit = self.tools.cache.find(pipeline, step, arguments, self.tools.world.clock())
        job = steps.JOBS[step["Type"]]
        if hit:
            shown["CacheHitResult"] = {"SourcePipelineExecutionArn": hit.execution}
            shown["Metadata"] = {job.metadata: {"Arn": hit.answer[f"{job.kind}Arn"]}}
            return hit.answer
        answer = self._tried(step, job, arguments, shown)
        self.tools.cache.keep(
            pipeline, step, arguments, CachedAnswer(answer, self.record.arn, self.tools.world.clock())
        )
        return answer

    def _tried(self, step: Params, job: steps.Job, arguments: Params, shown: Params) -> Params:
        """Start the job until one succeeds or no retry policy is left."""
        began, tried = self.tools.world.clock(), 0
        while True:
            tried += 1
            shown["AttemptCount"] = tried
            try:
                answer = self._attempt(step, job, arguments, shown)
                reason = str(answer.get("FailureReason", "the job failed"))
                kind = retry.kind_of_reason(reason)
                if answer[f"{job.kind}Status"] == "Completed":
                    return answer
                if answer[f"{job.kind}Status"] == "Stopped" and self.stopping.is_set():
                    raise StepStoppedError
            except ApiError as error:
                kind, reason = retry.kind_of(error), _refusal(f"Create{job.kind}", error)
            elapsed = self.tools.world.clock() - began
            seconds = retry.pause(step.get("RetryPolicies", ()), kind, tried, elapsed)
            if seconds is None:
                raise StepFailedError(reason)
            if self.stopping.wait(seconds):
                raise StepStoppedError

    def _attempt(self, step: Params, job: steps.Job, arguments: Params, shown: Params) -> Params:
        name = self._name(step, job)
        with self.tools.world.lock:
            if self.stopping.is_set():
                raise StepStoppedError
            self._jobs[step["Name"]] = (job.kind, name)
            arn = self.tools.call(f"Create{job.kind}", {**arguments, job.name_member: name})[f"{job.kind}Arn"]
        shown["Metadata"] = {job.metadata: {"Arn": arn}}
        try:
            return self.tools.finished(job.kind, name)
        finally:
            del self._jobs[step["Name"]]

    def _name(self, step: Params, job: steps.Job) -> str:
        return steps.job_name(job, self.record.arn.rpartition("/")[2], step["Name"], self.tools.world.new_id(10))


def _refusal(operation: str, error: ApiError) -> str:
    return f"ClientError: Failed to invoke sagemaker:{operation}. Error Details: {error.message}"
