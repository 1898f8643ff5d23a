"""Tuning jobs run training jobs with hyperparameters of their own choice, and know which was the best."""

from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.framework import StandIns
from local_aws.services.sagemaker.control import SageMaker
from local_aws.services.sagemaker.jobs import search
from tests.local_aws.doors import Client
from tests.local_aws.services.sagemaker import lab, lab_pipeline
from tests.local_aws.support import ROLE, MemoryBackend

RANGES = {
    "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "4"}],
    "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.01", "MaxValue": "1", "ScalingType": "Logarithmic"}],
}
TAGS = [{"Key": "workshop:id", "Value": "ws"}]
STATIC = {name: value for name, value in lab.HYPERPARAMETERS.items() if name not in ("max_depth", "eval_metric")}


def request(name: str = "tune", **config: Any) -> dict[str, Any]:
    job = lab.training()
    definition = {"StaticHyperParameters": STATIC} | {
        member: job[member]
        for member in ("AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig",
                       "StoppingCondition")
    }  # fmt: skip
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "RandomSeed": 3,
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": RANGES,
            **config,
        },
        "TrainingJobDefinition": definition,
        "Tags": TAGS,
    }


class Tuner:
    """SageMaker with tuning jobs in it."""

    def __init__(self, sagemaker: Any, service: SageMaker) -> None:
        self.sagemaker, self.service = sagemaker, service

    def run(self, **config: Any) -> Any:
        self.sagemaker.create_hyper_parameter_tuning_job(**request(**config))
        self.service.settle()
        return self.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")

    def children(self, **more: Any) -> list[Any]:
        found: list[Any] = self.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="tune", **more
        )["TrainingJobSummaries"]
        return found


@pytest.fixture
def tuner(client: Client, backend: MemoryBackend, all_of_them: StandIns) -> Tuner:
    lab.fill(backend)
    return Tuner(client("sagemaker"), all_of_them.the(SageMaker))


def value(child: Any) -> float:
    return float(child["FinalHyperParameterTuningJobObjectiveMetric"]["Value"])


def test_the_best_is_the_best_of_its_children(tuner: Tuner) -> None:
    job = tuner.run()
    assert job["HyperParameterTuningJobStatus"] == "Completed", job.get("FailureReason")
    children = tuner.children(SortBy="FinalObjectiveMetricValue", SortOrder="Descending")
    assert [value(each) for each in children] == sorted((value(each) for each in children), reverse=True)
    assert job["BestTrainingJob"]["TrainingJobName"] == children[0]["TrainingJobName"]
    assert job["TrainingJobStatusCounters"]["Completed"] == job["ObjectiveStatusCounters"]["Succeeded"] == 3
    for each in children:
        trained = tuner.sagemaker.describe_training_job(TrainingJobName=each["TrainingJobName"])
        given = trained["HyperParameters"]
        assert given == {**STATIC, **each["TunedHyperParameters"], "_tuning_objective_metric": "validation:auc"}
        assert 1 <= int(given["max_depth"]) <= 4
        assert 0.01 <= float(given["eta"]) <= 1
        assert tuner.sagemaker.list_tags(ResourceArn=trained["TrainingJobArn"])["Tags"] == TAGS
        assert trained["TuningJobArn"] == job["HyperParameterTuningJobArn"]
        metrics = {metric["MetricName"]: metric["Value"] for metric in trained["FinalMetricDataList"]}
        assert metrics["validation:auc"] == value(each)


def test_the_smallest_is_the_best_where_the_objective_is_to_minimise(tuner: Tuner) -> None:
    """The second of these learning rates is the largest, which five rounds are too few for."""
    objective = {"Type": "Minimize", "MetricName": "validation:logloss"}
    limits = {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 1}
    job = tuner.run(HyperParameterTuningJobObjective=objective, ResourceLimits=limits)
    children = tuner.children(SortBy="FinalObjectiveMetricValue", SortOrder="Ascending")
    assert job["BestTrainingJob"]["TrainingJobName"] == children[0]["TrainingJobName"]
    assert "-002-" in children[0]["TrainingJobName"]


def test_a_grid_is_every_combination(tuner: Tuner) -> None:
    ranges = {
        "CategoricalParameterRanges": [
            {"Name": "max_depth", "Values": ["1", "2"]},
            {"Name": "booster", "Values": ["gbtree", "dart"]},
        ]
    }
    limits = {"MaxParallelTrainingJobs": 2}
    tuner.run(Strategy="Grid", ParameterRanges=ranges, ResourceLimits=limits)
    tried = {tuple(sorted(each["TunedHyperParameters"].items())) for each in tuner.children()}
    assert tried == {(("booster", booster), ("max_depth", depth)) for booster in ("gbtree", "dart") for depth in "12"}


