"""CreateHyperParameterTuningJob, executed: training jobs with hyperparameters of its own choice, and the best of them.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning.html
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from local_aws.framework import ApiError, EmulatedResource, Params
from local_aws.services.sagemaker.jobs import search, training
from local_aws.services.sagemaker.jobs.outcome import JobFailedError, JobStoppedError, not_executed

COUNTERS: Params = {
    "TrainingJobStatusCounters": {
        "Completed": 0,
        "InProgress": 0,
        "RetryableError": 0,
        "NonRetryableError": 0,
        "Stopped": 0,
    },
    "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 0, "Failed": 0},
}
_DEFAULT_JOBS = 500


def check(job: Params) -> None:
    """Refuse what is not executed here, so that nothing is accepted and then left undone."""
    config, definition = job["HyperParameterTuningJobConfig"], job.get("TrainingJobDefinition")
    undone = [name for name in ("TrainingJobDefinitions", "WarmStartConfig", "Autotune") if job.get(name)]
    undone += [f"strategy {config['Strategy']}"] if config["Strategy"] not in search.STRATEGIES else []
    undone += ["early stopping"] if config.get("TrainingJobEarlyStoppingType", "Off") != "Off" else []
    undone += [name for name in ("TuningJobCompletionCriteria", "StrategyConfig") if config.get(name)]
    ranges = config.get("ParameterRanges", {})
    undone += ["AutoParameters"] if ranges.get("AutoParameters") else []
    if undone or not definition:
        raise not_executed(", ".join(undone) or "a tuning job without TrainingJobDefinition")
    if "HyperParameterTuningJobObjective" not in config:
        raise ApiError("ValidationException", "HyperParameterTuningJobObjective must be given.")
    space = search.Space(ranges)
    if not space.sides:
        raise ApiError("ValidationException", "ParameterRanges must name at least one hyperparameter.")
    if config["Strategy"] == "Grid" and (space.integer or space.continuous):
        raise ApiError("ValidationException", "Grid search takes categorical hyperparameters only.")
    training.check({**definition, "AlgorithmSpecification": definition["AlgorithmSpecification"]})


class RunningJobs(Protocol):
    """What waits for training jobs, and stops them."""

    def wait(self, record: EmulatedResource) -> None: ...
    def stop(self, record: EmulatedResource, status: str) -> None: ...


@dataclass
class Tuning:
    """One tuning job while it runs; `record` is what the API shows of it meanwhile."""

    record: EmulatedResource
    start: Callable[[Params], EmulatedResource]
    """Begins a training job."""
    jobs: RunningJobs
    lock: threading.RLock
    stop: threading.Event
    children: list[EmulatedResource] = field(default_factory=list)
    trials: list[search.Trial] = field(default_factory=list)

    @property
    def config(self) -> Params:
        """How the job searches: strategy, ranges, limits, objective."""
        found: Params = self.record["HyperParameterTuningJobConfig"]
        return found

    def run(self) -> Params:
        """Members that the end of the job adds to its description. Raises JobFailedError and JobStoppedError."""
        limits = self.config["ResourceLimits"]
        watcher = threading.Thread(target=self._stop_children, daemon=True)
        watcher.start()
        with ThreadPoolExecutor(limits.get("MaxParallelTrainingJobs", 1)) as pool:
            list(pool.map(self._child, self._choices(limits)))
        stopped = self.stop.is_set()
        self.stop.set()  # lets the watcher end
        if stopped:
            raise JobStoppedError
        best = self.record.get("BestTrainingJob")
        if not best:
            raise JobFailedError("ClientError: No training job succeeded, or none gave the objective metric")
        return {"OverallBestTrainingJob": best}

    def _choices(self, limits: Params) -> Iterator[Callable[[], tuple[tuple[float, ...], dict[str, str]]]]:
        """What each child does to learn its hyperparameters, when it begins."""
        space = search.Space(self.config.get("ParameterRanges", {}))
        most = limits.get("MaxNumberOfTrainingJobs", _DEFAULT_JOBS)
        chance = Random(self.config.get("RandomSeed", 0))  # noqa: S311
        strategy = self.config["Strategy"]
        if strategy == "Grid":
            for _, values in zip(range(most), space.grid(), strict=False):
                yield lambda values=values: ((), values)  # type: ignore[misc]
            return

        def choose() -> tuple[tuple[float, ...], dict[str, str]]:
            with self.lock:
                place = search.suggest(strategy, space.sides, chance, self.trials)
            return place, space.at(place)

        for _ in range(most):
            yield choose

    def _child(self, choose: Callable[[], tuple[tuple[float, ...], dict[str, str]]]) -> None:
        if self.stop.is_set():
            return
        place, values = choose()
        definition = self.record["TrainingJobDefinition"]
        objective = self.config["HyperParameterTuningJobObjective"]
        given = {**definition.get("StaticHyperParameters", {}), **values}
        if training.PROGRAM not in given:
            given["_tuning_objective_metric"] = objective["MetricName"]
        with self.lock:
            name = f"{self.record.key[0]}-{len(self.children) + 1:03d}-{self.record.serial:08x}"
            kept = ("AlgorithmSpecification", "RoleArn", "InputDataConfig", "OutputDataConfig", "ResourceConfig",
                    "StoppingCondition", "Environment", "VpcConfig", "EnableNetworkIsolation")  # fmt: skip
            request = {member: definition[member] for member in kept if member in definition}
            # The tags of a tuning job are also those of its training jobs (API reference).
            tags = [{"Key": key, "Value": value} for key, value in self.record.tags.items()]
            child = self.start({**request, "TrainingJobName": name, "HyperParameters": given, "Tags": tags})
            child.members |= {"TuningJobArn": self.record.arn, "TunedHyperParameters": values}
            self.children.append(child)
            self._count()
        self.jobs.wait(child)
        with self.lock:
            self._judge(child, place, objective)
            self._count()

    def _judge(self, child: EmulatedResource, place: tuple[float, ...], objective: Params) -> None:
        metrics = {each["MetricName"]: each["Value"] for each in child.get("FinalMetricDataList", ())}
        value = metrics.get(objective["MetricName"])
        if value is None or child.get("TrainingJobStatus") != "Completed":
            child.members["ObjectiveStatus"] = "Failed"
            return
        sign = 1 if objective["Type"] == "Maximize" else -1
        child.members |= {
            "ObjectiveStatus": "Succeeded",
            "FinalHyperParameterTuningJobObjectiveMetric": {**objective, "Value": value},
        }
        best = max((score for _, score in self.trials), default=None)
        self.trials.append((place, sign * value))
        if best is None or sign * value > best:
            self.record.members["BestTrainingJob"] = summary(child)

    def _count(self) -> None:
        statuses = [str(each.get("TrainingJobStatus", "InProgress")) for each in self.children]
        objectives = [str(each.get("ObjectiveStatus", "Pending")) for each in self.children]
        names = {"Failed": "NonRetryableError"}
        counters: dict[str, Any] = {name: dict(each) for name, each in COUNTERS.items()}
        for status in statuses:
            counters["TrainingJobStatusCounters"][names.get(status, status)] += 1
        for objective in objectives:
            counters["ObjectiveStatusCounters"][objective] += 1
        self.record.members |= counters

    def _stop_children(self) -> None:
        self.stop.wait()
        with self.lock:
            running = [each for each in self.children if "TrainingJobStatus" not in each.members]
        for each in running:
            self.jobs.stop(each, "InProgress")


def summary(child: EmulatedResource) -> Params:
    """A child as the tuning job's listing shows it."""
    names = ("TrainingJobName", "TrainingStartTime", "TrainingEndTime", "TunedHyperParameters", "FailureReason",
             "FinalHyperParameterTuningJobObjectiveMetric", "ObjectiveStatus")  # fmt: skip
    shown = {name: child.members[name] for name in names if name in child.members}
    return {
        **shown,
        "TrainingJobArn": child.arn,
        "TrainingJobStatus": child.get("TrainingJobStatus", "InProgress"),
        "CreationTime": child["TrainingStartTime"],
    }


def value_of(shown: Params) -> float:
    """The objective metric of a summary, to sort by; the smallest number if there is none."""
    metric = shown.get("FinalHyperParameterTuningJobObjectiveMetric") or {}
    return float(metric.get("Value", float("-inf")))
