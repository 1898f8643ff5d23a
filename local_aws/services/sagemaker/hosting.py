"""SageMaker hosting: models, endpoint configurations, endpoints, inference components, and what watches endpoints.

Numbers in brackets are the rows of the catalog in `docs/teardown.md` ("What is hard to remove").
"""

from local_aws.framework import ApiError, Codes, EmulatedKind, EmulatedResource, Life, Params, Request, named
from local_aws.services.sagemaker.jobs.operations import JobOperations
from local_aws.services.sagemaker.serving import Models, ServingError

# Hosting answers ValidationException where Studio has modelled errors ("Could not find ...").
HOSTING = Codes(missing="ValidationException", exists="ValidationException", busy="ValidationException")
_DEFINITIONS = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")


def _containers(call: Request, members: Params) -> Params:
    """A model has a container, and its archive must be there: "Could not find model data at …"."""
    if not members.get("PrimaryContainer") and not members.get("Containers"):
        raise ApiError("ValidationException", "Either PrimaryContainer or Containers must be given.")
    models = _models(call)
    if models and models.url(members):
        try:
            models.archive(members)
        except ServingError as error:
            raise ApiError("ValidationException", error.message) from error
    return {}


def _models(call: Request) -> Models | None:
    """What loads models; None where nothing is executed."""
    backend = call.owner.backend if isinstance(call.owner, JobOperations) else None
    return Models(backend) if backend else None


def _variants(call: Request, members: Params) -> Params:
    for variant in members["ProductionVariants"]:
        if variant.get("ModelName"):
            call.store.need("Model", (variant["ModelName"],))
        if bool(variant.get("ServerlessConfig")) == bool(variant.get("InstanceType") or variant.get("InstancePools")):
            raise ApiError("ValidationException", "A variant has a ServerlessConfig or an InstanceType, not both.")
    return {}


def _deployed(call: Request, members: Params) -> Params:
    """A new endpoint whose model cannot be loaded is Failed; one that had another keeps it, and says nothing.

    After a failed update the endpoint is RollingBack and then InService again, with the configuration from before:
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
    """
    config = call.store.need("EndpointConfig", (members["EndpointConfigName"],))
    sick = _does_not_start(call, config)
    before = call.store.get("Endpoint", (members["EndpointName"],))
    if sick and before and call.operation == "UpdateEndpoint":
        return {name: before[name] for name in ("EndpointConfigName", "ProductionVariants")}
    state: Params = {"EndpointStatus": "Failed", "FailureReason": sick} if sick else {}
    return {**state, "ProductionVariants": [_running(variant) for variant in config["ProductionVariants"]]}


def _does_not_start(call: Request, config: EmulatedResource) -> str:
    """Why an endpoint of this configuration would not start; empty if it would."""
    models = _models(call)
    for variant in config["ProductionVariants"] if models else ():
        model = call.store.get("Model", (variant.get("ModelName", ""),))
        if model is None or models is None or not models.url(model.members):
            continue
        try:
            models.of(model.members)
        except ServingError:
            return (
                f"The primary container for production variant {variant['VariantName']} did not pass the ping health "
                "check. Please check CloudWatch logs for this endpoint."
            )
    return ""


def _running(variant: Params) -> Params:
    weight = variant.get("InitialVariantWeight", 1.0)
    state: Params = {"VariantName": variant["VariantName"], "CurrentWeight": weight, "DesiredWeight": weight}
    if "ServerlessConfig" in variant:
        serverless = variant["ServerlessConfig"]
        return {**state, "CurrentServerlessConfig": serverless, "DesiredServerlessConfig": serverless}
    count = variant.get("InitialInstanceCount", 1)
    return {**state, "CurrentInstanceCount": count, "DesiredInstanceCount": count}


def _watched(call: Request, record: EmulatedResource) -> None:
    """(11, 12) An endpoint with inference components or monitoring schedules is not deleted."""
    for kind in ("InferenceComponent", "MonitoringSchedule"):
        if any(each.get("EndpointName") == record.key[0] for each in call.store.all(kind)):
            raise ApiError("ValidationException", f"Endpoint {record.key[0]} is in use: it still has a {kind}.")


def _ends_with_logs(call: Request, record: EmulatedResource) -> None:
    """(22, 41) The endpoint's log group outlives it, and the last lines arrive after it is gone."""
    logs = call.neighbour("logs")
    if logs:
        logs.write_late(call.region, f"/aws/sagemaker/Endpoints/{record.key[0]}")


def _definition(noun: str) -> EmulatedKind:
    name = f"{noun}JobDefinition"
    outputs = {"MonitoringJobDefinitionName": "JobDefinitionName", "MonitoringJobDefinitionArn": "JobDefinitionArn"}
    return named(name, "JobDefinitionName", made_up=True, arn_member="JobDefinitionArn", outputs=outputs, filters={})


KINDS = (
    named("Model", codes=HOSTING, prepare=_containers),
    named("EndpointConfig", codes=HOSTING, prepare=_variants),
    named(
        "Endpoint",
        update="UpdateEndpoint",
        codes=HOSTING,
        life=Life("Creating", "InService", "Deleting", "Updating", member="EndpointStatus"),
        prepare=_deployed,
        before_delete=_watched,
        after_delete=_ends_with_logs,
    ),
    named(
        "InferenceComponent",
        made_up=True,
        codes=HOSTING,
        life=Life("Creating", "InService", "Deleting", member="InferenceComponentStatus"),
    ),
    named(
        "MonitoringSchedule",
        made_up=True,
        life=Life("Pending", "Scheduled", "Pending", member="MonitoringScheduleStatus"),
    ),
    *(_definition(noun) for noun in _DEFINITIONS),
)
