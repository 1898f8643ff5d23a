"""Pipelines are interpreted: a definition of the service's own format runs, and the API tells what really happened."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.framework import ApiCall, ApiError, StandIns, World
from local_aws.services.sagemaker.control import SageMaker
from tests.local_aws.doors import Client
from tests.local_aws.services.sagemaker import lab, lab_pipeline
from tests.local_aws.services.sagemaker.lab import BUCKET
from tests.local_aws.services.sagemaker.lab_pipeline import GROUP
from tests.local_aws.support import ROLE, MemoryBackend


class Lab:
    """One pipeline, and what its executions gave."""

    def __init__(self, sagemaker: Any, service: SageMaker) -> None:
        self.sagemaker, self.service, self.tokens = sagemaker, service, iter(range(1000))

    def save(self, definition: dict[str, Any] | None = None, **more: Any) -> None:
        self.sagemaker.create_pipeline(
            PipelineName="p",
            ClientRequestToken="x" * 32,
            RoleArn=ROLE,
            PipelineDefinition=lab_pipeline.text(definition),
            **more,
        )

    def start(self, **given: Any) -> str:
        parameters = [{"Name": name, "Value": str(value)} for name, value in given.items()]
        token = f"token-{next(self.tokens):032d}"
        return str(
            self.sagemaker.start_pipeline_execution(
                PipelineName="p", ClientRequestToken=token, PipelineParameters=parameters
            )["PipelineExecutionArn"]
        )

    def end(self, arn: str) -> Any:
        self.service.settle()
        return self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)

    def run(self, **given: Any) -> Any:
        return self.end(self.start(**given))

    def steps(self, execution: Any) -> dict[str, Any]:
        listed = self.sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=execution["PipelineExecutionArn"], SortOrder="Ascending"
        )["PipelineExecutionSteps"]
        return {each["StepName"]: each for each in listed}

    def versions(self) -> list[Any]:
        found: list[Any] = self.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
        return found


@pytest.fixture
def pipeline(client: Client, backend: MemoryBackend, all_of_them: StandIns) -> Lab:
    lab_pipeline.fill(backend)
    sagemaker = client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    return Lab(sagemaker, all_of_them.the(SageMaker))


def statuses(steps: dict[str, Any]) -> dict[str, str]:
    return {name: step["StepStatus"] for name, step in steps.items()}


def test_data_becomes_a_registered_version(pipeline: Lab, backend: MemoryBackend) -> None:
    pipeline.save()
    execution = pipeline.run()
    steps = pipeline.steps(execution)
    assert execution["PipelineExecutionStatus"] == "Succeeded", steps
    assert list(steps) == ["Split", "Train", "Evaluate", "GoodEnough", "Register"]
    assert set(statuses(steps).values()) == {"Succeeded"}
    assert steps["GoodEnough"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    sagemaker = pipeline.sagemaker
    package = sagemaker.describe_model_package(ModelPackageName=steps["Register"]["Metadata"]["RegisterModel"]["Arn"])
    training = sagemaker.describe_training_job(
        TrainingJobName=steps["Train"]["Metadata"]["TrainingJob"]["Arn"].rpartition("/")[2]
    )
    container = package["InferenceSpecification"]["Containers"][0]
    assert container["ModelDataUrl"] == training["ModelArtifacts"]["S3ModelArtifacts"]
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert training["HyperParameters"]["num_round"] == "5"
    execution_id = execution["PipelineExecutionArn"].rpartition("/")[2]
    report = json.loads(backend.objects[BUCKET, f"runs/{execution_id}/evaluation/evaluation.json"])
    assert 0.8 <= report["metrics"]["auc"]["value"] < 1


def test_a_second_run_takes_what_has_not_changed_from_the_first(pipeline: Lab) -> None:
    pipeline.save()
    first, second, third = pipeline.run(), pipeline.run(), pipeline.run(Rounds=6)
    hits = [
        {name: step.get("CacheHitResult", {}).get("SourcePipelineExecutionArn") for name, step in steps.items()}
        for steps in (pipeline.steps(second), pipeline.steps(third))
    ]
    arn = first["PipelineExecutionArn"]
    assert hits[0] == {"Split": arn, "Train": arn, "Evaluate": None, "GoodEnough": None, "Register": None}
    assert (hits[1]["Split"], hits[1]["Train"]) == (arn, None)
    assert len(pipeline.sagemaker.list_training_jobs()["TrainingJobSummaries"]) == 2
    assert len(pipeline.versions()) == 3


def test_a_weak_model_ends_in_the_fail_step_and_nothing_is_registered(pipeline: Lab) -> None:
    pipeline.save()
    execution = pipeline.run(MinimumAuc=0.999)
    steps = pipeline.steps(execution)
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert execution["FailureReason"] == "Step failure: One or multiple steps failed."
    assert statuses(steps) == {"Split": "Succeeded", "Train": "Succeeded", "Evaluate": "Succeeded",
                               "GoodEnough": "Succeeded", "TooWeak": "Failed"}  # fmt: skip
    assert steps["TooWeak"]["FailureReason"] == "AUC is below 0.999"
    assert steps["TooWeak"]["Metadata"] == {"Fail": {"ErrorMessage": "AUC is below 0.999"}}
    assert pipeline.versions() == []


def test_a_failed_job_fails_its_step_with_the_jobs_reason(pipeline: Lab, backend: MemoryBackend) -> None:
    lab.script(backend, "raise SystemExit('the raw data has no rows')", "code/split.py")
    pipeline.save()
    steps = pipeline.steps(pipeline.run())
    assert statuses(steps) == {"Split": "Failed"}
    assert "the raw data has no rows" in steps["Split"]["FailureReason"]


def test_a_stopped_execution_stops_its_job_and_begins_no_other(pipeline: Lab, backend: MemoryBackend) -> None:
    lab.script(backend, "import time\nwhile True: time.sleep(1)", "code/split.py")
    pipeline.save()
    arn = pipeline.start()
    while not pipeline.sagemaker.list_processing_jobs()["ProcessingJobSummaries"]:
        pass
    described = pipeline.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert described["PipelineExecutionStatus"] == "Executing"
    with pytest.raises(ClientError, match="running execution"):
        pipeline.sagemaker.delete_pipeline(PipelineName="p", ClientRequestToken="y" * 32)
    pipeline.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="z" * 32)
    execution = pipeline.end(arn)
    assert execution["PipelineExecutionStatus"] == "Stopped"
    assert statuses(pipeline.steps(execution)) == {"Split": "Stopped"}
    jobs = pipeline.sagemaker.list_processing_jobs()["ProcessingJobSummaries"]
    assert [each["ProcessingJobStatus"] for each in jobs] == ["Stopped"]
    with pytest.raises(ClientError, match="Stopped"):
        pipeline.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="w" * 32)


def test_one_token_is_one_execution(pipeline: Lab) -> None:
    pipeline.save()
    request = {"PipelineName": "p", "ClientRequestToken": "same" * 8}
    arns = {pipeline.sagemaker.start_pipeline_execution(**request)["PipelineExecutionArn"] for _ in range(2)}
    pipeline.service.settle()
    assert len(arns) == 1
    assert len(pipeline.sagemaker.list_pipeline_executions(PipelineName="p")["PipelineExecutionSummaries"]) == 1


@pytest.mark.parametrize(
    ("refusals", "attempts", "status"), [(2, 3, "Succeeded"), (3, 3, "Failed")], ids=["in time", "too often"]
)
def test_a_quota_of_zero_is_tried_again_as_often_as_the_policy_says(
    pipeline: Lab, world: World, refusals: int, attempts: int, status: str
) -> None:
    left = iter(range(refusals))

    def refuse(call: ApiCall) -> None:
        if call.operation == "CreateTrainingJob" and next(left, None) is not None:
            raise ApiError("ResourceLimitExceeded", "The account-level service limit is 0 Instances")

    world.before.append(refuse)
    definition = lab_pipeline.definition()
    policy = {"ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "IntervalSeconds": 0, "MaxAttempts": 2}
    definition["Steps"][1]["RetryPolicies"] = [policy]
    pipeline.save(definition)
    execution = pipeline.run()
    train = pipeline.steps(execution)["Train"]
    assert (execution["PipelineExecutionStatus"], train["AttemptCount"]) == (status, attempts)
    if status == "Failed":
        assert "service limit is 0" in train["FailureReason"]


MEET = """
import pathlib, sys
mine, other = (pathlib.Path(sys.argv[1], name) for name in sys.argv[2:4])
mine.touch()
while len(sys.argv) < 5 and not other.exists():
    pass
