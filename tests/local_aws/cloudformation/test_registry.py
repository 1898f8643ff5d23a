"""`registry.json` is what cfn-lint bundles, and says what the tables need."""

import pytest

from local_aws.cloudformation.refresh_registry import render
from local_aws.cloudformation.registry import DATA, schemas
from local_aws.cloudformation.tables import TYPES


def test_the_extract_is_fresh() -> None:
    assert DATA.read_text() == render(list(TYPES))


@pytest.mark.parametrize("name", TYPES)
def test_a_table_names_only_what_the_registry_knows(name: str) -> None:
    declared, schema = TYPES[name], schemas()[name]
    known = {path.split(".")[0] for path in schema.properties | {*schema.read_only}}
    assert declared.hooked <= known
    assert declared.create_ignores <= known
    assert {path.split(".")[0] for path in (*declared.renames, *declared.update_renames)} <= known
    parts = {part.attribute for part in declared.identify.values()}
    assert parts <= {*(declared.ref or schema.identifier)}
    assert bool(declared.arn) == bool(schema.tag_property)
