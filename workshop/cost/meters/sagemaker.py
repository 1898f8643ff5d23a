"""What SageMaker uses: Studio, jobs and endpoints. https://aws.amazon.com/sagemaker/ai/pricing/"""

from collections.abc import Iterator, Mapping
from typing import Any

from workshop.cost.assembly import DeclaredResource
from workshop.cost.meters.agents import model_calls
from workshop.cost.prices import HOURS_PER_MONTH
from workshop.cost.usage import Circumstances, Usage

DEFAULT_SPACE_GB = 5
"""SageMaker's own default for the volume of a space."""
MB_PER_GB = 1024


def domain(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """A domain: a space for everybody, its volume until somebody removes it, a training job, and calls of the model."""
    a = c.assumptions
    settings = resource.properties["DefaultUserSettings"]
    spaces = f"JupyterLab spaces, {a.studio_instance}"
    left = 0 if _stops_when_idle(settings) else a.attendees
    yield Usage(spaces, a.studio_instance, day=a.attendees * a.hours, left=left)
    gb = a.attendees * _space_gb(settings)
    used = (a.hours + a.hours_around) / HOURS_PER_MONTH
    yield Usage("Volumes of the spaces", "Studio storage", day=gb * used, left=gb / HOURS_PER_MONTH)
    yield Usage(f"Training jobs, {a.job_instance}", a.job_instance, day=a.attendees * a.job_hours)
    yield from model_calls("Chat model, notebooks", c.notebook_calls, c)


def _stops_when_idle(settings: Mapping[str, Any]) -> bool:
    lifecycle = settings.get("JupyterLabAppSettings", {}).get("AppLifecycleManagement", {})
    return bool(lifecycle.get("IdleSettings", {}).get("LifecycleManagement") == "ENABLED")


def _space_gb(settings: Mapping[str, Any]) -> int:
    storage = settings.get("SpaceStorageSettings", {}).get("DefaultEbsStorageSettings", {})
    return int(storage.get("DefaultEbsVolumeSizeInGb", DEFAULT_SPACE_GB))


def endpoint_config(resource: DeclaredResource, c: Circumstances) -> Iterator[Usage]:
    """The variants of an endpoint: instances by the hour, or a serverless one by the seconds that it computes."""
    a = c.assumptions
    variants = resource.properties["ProductionVariants"]
    for variant in variants:
        serverless = variant.get("ServerlessConfig")
        if serverless is None:
            kind = variant["InstanceType"]
            yield Usage(f"Endpoint, {kind}", kind, always=variant.get("InitialInstanceCount", 1))
        else:
            seconds = a.attendees * a.predictions * a.prediction_seconds / len(variants)
            gb_seconds = seconds * serverless["MemorySizeInMB"] / MB_PER_GB
            yield Usage("Endpoint, serverless", "serverless inference", day=gb_seconds)


METERS = {"AWS::SageMaker::Domain": domain, "AWS::SageMaker::EndpointConfig": endpoint_config}