if len(sys.argv) == 5 and other.exists():
    raise SystemExit("somebody else is here")
if len(sys.argv) == 5:
    mine.unlink()
"""


@pytest.mark.parametrize("alone", [False, True])
def test_steps_run_together_unless_the_pipeline_says_one_at_a_time(
    pipeline: Lab, backend: MemoryBackend, tmp_path: Path, alone: bool
) -> None:
    """Each waits for the other, or fails when the other is there."""
    code = lab.script(backend, MEET, "code/meet.py")
    last = ["alone"] if alone else []
    steps = [
        {
            "Name": mine,
            "Type": "Processing",
            "Arguments": lab_pipeline.arguments(lab.processing("", code, str(tmp_path), mine, other, *last)),
        }
        for mine, other in (("One", "Two"), ("Two", "One"))
    ]
    limit = {"ParallelismConfiguration": {"MaxParallelExecutionSteps": 1}} if alone else {}
    pipeline.save({"Version": "2020-12-01", "Steps": steps}, **limit)
    assert pipeline.run()["PipelineExecutionStatus"] == "Succeeded"


def changed(change: Any) -> dict[str, Any]:
    definition = lab_pipeline.definition()
    change(definition)
    return definition


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(Version="2019-01-01"), "Version must be"),
        (lambda d: d["Steps"][1].update(Name="Split"), "Split is used more than once"),
        (lambda d: d["Steps"][1].update(Type="Train"), "step Train: unknown Type Train"),
        (lambda d: d["Steps"][1].update(DependsOn=["Spilt"]), "DependsOn names Spilt"),
        (lambda d: d["Steps"][2].pop("PropertyFiles"), "names no property file of step Evaluate"),
        (lambda d: d["Parameters"].pop(0), "'Parameters.Raw'} names no parameter"),
        (lambda d: d["Parameters"][0].update(DefaultValue=3), "parameter Raw: 3 is no String"),
        (lambda d: d["Parameters"][1].update(DefaultValue=9), "parameter Rounds: the default is not one of"),
        (lambda d: d["Parameters"][1].update(Type="Int"), "parameter Rounds: Type Int"),
        (lambda d: d["Steps"][0].update(DependsOn=["Evaluate"]), "wait for one another"),
        (lambda d: d["Steps"][0].update(DependsOn=["Register"]), "wait for one another"),
        (lambda d: d["Steps"][0]["Arguments"].update(RoleArn={"Get": "Steps.Nobody.X"}), "names no step"),
        (lambda d: d["Steps"][0]["Arguments"].update(RoleArn={"Get": "Execution.Who"}), "is none of"),
    ],
)
def test_a_definition_with_a_fault_is_refused_and_the_step_named(pipeline: Lab, change: Any, says: str) -> None:
    with pytest.raises(ClientError) as refused:
        pipeline.save(changed(change))
    assert says in str(refused.value)
    assert pipeline.sagemaker.list_pipelines()["PipelineSummaries"] == []


def test_all_faults_are_said_at_once(pipeline: Lab) -> None:
    def change(definition: Any) -> None:
        definition["Version"] = "1"
        definition["Steps"][1]["DependsOn"] = ["Spilt"]

    with pytest.raises(ClientError, match=r"Version.*Spilt"):
        pipeline.save(changed(change))


@pytest.mark.parametrize("kind", ["Lambda", "Callback", "QualityCheck"])
def test_a_step_that_is_not_executed_is_refused_when_it_is_saved(pipeline: Lab, kind: str) -> None:
    with pytest.raises(ClientError, match=f"does not execute.*Train \\({kind}\\)"):
        pipeline.save(changed(lambda definition: definition["Steps"][1].update(Type=kind)))


@pytest.mark.parametrize(
    ("given", "says"),
    [({"Rounds": 7}, "not one of"), ({"Rounds": "many"}, "no Integer"), ({"Round": 5}, "no parameter Round")],
)
def test_parameters_that_do_not_fit_are_refused_before_anything_begins(pipeline: Lab, given: Any, says: str) -> None:
    pipeline.save()
    with pytest.raises(ClientError, match=says):
        pipeline.start(**given)
    assert pipeline.sagemaker.list_pipeline_executions(PipelineName="p")["PipelineExecutionSummaries"] == []


def test_an_execution_keeps_definition_and_parameters_it_began_with(pipeline: Lab) -> None:
    pipeline.save()
    execution = pipeline.run(Rounds=6, MinimumAuc=0.1)
    pipeline.sagemaker.update_pipeline(
        PipelineName="p", PipelineDefinition=lab_pipeline.text(changed(lambda d: d["Steps"].pop()))
    )
    arn = execution["PipelineExecutionArn"]
    told = pipeline.sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    assert json.loads(told["PipelineDefinition"]) == lab_pipeline.definition()
    listed = pipeline.sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)["PipelineParameters"]
    assert listed == [{"Name": "Rounds", "Value": "6"}, {"Name": "MinimumAuc", "Value": "0.1"}]
