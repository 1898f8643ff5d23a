"""Every declared resource type through CloudFormation, read back through its service's own API each time."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.cloudformation.registry import schemas
from local_aws.cloudformation.shapes import find
from local_aws.cloudformation.tables import TYPES
from tests.local_aws.cloudformation.cases import CASES
from tests.local_aws.cloudformation.cases.case import Case, resource
from tests.local_aws.conftest import Clients, Stack

pytestmark = pytest.mark.rehearsal


def gone(case: Case, clients: Clients, reference: str) -> bool:
    try:
        case.there(clients, reference)
    except (ClientError, LookupError):
        return True
    return False


def template(case: Case, **changes: Any) -> dict[str, Any]:
    return {**case.needs, "It": resource(case.kind, **{**case.properties, **changes})}


def test_there_is_a_case_for_every_type() -> None:
    assert {case.kind for case in CASES} == set(TYPES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.kind))
def test_life_of_a_resource(case: Case, stack: Stack, clients: Clients) -> None:
    stack.deploy(template(case))
    reference = stack.physical_id("It")
    assert case.there(clients, reference)

    changes: dict[str, Any] = {}
    if case.in_place:
        changes |= case.in_place.properties
        stack.deploy(template(case, **changes))
        assert stack.physical_id("It") == reference
        found = case.there(clients, reference)
        assert {path: find(found, path) for path in case.in_place.seen} == case.in_place.seen

    if case.replace:
        changes |= case.replace
        stack.deploy(template(case, **changes))
        replaced, reference = reference, stack.physical_id("It")
        assert reference != replaced
        assert gone(case, clients, replaced)
        assert case.there(clients, reference)

    assert stack.delete() == "DELETE_COMPLETE"
    assert gone(case, clients, reference)


def test_only_types_without_updatable_properties_have_no_change_in_place() -> None:
    without = {case.kind for case in CASES if case.in_place is None}
    assert without == {name for name, declared in TYPES.items() if not declared.update}


def test_only_types_without_create_only_properties_are_never_replaced() -> None:
    assert {case.kind for case in CASES if case.replace is None} == {
        name for name in TYPES if not schemas()[name].create_only
    }
