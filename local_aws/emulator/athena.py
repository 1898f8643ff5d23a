"""Athena over the Glue tables of the local AWS: the rules of a workgroup, and the names of columns, as Athena has them.

The emulator runs the SQL of a query in DuckDB. What DuckDB lacks of Athena's SQL fails the query with DuckDB's words.
"""

import contextvars
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.core import responses
from ministack.services import athena
from ministack.services.cloudformation import provisioners

WORKGROUP = "AWS::Athena::WorkGroup"
_COLUMN = re.compile(r"[A-Za-z_]\w*")


@dataclass
class Scan:
    """How much one query reads, and how much its workgroup lets it read."""

    limit: int
    read: int = 0


_SCAN: contextvars.ContextVar[Scan | None] = contextvars.ContextVar("scan", default=None)


def install() -> None:
    """Put every repair of this file into the emulator."""
    athena._start_query_execution = _in_workgroup(athena._start_query_execution)
    athena._execute_query = _measured(athena._execute_query)
    athena._materialize_table_files = _counted(athena._materialize_table_files)
    athena._run_duckdb = _named(athena._run_duckdb)
    athena._save_query_results = _at_its_place(athena._save_query_results)
    athena._delete_workgroup = _only_empty(athena._delete_workgroup)
    provisioners._RESOURCE_HANDLERS[WORKGROUP] |= {"delete": _delete_by_template}


def _refused(message: str) -> Any:
    return responses.error_response_json("InvalidRequestException", message, 400)


def _in_workgroup(native: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """A query needs a workgroup that is there and enabled; where it is enforced, its place for results wins.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
    """

    def start(data: dict[str, Any]) -> Any:
        athena._ensure_default_workgroup()
        name = data.get("WorkGroup", "primary")
        group = athena._workgroups.get(name)
        if group is None:
            return _refused(f"WorkGroup {name} is not found.")
        if group["State"] != "ENABLED":
            return _refused(f"WorkGroup {name} is disabled.")
        settings = group.get("Configuration", {})
        given = dict(data.get("ResultConfiguration", {}))
        own = settings.get("ResultConfiguration", {})
        enforced = str(settings.get("EnforceWorkGroupConfiguration", True)).lower() == "true"
        place = own.get("OutputLocation") if enforced and own else None
        place = place or given.get("OutputLocation") or own.get("OutputLocation")
        if place:
            given["OutputLocation"] = place.rstrip("/") + "/"
        return native({**data, "ResultConfiguration": given})

    return start


def _measured(native: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A query reads no more than its workgroup allows, and says how much it has read."""

    async def execute(query_id: str, *others: Any) -> None:
        execution = athena._executions[query_id]
        settings = athena._workgroups.get(execution["WorkGroup"], {}).get("Configuration", {})
        scan = Scan(int(settings.get("BytesScannedCutoffPerQuery") or 0))
        token = _SCAN.set(scan)
        try:
            await native(query_id, *others)
        finally:
            _SCAN.reset(token)
        execution["Statistics"]["DataScannedInBytes"] = scan.read

    return execute


def _counted(native: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def materialise(location: str, workdirs: list[str]) -> list[str]:
        files = native(location, workdirs)
        scan = _SCAN.get()
        if scan:
            scan.read += sum(Path(file).stat().st_size for file in files)
            if scan.limit and scan.read > scan.limit:
                raise ValueError("Bytes scanned limit was exceeded")
        return files

    return materialise


def _named(native: Callable[..., Awaitable[dict[str, Any]]]) -> Callable[..., Awaitable[dict[str, Any]]]:
    """A column without a name of its own is `_col0`, `_col1` and so on; DuckDB names it after its expression."""

    async def run(*arguments: Any) -> dict[str, Any]:
        results = await native(*arguments)
        names = [name if _COLUMN.fullmatch(name) else f"_col{at}" for at, name in enumerate(results["columns"])]
        return {**results, "columns": names}

    return run


def _at_its_place(native: Callable[[str], Awaitable[None]]) -> Callable[[str], Awaitable[None]]:
    """The result is at the address that the execution shows; the emulator takes that address for a folder."""

    async def save(query_id: str) -> None:
        execution = athena._executions[query_id]
        shown = execution["ResultConfiguration"]
        folder = shown["OutputLocation"].rpartition("/")[0] + "/"
        execution["ResultConfiguration"] = {**shown, "OutputLocation": folder}
        try:
            await native(query_id)
        finally:
            execution["ResultConfiguration"] = shown

    return save


def _only_empty(native: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """A workgroup with named queries or executions is deleted only with RecursiveDeleteOption, and then with them.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html
    """

    def delete(data: Mapping[str, Any]) -> Any:
        name = data.get("WorkGroup")
        queries = [key for key, query in athena._named_queries.items() if query.get("WorkGroup") == name]
        ran = [key for key, query in athena._executions.items() if query.get("WorkGroup") == name]
        if (queries or ran) and str(data.get("RecursiveDeleteOption", False)).lower() != "true":
            return _refused(f"WorkGroup {name} is not empty")
        for key in queries:
            del athena._named_queries[key]
        for key in ran:
            del athena._executions[key]
        return native(data)

    return delete


def _delete_by_template(name: str, properties: Mapping[str, Any]) -> None:
    """A refusal fails the stack; the emulator does not look at it."""
    recursive = properties.get("RecursiveDeleteOption", False)
    status, _, body = athena._delete_workgroup({"WorkGroup": name, "RecursiveDeleteOption": recursive})
    if status >= 300:
        raise ValueError(f"{WORKGROUP} is refused: {body.decode()}")