def test_a_tuning_job_fails_when_none_of_its_jobs_succeeds(tuner: Tuner) -> None:
    ranges = {"IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "-3", "MaxValue": "-1"}]}
    job = tuner.run(ParameterRanges=ranges)
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 3
    assert "BestTrainingJob" not in job


def test_a_stopped_tuning_job_stops_its_jobs(tuner: Tuner, backend: MemoryBackend) -> None:
    backend.objects[lab.BUCKET, "data/train/rows.csv"] = lab.data(20_000, 1)
    definition = request()
    definition["TrainingJobDefinition"]["StaticHyperParameters"] = {**STATIC, "num_round": "4000"}
    tuner.sagemaker.create_hyper_parameter_tuning_job(**definition)
    while not tuner.children():
        pass
    tuner.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    tuner.service.settle()
    job = tuner.sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert {each["TrainingJobStatus"] for each in tuner.children()} == {"Stopped"}


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"Strategy": "Hyperband"}, "does not execute.*Hyperband"),
        ({"TrainingJobEarlyStoppingType": "Auto"}, "does not execute.*early stopping"),
        ({"ParameterRanges": {}}, "at least one hyperparameter"),
        ({"Strategy": "Grid"}, "categorical hyperparameters only"),
    ],
)
def test_what_is_not_executed_is_refused(tuner: Tuner, config: Any, says: str) -> None:
    with pytest.raises(ClientError, match=says):
        tuner.sagemaker.create_hyper_parameter_tuning_job(**request(**config))
    assert tuner.sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []


def test_a_pipeline_registers_the_model_of_the_best_job(tuner: Tuner) -> None:
    best = {"Get": "Steps.Tune.BestTrainingJob.TrainingJobName"}
    place = {"Std:Join": {"On": "/", "Values": [f"s3://{lab.BUCKET}/models", best, "output/model.tar.gz"]}}
    definition = {
        "Version": "2020-12-01",
        "Steps": [
            {
                "Name": "Tune",
                "Type": "Tuning",
                "Arguments": {name: each for name, each in request().items() if not name.endswith("JobName")},
            },
            {
                "Name": "Model",
                "Type": "Model",
                "Arguments": {
                    "ExecutionRoleArn": ROLE,
                    "PrimaryContainer": {"Image": lab.IMAGE, "ModelDataUrl": place},
                },
            },
        ],
    }
    sagemaker = tuner.sagemaker
    sagemaker.create_pipeline(
        PipelineName="p", ClientRequestToken="x" * 32, RoleArn=ROLE, PipelineDefinition=lab_pipeline.text(definition)
    )
    arn = sagemaker.start_pipeline_execution(PipelineName="p", ClientRequestToken="y" * 32)["PipelineExecutionArn"]
    tuner.service.settle()
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    assert [each["StepStatus"] for each in steps] == ["Succeeded", "Succeeded"], steps
    name = steps[1]["Metadata"]["TuningJob"]["Arn"].rpartition("/")[2]
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    model = sagemaker.describe_model(ModelName=steps[0]["Metadata"]["Model"]["Arn"].rpartition("/")[2])
    assert job["BestTrainingJob"]["TrainingJobName"] in model["PrimaryContainer"]["ModelDataUrl"]


def test_bayesian_search_finds_a_hill_sooner_than_chance() -> None:
    """The best of 16 trials on a smooth hill, in 30 searches each."""

    def best(strategy: str, seed: int) -> float:
        chance, trials = Random(seed), list[search.Trial]()  # noqa: S311
        for _ in range(16):
            place = search.suggest(strategy, 2, chance, trials)
            trials.append((place, -((place[0] - 0.7) ** 2) - (place[1] - 0.2) ** 2))
        return max(score for _, score in trials)

    found = {strategy: sorted(best(strategy, seed) for seed in range(30)) for strategy in ("Random", "Bayesian")}
    assert found["Bayesian"][15] > found["Random"][15] / 3


@pytest.mark.parametrize(("scaling", "middle"), [("Linear", 5.05), ("Logarithmic", 1.0), ("Auto", 5.05)])
def test_a_range_is_scaled_as_it_says(scaling: str, middle: float) -> None:
    each = {"Name": "x", "MinValue": "0.1", "MaxValue": "10", "ScalingType": scaling}
    space = search.Space({"ContinuousParameterRanges": [each]})
    found = [float(space.at((part,))["x"]) for part in (0.0, 0.5, 1.0)]
    assert found == pytest.approx([0.1, middle, 10])
