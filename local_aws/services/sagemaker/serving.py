"""A model's own predictions: the archive is read from S3 and loaded with xgboost. Endpoints and transform jobs use it.

Real here: the model and its numbers, and what the managed XGBoost container refuses in algorithm mode.
"""

import io
import math
import tarfile
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from local_aws.framework import Params
from local_aws.services.shared.backend import Backend

Predict = Callable[[Sequence[Sequence[float]]], list[float]]


class ServingError(Exception):
    """The container's answer with an HTTP status that is not 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Models:
    """Models by address and content; each is loaded once."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._loaded: dict[tuple[str, str], Predict] = {}

    @staticmethod
    def url(model: Params) -> str:
        """Where the archive of a model is; empty if its image has all that it needs."""
        container = model.get("PrimaryContainer") or model["Containers"][0]
        return str(container.get("ModelDataUrl") or "")

    def archive(self, model: Params) -> bytes:
        """The archive of a model. Raises ServingError if it is not there."""
        url = self.url(model)
        parts = urlsplit(url)
        try:
            return self._backend.get_object(parts.netloc, parts.path.lstrip("/"))
        except KeyError as error:
            raise ServingError(500, f"Could not find model data at {url}.") from error

    def of(self, model: Params) -> Predict:
        """The predictions of a model as CreateModel has it. Raises ServingError if its archive cannot be served."""
        url, archive = self.url(model), self.archive(model)
        # The archive itself is in the key: a new upload to the same address is a new model.
        key = (url, str(hash(archive)))
        if key not in self._loaded:
            self._loaded[key] = _load(archive, url)
        return self._loaded[key]


def rows_of(body: bytes) -> list[list[float]]:
    """Rows of numbers from text/csv; an empty cell is a missing value. Raises ServingError."""
    try:
        lines = [line for line in body.decode().splitlines() if line.strip()]
        rows = [[float(cell) if cell.strip() else math.nan for cell in line.split(",")] for line in lines]
    except ValueError as error:
        raise ServingError(415, "The body cannot be read as rows of numbers.") from error
    if not rows or len({len(row) for row in rows}) != 1:
        raise ServingError(400, "The body needs rows that all have the same number of columns.")
    return rows


def _load(archive: bytes, url: str) -> Predict:
    # Imported late: a hundred megabytes that only a rehearsal with a model needs.
    import numpy as np
    import xgboost

    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            names = [member for member in tar.getmembers() if member.isfile()]
            if len(names) != 1:
                raise ServingError(500, f"{url} must hold exactly one model file, it holds {len(names)}.")
            opened = tar.extractfile(names[0])
            booster = xgboost.Booster()
            booster.load_model(bytearray(opened.read() if opened else b""))
    except (tarfile.TarError, OSError, xgboost.core.XGBoostError) as error:
        raise ServingError(500, f"{url} is not an archive of an xgboost model.") from error

    def predict(rows: Sequence[Sequence[float]]) -> list[float]:
        matrix = xgboost.DMatrix(np.asarray(rows, dtype=np.float32))
        try:
            return [float(number) for number in booster.predict(matrix, validate_features=False)]
        except (ValueError, xgboost.core.XGBoostError) as error:
            raise ServingError(400, "The model does not take rows of this width.") from error

    return predict
