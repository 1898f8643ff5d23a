"""The names inside the emulator that the local AWS relies on, checked before anything else.

The emulator has no plug-in interface, so a few private names are used; another version may move them.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import version

MINISTACK = "1.5.33"
"""The version in requirements.in; every name below was read in its source."""

NAMES: dict[str, tuple[str, ...]] = {
    "ministack.app": ("app",),
    "ministack.core.responses": (
        "get_account_id",
        "get_region",
        "request_scope",
        "error_response_json",
        "StreamingResponse",
    ),
    "ministack.core.arn": ("parse_arn", "ArnParseError"),
    "ministack.services.athena": (
        "_start_query_execution",
        "_execute_query",
        "_materialize_table_files",
        "_run_duckdb",
        "_save_query_results",
        "_delete_workgroup",
        "_ensure_default_workgroup",
        "_workgroups",
        "_named_queries",
        "_executions",
    ),
    "ministack.services.eventbridge": ("_put_events", "_invoke_target", "_validate_target_arn"),
    "ministack.services.scheduler": ("_create_schedule", "_update_schedule", "_schedule_arn"),
    "ministack.core.lambda_runtime": (
        "Worker",
        "Worker._spawn",
        "Worker.invoke",
        "Worker._read_stderr",
        "Worker._discard_tmpdir",
        "_PYTHON_WORKER_SCRIPT",
        "_NODEJS_WORKER_SCRIPT",
        "Worker._drain_stderr",
        "_worker_class_for",
        "ensure_spawned",
        "execution_credentials",
        "reset",
    ),
    "ministack.services.apigateway_v1": (
        "_extract_lambda_ref_from_integration_uri",
        "_invoke_lambda_proxy_v1",
    ),
    "ministack.services.lambda_svc": ("_resolve_layer_zip", "_publish_layer_version", "_add_layer_version_permission"),
    "ministack.services.s3": ("_resolve_sse_write_headers",),
    "ministack.services.ssm": ("_put_parameter", "_reserved_name_error"),
    "ministack.services.cloudformation.provisioners": (
        "_RESOURCE_HANDLERS",
        "_REPLACING_PROPERTIES",
        "_CUSTOM_NAME_REPLACEMENT",
        "_STACK_TAG_PROPERTY",
        "_physical_name",
        "_seeded_create",
    ),
    "ministack.services.cloudformation.changesets": ("_diff_resources",),
    "ministack.services.cloudformation.stacks": ("_runs_on_worker_thread",),
}


class WrongEmulatorError(RuntimeError):
    """The installed emulator is not the pinned one."""


def missing_names() -> list[str]:
    """Dotted names that this emulator does not have."""
    return [
        f"{module}.{name}"
        for module, names in NAMES.items()
        for name in names
        if not _has(import_module(module), name.split("."))
    ]


def _has(found: object, parts: Iterable[str]) -> bool:
    for part in parts:
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


def check() -> None:
    """Raises WrongEmulatorError with everything that is missing."""
    missing = missing_names()
    if missing:
        raise WrongEmulatorError(
            f"The local AWS is written for ministack {MINISTACK}, and ministack {version('ministack')} has no "
            f"{', '.join(missing)}. Install local_aws/requirements.txt, or adapt local_aws/emulator to that version."
        )
