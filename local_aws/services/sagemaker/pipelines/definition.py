"""A pipeline definition as the service takes it: read, and everything wrong with it said at once.

Schema: github.com/aws-sagemaker-mlops/sagemaker-model-building-pipeline-definition-JSON-schema, version 2020-12-01.
"""

import json
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from local_aws.framework import ApiError, Params
from local_aws.services.sagemaker.jobs.outcome import not_executed

VERSION = "2020-12-01"
EXECUTED = ("Condition", "Fail", "Model", "Processing", "RegisterModel", "Training", "Transform", "Tuning")
NOT_EXECUTED = ("AutoML", "Callback", "ClarifyCheck", "EMR", "Endpoint", "EndpointConfig", "Lambda", "QualityCheck")
EXECUTION = ("PipelineName", "PipelineArn", "PipelineExecutionId", "PipelineExecutionArn", "StartDateTime",
             "CurrentDateTime")  # fmt: skip
PARAMETER_TYPES: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
BRANCHES = ("IfSteps", "ElseSteps")


def parse(text: str) -> Params:
    """The definition. Raises ApiError ValidationException with all its faults, or 501 for what is not executed here."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        raise _invalid([f"it is not JSON: {error}"]) from error
    if not isinstance(definition, dict) or not isinstance(definition.get("Steps"), list):
        raise _invalid(["it is not an object with a list of Steps"])
    faults = list(_faults(definition))
    if faults:
        raise _invalid(faults)
    undone = [f"{step['Name']} ({step['Type']})" for step in steps_of(definition) if step["Type"] in NOT_EXECUTED]
    if definition.get("PipelineExperimentConfig"):
        undone.append("PipelineExperimentConfig, unless it is null")
    if undone:
        raise not_executed(", ".join(undone))
    return definition


def steps_of(definition: Params) -> Iterator[Params]:
    """Every step, those in the branches of conditions included."""
    yield from _below(definition["Steps"])


def _below(steps: list[Params]) -> Iterator[Params]:
    for step in steps:
        yield step
        for branch in BRANCHES if step.get("Type") == "Condition" else ():
            yield from _below(step.get("Arguments", {}).get(branch, []))


def references(thing: Any) -> Iterator[str]:
    """Every `Get` in a step, without those in the branches of a condition, which are evaluated later."""
    if isinstance(thing, dict):
        if set(thing) == {"Get"} and isinstance(thing["Get"], str):
            yield thing["Get"]
            return
        for name, value in thing.items():
            if name not in BRANCHES:
                yield from references(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from references(value)


def needs(step: Params) -> set[str]:
    """Names of the steps that must be done before: those that it depends on, and those that it refers to."""
    referred = {reference.split(".")[1] for reference in references(step) if reference.startswith("Steps.")}
    return {*step.get("DependsOn", ()), *referred} - {step["Name"]}


def _faults(definition: Params) -> Iterator[str]:
    if definition.get("Version") != VERSION:
        yield f"Version must be {VERSION}"
    parameters = {each.get("Name"): each for each in definition.get("Parameters", ())}
    for name, parameter in parameters.items():
        yield from _parameter_faults(str(name), parameter)
    steps = list(steps_of(definition))
    names = [str(step.get("Name")) for step in steps]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the step name {name} is used more than once"
    by_name = {str(step.get("Name")): step for step in steps}
    for step in steps:
        yield from _step_faults(step, by_name, parameters)
    if all("Name" in step for step in steps):
        yield from _cycle(steps)


def _parameter_faults(name: str, parameter: Params) -> Iterator[str]:
    kind = parameter.get("Type")
    if kind not in PARAMETER_TYPES:
        yield f"parameter {name}: Type {kind} is not one of {', '.join(PARAMETER_TYPES)}"
        return
    for value in [
        *parameter.get("EnumValues", ()),
        *([parameter["DefaultValue"]] if "DefaultValue" in parameter else ()),
    ]:
        if not fits(kind, value):
            yield f"parameter {name}: {value!r} is no {kind}"
    allowed = parameter.get("EnumValues")
    if allowed and "DefaultValue" in parameter and parameter["DefaultValue"] not in allowed:
        yield f"parameter {name}: the default is not one of its EnumValues"


def fits(kind: str, value: Any) -> bool:
    """Whether a value is of a parameter's type; True is no Integer."""
    return isinstance(value, PARAMETER_TYPES[kind]) and (kind == "Boolean" or not isinstance(value, bool))


def _step_faults(step: Params, steps: Mapping[str, Params], parameters: Mapping[Any, Params]) -> Iterator[str]:
    name = step.get("Name")
    if not name:
        yield "a step has no Name"
        return
    if step.get("Type") not in (*EXECUTED, *NOT_EXECUTED):
        yield f"step {name}: unknown Type {step.get('Type')}"
    elif not isinstance(step.get("Arguments"), dict):
        yield f"step {name}: it has no Arguments"
    for other in step.get("DependsOn", ()):
        if other not in steps:
            yield f"step {name}: DependsOn names {other}, and there is no such step"
    for reference in references(step):
        fault = _reference_fault(reference, steps, parameters)
        if fault:
            yield f"step {name}: {{'Get': '{reference}'}} {fault}"


def _reference_fault(reference: str, steps: Mapping[str, Params], parameters: Mapping[Any, Params]) -> str:
    place, _, rest = reference.partition(".")
    if place == "Parameters":
        return "" if rest in parameters else "names no parameter"
    if place == "Execution":
        return "" if rest in EXECUTION else f"is none of {', '.join(EXECUTION)}"
    if place != "Steps":
        return "is neither of Parameters, of Execution nor of Steps"
    name, _, rest = rest.partition(".")
    if name not in steps:
        return "names no step"
    if rest.startswith("PropertyFiles."):
        files = {each.get("PropertyFileName") for each in steps[name].get("PropertyFiles", ())}
        return "" if rest.partition(".")[2] in files else f"names no property file of step {name}"
    return ""


def _cycle(steps: list[Params]) -> Iterator[str]:
    graph = {step["Name"]: needs(step) for step in steps}
    for step in steps:
        for branch in BRANCHES if step.get("Type") == "Condition" else ():
            for inner in _below(step.get("Arguments", {}).get(branch, [])):
                graph[inner["Name"]] |= {step["Name"]}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"the steps wait for one another: {' → '.join(error.args[1])}"


def _invalid(faults: list[str]) -> ApiError:
    return ApiError("ValidationException", f"Unable to parse pipeline definition: {'; '.join(faults)}")
