"""Which parameters fetch the next page. botocore's paginators cannot go on after a page that failed; this can."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name

_PLAIN = ("nextToken", "NextToken")


@cache
def _rules(service: str) -> Mapping[str, Mapping[str, Any]]:
    """boto3's method name → botocore's paging rule, for the operations of a service that have one."""
    session = botocore.session.get_session()
    data = session.get_component("data_loader").load_service_model(service, "paginators-1")
    return {xform_name(name): rule for name, rule in data["pagination"].items()}


def next_page(service: str, operation: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters to add for the page after `answer`; empty if that was the last."""
    rule = _rules(service).get(operation)
    if rule is None:
        # Some services (OpenSearch Serverless, Athena's work groups) page without a rule.
        return {name: answer[name] for name in _PLAIN if answer.get(name)}
    more = rule.get("more_results")
    if more and not jmespath.search(more, answer):
        return {}
    inputs, outputs = _listed(rule["input_token"]), _listed(rule["output_token"])
    found = {name: jmespath.search(path, answer) for name, path in zip(inputs, outputs, strict=True)}
    return {name: value for name, value in found.items() if value}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
