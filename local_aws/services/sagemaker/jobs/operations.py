"""The operations of jobs: begin, stop, wait for the end."""

from local_aws.framework import (
    EmulatedResource,
    Params,
    Request,
    StandIn,
    World,
    answer,
    find,
    new_record,
    operation,
    stop,
)
from local_aws.services.sagemaker.jobs import tuning
from local_aws.services.sagemaker.jobs.executor import CHECKS, Executor, Running
from local_aws.services.shared.backend import Backend

EXECUTED = ("TrainingJob", "ProcessingJob", "TransformJob")


class JobOperations(StandIn):
    """Jobs of SageMaker. Without a backend they are records that end by the world's clock."""

    def __init__(self, world: World, backend: Backend | None = None) -> None:
        super().__init__(world)
        self.backend = backend
        self.executor = Executor(world, backend, self.job_changed) if backend else None

    def job_changed(self, record: EmulatedResource, region: str) -> None:
        """A job has another state than before, the one that its record has now."""

    @operation(*(f"Create{name}" for name in EXECUTED))
    def create_job(self, call: Request) -> Params:
        """A training, processing or transform job, which begins at once."""
        kind = self.kind_of[call.operation.removeprefix("Create")]
        if self.executor:
            CHECKS[kind.name](call.params)
        with self.world.lock:
            model = call.store.need("Model", (call.params["ModelName"],)) if kind.name == "TransformJob" else None
            record = new_record(kind, call)
            if self.executor:
                self.job_changed(record, call.region)
                self.executor.start(record, call.region, model.members if model else None)
            return answer(call.model.output_shape, record, call.store.status(record))

    @operation("CreateHyperParameterTuningJob")
    def create_tuning_job(self, call: Request) -> Params:
        """A tuning job, whose training jobs are records as any others."""
        if self.executor is None:
            with self.world.lock:
                record = new_record(self.kind_of["HyperParameterTuningJob"], call)
            return {"HyperParameterTuningJobArn": record.arn}
        tuning.check(call.params)
        with self.world.lock:
            record = new_record(self.kind_of["HyperParameterTuningJob"], call)
            record.members |= tuning.COUNTERS
            self.job_changed(record, call.region)
            self.executor.run(record, call.region, lambda running: self._tuning(record, call.region, running).run())
        return {"HyperParameterTuningJobArn": record.arn}

    def _tuning(self, record: EmulatedResource, region: str, running: Running) -> tuning.Tuning:
        def start(request: Params) -> EmulatedResource:
            self.call("CreateTrainingJob", request, region)
            return self.store(region).need("TrainingJob", (request["TrainingJobName"],))

        assert self.executor  # noqa: S101  # a tuning job runs only with one
        return tuning.Tuning(record, start, self.executor, self.world.lock, running.stop)

    @operation("ListTrainingJobsForHyperParameterTuningJob")
    def list_children(self, call: Request) -> Params:
        """The training jobs of a tuning job, sorted by name or by the objective metric, as the request says."""
        job = find(self.kind_of["HyperParameterTuningJob"], call)
        found = [each for each in call.store.all("TrainingJob") if each.get("TuningJobArn") == job.arn]
        shown = [tuning.summary(each) for each in found]
        wanted = call.params.get("StatusEquals")
        shown = [each for each in shown if wanted in (None, each["TrainingJobStatus"])]
        if call.params.get("SortBy") == "FinalObjectiveMetricValue":
            shown.sort(key=tuning.value_of)
        if call.params.get("SortOrder") == "Descending":
            shown.reverse()
        return {"TrainingJobSummaries": shown[: call.params.get("MaxResults", 100)]}

    @operation(*(f"Stop{name}" for name in EXECUTED), "StopLabelingJob", "StopHyperParameterTuningJob")
    def stop_job(self, call: Request) -> None:
        """Ask a job to stop; ValidationException if it has ended."""
        kind = self.kind_of[call.operation.removeprefix("Stop")]
        if self.executor is None or kind.name == "LabelingJob":
            return stop(call, kind, "Stopped")
        record = find(kind, call)
        self.executor.stop(record, call.store.status(record))
        return None

    @operation("UpdateTrainingJob")
    def update_job(self, call: Request) -> Params:
        """(14) Keep-alive 0 gives the warm pool back."""
        record = find(self.kind_of["TrainingJob"], call)
        record.members["WarmPoolStatus"] = {"Status": "Terminated"}
        return {"TrainingJobArn": record.arn}
