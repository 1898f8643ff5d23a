"""SageMaker's InvokeEndpoint with the endpoint's real model: the archive is read from S3 and loaded with xgboost.

Real here: the model and its numbers, text/csv in, one prediction per line out, as the managed XGBoost container answers
in algorithm mode. Not here: other containers and formats, instances, time limits, several variants (the first answers).
"""

import io
import math
import tarfile
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from local_aws.framework import ApiError, Params, Request, StandIn, World, operation
from local_aws.services.sagemaker.control import SageMaker
from local_aws.services.shared.backend import Backend

Predict = Callable[[Sequence[Sequence[float]]], list[float]]
MAX_BYTES = 6 * 1024 * 1024


class SageMakerRuntime(StandIn):
    """Data plane: invocations of an endpoint by its own model."""

    service = "sagemaker-runtime"
    scope = "sagemaker"

    def __init__(self, world: World, sagemaker: SageMaker, backend: Backend) -> None:
        super().__init__(world)
        self._sagemaker = sagemaker
        self._backend = backend
        self._loaded: dict[tuple[str, str], Predict] = {}

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
        content_type = call.params.get("ContentType", "text/csv").partition(";")[0].strip()
        if content_type != "text/csv":
            raise self._model_error(415, f"Content type {content_type} is not served; use text/csv.")
        rows = self._rows(call.params["Body"])
        config = store.need("EndpointConfig", (endpoint["EndpointConfigName"],))
        variant = config["ProductionVariants"][0]
        model = store.need("Model", (variant["ModelName"],))
        predictions = self._predictor(model.get("PrimaryContainer") or model["Containers"][0])(rows)
        body = "".join(f"{number!r}\n" for number in predictions)
        return {
            "Body": body.encode(),
            "ContentType": "text/csv; charset=utf-8",
            "InvokedProductionVariant": variant["VariantName"],
        }

    def _rows(self, body: bytes) -> list[list[float]]:
        if len(body) > MAX_BYTES:
            raise ApiError("ValidationError", f"The body must be at most {MAX_BYTES} bytes.")
        try:
            lines = [line for line in body.decode().splitlines() if line.strip()]
            rows = [[float(cell) if cell.strip() else math.nan for cell in line.split(",")] for line in lines]
        except ValueError as error:
            raise self._model_error(415, "The body cannot be read as rows of numbers.") from error
        if not rows or len({len(row) for row in rows}) != 1:
            raise self._model_error(400, "The body needs rows that all have the same number of columns.")
        return rows

    def _predictor(self, container: Params) -> Predict:
        url = container.get("ModelDataUrl") or ""
        parts = urlsplit(url)
        try:
            archive = self._backend.get_object(parts.netloc, parts.path.lstrip("/"))
        except KeyError as error:
            raise self._model_error(500, f"Could not find model data at {url}.") from error
        # The archive itself is in the key: a new upload to the same address is a new model.
        key = (url, str(hash(archive)))
        if key not in self._loaded:
            self._loaded[key] = self._load(archive, url)
        return self._loaded[key]

    def _load(self, archive: bytes, url: str) -> Predict:
        # Imported late: a hundred megabytes that only a rehearsal with an endpoint needs.
        import numpy as np
        import xgboost

        try:
            with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
                names = [member for member in tar.getmembers() if member.isfile()]
                if len(names) != 1:
                    raise self._model_error(500, f"{url} must hold exactly one model file, it holds {len(names)}.")
                opened = tar.extractfile(names[0])
                booster = xgboost.Booster()
                booster.load_model(bytearray(opened.read() if opened else b""))
        except (tarfile.TarError, xgboost.core.XGBoostError) as error:
            raise self._model_error(500, f"{url} is not an archive of an xgboost model.") from error

        def predict(rows: Sequence[Sequence[float]]) -> list[float]:
            matrix = xgboost.DMatrix(np.asarray(rows, dtype=np.float32))
            try:
                return [float(number) for number in booster.predict(matrix, validate_features=False)]
            except (ValueError, xgboost.core.XGBoostError) as error:
                raise self._model_error(400, "The model does not take rows of this width.") from error

        return predict

    @staticmethod
    def _model_error(status: int, message: str) -> ApiError:
        members: dict[str, Any] = {"OriginalStatusCode": status, "OriginalMessage": message}
        return ApiError("ModelError", message, 424, **members)
