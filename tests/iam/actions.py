"""The actions and resource types that AWS has, from the service authorization reference that cfn-lint brings along."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint

from tests.iam.matching import like

REFERENCE = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"


@cache
def _reference() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return found


@cache
def actions(service: str) -> frozenset[str]:
    """All actions of a service as `<service>:<action in lower case>`.

    Raises:
        KeyError: no such service prefix.
    """
    return frozenset(f"{service}:{name}" for name in _reference()[service]["Actions"])


@cache
def actions_on(service: str, resource_type: str) -> frozenset[str]:
    """Actions that are authorized against one type of resource, such as `bucket` of `s3`."""
    found = _reference()[service]["Actions"]
    return frozenset(
        f"{service}:{name}" for name, facts in found.items() if resource_type in facts.get("Resources", ())
    )


REST_VERBS = {"apigateway:DELETE": ("RestApi",)}
"""An HTTP verb is authorized against every type of resource of its service; these are what the project uses it on."""


def condition_keys(action: str) -> list[str]:
    """For each type of resource that an action such as `s3:DeleteBucket` is authorized against, its condition keys.

    Each as one text, with the placeholders of the reference.
    """
    service, _, name = action.partition(":")
    known = _reference()[service]
    kinds = REST_VERBS.get(action) or known["Actions"][name.lower()].get("Resources", ())
    return [" ".join(known["Resources"].get(kind.lower(), {}).get("ConditionKeys", ())) for kind in kinds]


@cache
def matching(pattern: str) -> frozenset[str]:
    """Existing actions that a pattern such as `s3:Get*` covers; empty if it is a typing mistake."""
    service = pattern.partition(":")[0]
    known = actions(service) if service in _reference() else frozenset()
    return frozenset(action for action in known if like(pattern, action, ignore_case=True))
