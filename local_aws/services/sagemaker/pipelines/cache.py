"""When a step takes the answer of an earlier run: the same step of the same pipeline with the same attributes.

Which attributes count: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from local_aws.framework import Params

ATTRIBUTES = {
    "Processing": ("AppSpecification", "Environment", "ProcessingInputs"),
    "Training": ("AlgorithmSpecification", "CheckpointConfig", "DebugHookConfig", "DebugRuleConfigurations",
                 "Environment", "HyperParameters", "InputDataConfig"),
    "Tuning": ("HyperParameterTuningJobConfig", "TrainingJobDefinition", "TrainingJobDefinitions"),
    "Transform": ("DataProcessing", "Environment", "ModelName", "TransformInput"),
}  # fmt: skip
DEFINITION = ("AlgorithmSpecification", "HyperParameterRanges", "InputDataConfig", "StaticHyperParameters",
              "TuningObjective")  # fmt: skip
"""The parts of TrainingJobDefinition that count."""

_SECONDS = {"y": 365 * 86400, "m": 30 * 86400, "w": 7 * 86400, "d": 86400}
_SECONDS_OF_TIME = {"h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True)
class CachedAnswer:
    """What an earlier execution found."""

    answer: Params
    execution: str
    """ARN of the execution that found it."""
    at: float


class Cache:
    """Answers of steps that succeeded, the latest for each."""

    def __init__(self) -> None:
        self._hits: dict[str, CachedAnswer] = {}

    def find(self, pipeline: str, step: Params, arguments: Params, now: float) -> CachedAnswer | None:
        """An answer that is not too old, if the step may take one."""
        config = step.get("CacheConfig") or {}
        if not config.get("Enabled"):
            return None
        hit = self._hits.get(_key(pipeline, step, arguments))
        return hit if hit and now - hit.at <= seconds(config.get("ExpireAfter", "")) else None

    def keep(self, pipeline: str, step: Params, arguments: Params, hit: CachedAnswer) -> None:
        """Keep an answer, whether the step uses the cache today or not."""
        self._hits[_key(pipeline, step, arguments)] = hit


def _key(pipeline: str, step: Params, arguments: Params) -> str:
    kept: dict[str, Any] = {name: arguments[name] for name in ATTRIBUTES[step["Type"]] if name in arguments}
    if "TrainingJobDefinition" in kept:
        kept["TrainingJobDefinition"] = {
            name: kept["TrainingJobDefinition"][name] for name in DEFINITION if name in kept["TrainingJobDefinition"]
        }
    content = json.dumps([pipeline, step["Type"], step["Name"], kept], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def seconds(duration: str) -> float:
    """Seconds of a duration such as `P30D`, `30d`, `T16m` or `PT1H`. Raises ValueError for anything else."""
    days, _, hours = duration.lower().removeprefix("p").partition("t")
    total = sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)([ymwd])", days))
    total += sum(int(number) * _SECONDS_OF_TIME[unit] for number, unit in re.findall(r"(\d+)([hms])", hours))
    if not re.fullmatch(r"(\d+[ymwd])*(t(\d+[hms])+)?", duration.lower().removeprefix("p")) or not total:
        raise ValueError(f"{duration!r} is no duration")
    return total
