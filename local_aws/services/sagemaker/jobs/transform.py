"""CreateTransformJob, executed: each object of the input through the model, its predictions to `<object>.out`.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

import re
import threading

from local_aws.framework import Params
from local_aws.services.sagemaker.jobs import objects
from local_aws.services.sagemaker.jobs.outcome import JobFailedError, JobStoppedError, not_executed
from local_aws.services.sagemaker.serving import Models, ServingError, rows_of
from local_aws.services.shared.backend import Backend

_FILTER = re.compile(r"\$(\[(-?\d+(,-?\d+)*|(-?\d+)?:(-?\d+)?)\])?")


def check(job: Params) -> None:
    """Refuse what is not executed here, so that nothing is accepted and then left undone."""
    given, filters = job["TransformInput"], job.get("DataProcessing", {})
    if given["DataSource"]["S3DataSource"]["S3DataType"] != "S3Prefix":
        raise not_executed("a TransformInput that is not an S3Prefix")
    if given.get("ContentType", "").partition(";")[0] != "text/csv" or given.get("CompressionType", "None") != "None":
        raise not_executed("a TransformInput that is not plain text/csv")
    if job.get("TransformOutput", {}).get("Accept", "text/csv") != "text/csv":
        raise not_executed("a TransformOutput that is not text/csv")
    for name in ("InputFilter", "OutputFilter"):
        if not _FILTER.fullmatch(filters.get(name, "$")):
            raise not_executed(f"{name} {filters[name]}; known are $, $[1], $[0,2] and $[1:3]")
    if job.get("DataCaptureConfig") or job.get("ModelClientConfig"):
        raise not_executed("DataCaptureConfig and ModelClientConfig")


def run(job: Params, model: Params, backend: Backend, stop: threading.Event) -> Params:
    """Nothing more to tell of a job that ends well. Raises JobFailedError and, between two objects, JobStoppedError."""
    source = job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    bucket, _ = objects.split(source)
    out_bucket, out = objects.split(job["TransformOutput"]["S3OutputPath"])
    models = Models(backend)
    for key, name in objects.names_below(backend, source).items():
        if stop.is_set():
            raise JobStoppedError
        try:
            answer = _answer(backend.get_object(bucket, key), job.get("DataProcessing", {}), models, model)
        except ServingError as error:
            raise JobFailedError(f"AlgorithmError: {key}: {error.message}") from error
        backend.put_object(out_bucket, "/".join(filter(None, (out.rstrip("/"), f"{name}.out"))), answer)
    return {}


def _answer(body: bytes, filters: Params, models: Models, model: Params) -> bytes:
    lines = [line.split(",") for line in body.decode(errors="replace").splitlines() if line.strip()]
    chosen = "\n".join(",".join(_cells(line, filters.get("InputFilter", "$"))) for line in lines)
    numbers = [[repr(number)] for number in models.of(model)(rows_of(chosen.encode()))]
    if filters.get("JoinSource") == "Input":
        numbers = [[*line, *number] for line, number in zip(lines, numbers, strict=True)]
    kept = [_cells(line, filters.get("OutputFilter", "$")) for line in numbers]
    return "".join(",".join(line) + "\n" for line in kept).encode()


def _cells(cells: list[str], chosen: str) -> list[str]:
    """The cells that a filter such as `$[1:]` lets through."""
    inside = chosen.removeprefix("$").strip("[]")
    if not inside:
        return cells
    if ":" in inside:
        low, _, high = inside.partition(":")
        return cells[int(low) if low else None : int(high) if high else None]
    return [cells[int(number)] for number in inside.split(",")]
