"""The offline store: one Parquet file for each write, where the real store puts it, and nothing is ever changed.

https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html
"""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from local_aws.framework import Params
from local_aws.services.sagemaker.features import columns
from local_aws.services.shared.backend import Backend

DUCKDB = {"bigint": "BIGINT", "double": "DOUBLE", "string": "VARCHAR", "timestamp": "TIMESTAMP", "boolean": "BOOLEAN"}


def append(backend: Backend, group: Params, values: Mapping[str, str], deleted: bool, now: datetime, name: str) -> str:
    """Write one row; gives the key of its object. `name` makes the file's name differ from that of every other."""
    told = {
        **values,
        "write_time": f"{now:%Y-%m-%d %H:%M:%S.%f}",
        "api_invocation_time": f"{now:%Y-%m-%d %H:%M:%S.%f}",
        "is_deleted": str(deleted).lower(),
    }
    bucket, _, prefix = (
        group["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"].removeprefix("s3://").partition("/")
    )
    key = f"{prefix}/year={now:%Y}/month={now:%m}/day={now:%d}/hour={now:%H}/{now:%Y%m%dT%H%M%SZ}_{name}.parquet"
    backend.put_object(bucket, key, _parquet([(each["Name"], each["Type"]) for each in columns(group)], told))
    return key


def _parquet(types: list[tuple[str, str]], values: Mapping[str, str]) -> bytes:
    # Imported late: only the local environment has it, and only an offline store needs it.
    import duckdb  # type: ignore[import-not-found,unused-ignore]

    shown = ", ".join(f'CAST(? AS {DUCKDB[kind]}) AS "{name}"' for name, kind in types)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:") as connection:
        file = Path(folder, "row.parquet")
        connection.execute("CREATE TABLE row AS SELECT " + shown, [values.get(name) for name, _ in types])
        connection.execute(f"COPY row TO '{file}' (FORMAT parquet)")
        return file.read_bytes()
