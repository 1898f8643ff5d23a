"""The check for names that lead nowhere reads every deployed type, and knows every form of a name."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.rehearsal.nowhere import ARNS, VARIABLES
from tests.stacks.support import Synthesise, resource_types
from workshop.rehearse.references.forms import FORMS, KEYS, named_by, nobody_asks
from workshop.rehearse.references.readings import readable


def test_every_deployed_type_is_read(preset: str, templates: Synthesise) -> None:
    assert {each for each in resource_types(templates(preset)) if not readable(each)} == set()


def test_every_variable_that_names_a_resource_is_known(preset: str, templates: Synthesise) -> None:
    unknown = {
        key
        for template in templates(preset).values()
        for resource in template["Resources"].values()
        for key, value in variables(resource)
        if isinstance(value, dict) and not value.get("Ref", "").startswith("AWS::")
        if not any(key.lower().replace("_", "").endswith(each.suffix) for each in KEYS)
    }
    assert unknown == set()


def variables(resource: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Of functions, and of projects."""
    environment = resource.get("Properties", {}).get("Environment", {})
    yield from environment.get("Variables", {}).items()
    for each in environment.get("EnvironmentVariables", []):
        yield each["Name"], each["Value"]


def test_there_is_an_example_of_every_form_and_key() -> None:
    """`tests/local_aws/test_dangling.py` plants them all."""
    assert [arn for arn in ARNS if named_by(arn) is None] == []
    assert {form for form in FORMS for arn in ARNS if form.lookup(arn)} == set(FORMS)
    plain = {name.lower().replace("_", "") for name in VARIABLES}
    assert {key.suffix for key in KEYS if any(name.endswith(key.suffix) for name in plain)} == {k.suffix for k in KEYS}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:::documents-*",
        "arn:aws:bedrock:ap-southeast-1:111122223333:knowledge-base/*",
        "arn:aws:sagemaker:ap-southeast-1:111122223333:endpoint/${aws:PrincipalTag/attendee}-*",
        "arn:aws:bedrock:ap-southeast-1:111122223333:guardrail/abc123:*",
        "arn:aws:iam::111122223333:role/workshop/ws-2026-11-28-ab12/*",
    ],
)
def test_a_pattern_names_nothing(arn: str) -> None:
    assert named_by(arn) is None


@pytest.mark.parametrize("arn", ["arn:aws:s3:::documents/docs/*", "arn:aws:lambda:us-east-1:111122223333:function:f:*"])
def test_a_pattern_below_a_name_names_it(arn: str) -> None:
    assert named_by(arn) is not None


def test_what_aws_makes_later_is_not_asked_for() -> None:
    assert nobody_asks("arn:aws:logs:ap-southeast-1:111122223333:log-group:/aws/sagemaker/TrainingJobs")
    assert not nobody_asks("arn:aws:logs:ap-southeast-1:111122223333:log-group:/workshop/own")
