"""The operations of pipelines: save a definition, start an execution, watch and stop it."""

import math
import string
import threading

from local_aws.framework import (
    ApiError,
    EmulatedResource,
    Params,
    Request,
    World,
    answer,
    find,
    listing,
    operation,
    plant,
    stop,
)
from local_aws.services.sagemaker.jobs.operations import JobOperations
from local_aws.services.sagemaker.jobs.outcome import not_executed
from local_aws.services.sagemaker.pipelines import definition as definitions
from local_aws.services.sagemaker.pipelines import steps
from local_aws.services.sagemaker.pipelines.cache import Cache
from local_aws.services.sagemaker.pipelines.execution import DEFAULT_PARALLEL, FAILED, Execution, Tools
from local_aws.services.sagemaker.pipelines.expressions import ExpressionError, Scope, parameters
from local_aws.services.shared.backend import Backend

UNDONE = ("SelectiveExecutionConfig", "PipelineVersionId", "PipelineVersionAlias", "MlflowExperimentName")


class PipelineOperations(JobOperations):
    """Pipelines of SageMaker. Without a backend an execution is a record that ends by the world's clock."""

    def __init__(self, world: World, backend: Backend | None = None) -> None:
        super().__init__(world, backend)
        self._executions: dict[str, Execution] = {}
        self._cache = Cache()

    def settle(self) -> None:
        """Return when no job and no execution runs any more."""
        for execution in list(self._executions.values()):
            execution.ended.wait()
        if self.executor:
            self.executor.settle()

    def execution_changed(self, record: EmulatedResource, region: str, step: Params | None = None) -> None:
        """An execution, or a step of it, has another status than before."""

    def definition_of(self, members: Params) -> Params:
        """The text of a definition from the request or from S3, checked; nothing if nothing is executed here."""
        if self.backend is None:
            return {}
        place = members.get("PipelineDefinitionS3Location")
        if place:
            try:
                members["PipelineDefinition"] = self.backend.get_object(place["Bucket"], place["ObjectKey"]).decode()
            except KeyError as error:
                raise ApiError("ValidationException", "PipelineDefinitionS3Location names no object.") from error
        if "PipelineDefinition" not in members:
            raise ApiError("ValidationException", "PipelineDefinition or PipelineDefinitionS3Location must be given.")
        definitions.parse(members["PipelineDefinition"])
        return {"PipelineDefinition": members["PipelineDefinition"]}

    @operation("StartPipelineExecution")
    def start_execution(self, call: Request) -> Params:
        """Begin; the same ClientRequestToken names the same execution."""
        undone = [name for name in UNDONE if name in call.params]
        if undone or self.backend is None:
            raise not_executed(", ".join(undone) or "a pipeline without a backend")
        with self.world.lock:
            pipeline = find(self.kind_of["Pipeline"], call)
            for record in call.store.all("PipelineExecution"):
                if (record.get("PipelineName"), record.get("Token")) == (
                    pipeline.key[0],
                    call.params["ClientRequestToken"],
                ):
                    return {"PipelineExecutionArn": record.arn}
            record = self._new_execution(call, pipeline)
            execution = self._executions[record.arn] = self._interpreter(call, pipeline, record)
        threading.Thread(target=self._interpret, args=(execution, call.region), daemon=True).start()
        return {"PipelineExecutionArn": record.arn}

    def _new_execution(self, call: Request, pipeline: EmulatedResource) -> EmulatedResource:
        arn = f"{pipeline.arn}/execution/{self.world.new_id(12, string.ascii_lowercase + string.digits)}"
        definition = definitions.parse(pipeline["PipelineDefinition"])
        given = {each["Name"]: each["Value"] for each in call.params.get("PipelineParameters", ())}
        try:
            values = parameters(definition.get("Parameters", []), given)
        except ExpressionError as error:
            raise ApiError("ValidationException", f"The parameters are refused: {error}") from error
        told = ("PipelineExecutionDisplayName", "PipelineExecutionDescription", "ParallelismConfiguration")
        record = plant(
            self,
            "PipelineExecution",
            (arn,),
            region=call.region,
            PipelineName=pipeline.key[0],
            PipelineArn=pipeline.arn,
            PipelineDefinition=pipeline["PipelineDefinition"],
            PipelineParameters=[{"Name": name, "Value": text} for name, text in given.items()],
            PipelineExecutionSteps=[],
            Token=call.params["ClientRequestToken"],
            StartTime=self.world.now(),
            RoleArn=call.params.get("RoleArn", pipeline["RoleArn"]),
            Values=values,
            **{name: call.params[name] for name in told if name in call.params},
        )
        record.arn = arn
        record.ready_at = math.inf
        pipeline.members["LastRunTime"] = self.world.now()
        return record

    def _interpreter(self, call: Request, pipeline: EmulatedResource, record: EmulatedResource) -> Execution:
        assert self.backend  # noqa: S101  # an execution begins only with one
        backend, region = self.backend, call.region
        definition = definitions.parse(record["PipelineDefinition"])
        now = self.world.now().isoformat()
        about = {
            "PipelineName": pipeline.key[0],
            "PipelineArn": pipeline.arn,
            "PipelineExecutionId": record.arn.rpartition("/")[2],
            "PipelineExecutionArn": record.arn,
            "StartDateTime": now,
            "CurrentDateTime": now,
        }
        by_name = {step["Name"]: step for step in definitions.steps_of(definition)}
        tools = Tools(
            self.world,
            backend,
            self._cache,
            lambda name, params: self.call(name, params, region),
            lambda kind, name: self._finished(kind, name, region),
            lambda kind, name: self._stop_job(kind, name, region),
            lambda step: self.execution_changed(record, region, step),
        )
        execution = Execution(record, definition, Scope(record["Values"], about, lambda *_: None), tools)
        execution.scope = Scope(
            record["Values"],
            about,
            lambda step, name: steps.property_file(backend, by_name[step], name, execution.scope.steps.get(step, {})),
        )
        parallel = record.get("ParallelismConfiguration") or pipeline.get("ParallelismConfiguration") or {}
        execution.parallel = parallel.get("MaxParallelExecutionSteps", DEFAULT_PARALLEL)
        return execution

    def _interpret(self, execution: Execution, region: str) -> None:
        record = execution.record
        self.execution_changed(record, region)
        status = execution.run()
        with self.world.lock:
            record.members["PipelineExecutionStatus"] = status
            if status == "Failed":
                record.members |= {"FailureReason": FAILED, "PipelineExecutionFailureReason": FAILED}
            record.modified = record.ready_at = self.world.clock()
        self.execution_changed(record, region)
        execution.ended.set()

    def _finished(self, kind: str, name: str, region: str) -> Params:
        record = self.store(region).need(kind, (name,))
        assert self.executor  # noqa: S101  # an execution begins only with one
        self.executor.wait(record)
        return self.run(f"Describe{kind}", {f"{kind}Name": name}, region)

    def _stop_job(self, kind: str, name: str, region: str) -> None:
        record = self.store(region).get(kind, (name,))
        if record and self.executor:
            self.executor.stop(record, self.store(region).status(record))

    @operation("StopPipelineExecution")
    def stop_execution(self, call: Request) -> Params:
        """No further step begins, running jobs are stopped; ValidationException if it has ended."""
        kind = self.kind_of["PipelineExecution"]
        record = find(kind, call)
        execution = self._executions.get(record.arn)
        if execution is None:
            stop(call, kind, "Stopped")
        elif call.store.status(record) not in ("Executing", "Stopping"):
            message = f"Only an execution that is Executing can be stopped; it is {call.store.status(record)}."
            raise ApiError("ValidationException", message)
        else:
            record.phase = "update"
            execution.stop()
        return {"PipelineExecutionArn": call.params["PipelineExecutionArn"]}

    @operation("ListPipelineExecutions")
    def list_executions(self, call: Request) -> Params:
        name = call.store.need("Pipeline", (call.params["PipelineName"],)).key[0]
        found = [each for each in call.store.all("PipelineExecution") if each.get("PipelineName") == name]
        return listing(call, found)

    @operation("ListPipelineExecutionSteps")
    def list_steps(self, call: Request) -> Params:
        """In the order in which they began; the latest first unless the request says Ascending."""
        record = call.store.need("PipelineExecution", (call.params.get("PipelineExecutionArn", ""),))
        with self.world.lock:
            shown = [dict(each) for each in record.get("PipelineExecutionSteps", ())]
        if call.params.get("SortOrder") != "Ascending":
            shown.reverse()
        return {"PipelineExecutionSteps": shown}

    @operation("ListPipelineParametersForExecution")
    def list_parameters(self, call: Request) -> Params:
        """What the starter gave; defaults are not among them."""
        record = call.store.need("PipelineExecution", (call.params["PipelineExecutionArn"],))
        return {"PipelineParameters": record.get("PipelineParameters", [])}

    @operation("DescribePipelineDefinitionForExecution")
    def definition_for_execution(self, call: Request) -> Params:
        """The definition that the execution began with, whatever the pipeline has now."""
        record = call.store.need("PipelineExecution", (call.params["PipelineExecutionArn"],))
        return answer(call.model.output_shape, record, "")
