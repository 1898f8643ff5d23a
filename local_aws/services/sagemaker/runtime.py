"""SageMaker's InvokeEndpoint with the endpoint's real model (`serving.py`).

Real here: text/csv in, one prediction per line out, as the managed XGBoost container answers in algorithm mode; several
variants by weight, or the one that the request names. Not here: other containers and formats, instances, time limits,
shadow variants, which are not asked.
"""

from random import Random
from typing import Any

from local_aws.framework import ApiError, EmulatedResource, Params, Request, StandIn, World, operation
from local_aws.services.sagemaker.control import SageMaker
from local_aws.services.sagemaker.serving import Models, ServingError, rows_of
from local_aws.services.shared.backend import Backend

MAX_BYTES = 6 * 1024 * 1024


class SageMakerRuntime(StandIn):
    """Data plane: invocations of an endpoint by its own model."""

    service = "sagemaker-runtime"
    scope = "sagemaker"

    def __init__(self, world: World, sagemaker: SageMaker, backend: Backend) -> None:
        super().__init__(world)
        self._sagemaker = sagemaker
        self._models = Models(backend)
        self._chance = Random(0)  # noqa: S311  # every run divides its requests in the same way

    @operation("InvokeEndpoint")
    def invoke(self, call: Request) -> Params:
        """Rows of numbers in, predictions out. ValidationError names what the request lacks; ModelError what fails."""
        name = call.params["EndpointName"]
        store = self._sagemaker.store(call.region)
        endpoint = store.get("Endpoint", (name,))
        if endpoint is None or not store.alive(endpoint):
            raise ApiError("ValidationError", f"Endpoint {name} of account {self.world.account} not found.")
        if store.status(endpoint) not in ("InService", "Updating"):
            raise ApiError("ValidationError", f"Endpoint {name} is not in service.")
        if len(call.params["Body"]) > MAX_BYTES:
            raise ApiError("ValidationError", f"The body must be at most {MAX_BYTES} bytes.")
        config = store.need("EndpointConfig", (endpoint["EndpointConfigName"],))
        variant = self._variant(config["ProductionVariants"], endpoint, call.params.get("TargetVariant"))
        try:
            numbers = self._predictions(call, store.need("Model", (variant["ModelName"],)).members)
        except ServingError as error:
            members: dict[str, Any] = {"OriginalStatusCode": error.status, "OriginalMessage": error.message}
            raise ApiError("ModelError", error.message, 424, **members) from error
        return {
            "Body": "".join(f"{number!r}\n" for number in numbers).encode(),
            "ContentType": "text/csv; charset=utf-8",
            "InvokedProductionVariant": variant["VariantName"],
        }

    def _variant(self, variants: list[Params], endpoint: EmulatedResource, wanted: str | None) -> Params:
        """The variant that answers: the one that is asked for, or one by the weights that the endpoint has now."""
        by_name = {each["VariantName"]: each for each in variants}
        if wanted:
            if wanted not in by_name:
                raise ApiError("ValidationError", f"Variant {wanted} does not exist in the endpoint.")
            return by_name[wanted]
        weights = {each["VariantName"]: each["CurrentWeight"] for each in endpoint["ProductionVariants"]}
        chosen = self._chance.choices(list(by_name), [weights.get(name, 0) for name in by_name])[0]
        return by_name[chosen]

    def _predictions(self, call: Request, model: Params) -> list[float]:
        content_type = call.params.get("ContentType", "text/csv").partition(";")[0].strip()
        if content_type != "text/csv":
            raise ServingError(415, f"Content type {content_type} is not served; use text/csv.")
        rows = rows_of(call.params["Body"])
        return self._models.of(model)(rows)
