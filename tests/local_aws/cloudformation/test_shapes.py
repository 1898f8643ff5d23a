"""Template properties become API parameters: case, scalars, renames; nothing is dropped in silence."""

from typing import Any

import botocore.session
import pytest
from botocore.model import StructureShape
from hypothesis import given
from hypothesis import strategies as st

from local_aws.cloudformation import shapes


def input_of(service: str, operation: str) -> StructureShape:
    model = botocore.session.get_session().get_service_model(service)
    return shapes.input_members(model.operation_model(operation))


KNOWLEDGE_BASE = input_of("bedrock-agent", "CreateKnowledgeBase")
GUARDRAIL = input_of("bedrock", "CreateGuardrail")
HARNESS = input_of("bedrock-agentcore-control", "UpdateHarness")
ENDPOINT_CONFIG = input_of("sagemaker", "CreateEndpointConfig")


def test_members_are_found_whatever_their_case() -> None:
    given_properties = {"KnowledgeBaseConfiguration": {"Type": "VECTOR"}, "RoleArn": "arn"}
    assert shapes.to_api(given_properties, KNOWLEDGE_BASE) == {
        "knowledgeBaseConfiguration": {"type": "VECTOR"},
        "roleArn": "arn",
    }


def test_an_unknown_property_is_named_with_its_path() -> None:
    with pytest.raises(shapes.UnknownMemberError, match=r"KnowledgeBaseConfiguration\.Kind"):
        shapes.to_api({"KnowledgeBaseConfiguration": {"Kind": "VECTOR"}}, KNOWLEDGE_BASE)


def test_names_that_differ_are_renamed() -> None:
    renames = {"CrossRegionConfig.GuardrailProfileArn": "guardrailProfileIdentifier"}
    found = shapes.to_api({"CrossRegionConfig": {"GuardrailProfileArn": "arn"}}, GUARDRAIL, renames=renames)
    assert found == {"crossRegionConfig": {"guardrailProfileIdentifier": "arn"}}


def test_an_optional_value_is_wrapped() -> None:
    assert shapes.to_api({"Memory": {"Disabled": {}}}, HARNESS) == {"memory": {"optionalValue": {"disabled": {}}}}


def test_numbers_and_truths_come_as_text_too() -> None:
    variant = {
        "VariantName": "a",
        "ModelName": "m",
        "ServerlessConfig": {"MaxConcurrency": "5", "MemorySizeInMB": 2048},
    }
    found = shapes.to_api({"ProductionVariants": [variant], "EnableNetworkIsolation": "true"}, ENDPOINT_CONFIG)
    assert found["ProductionVariants"][0]["ServerlessConfig"] == {"MaxConcurrency": 5, "MemorySizeInMB": 2048}
    assert found["EnableNetworkIsolation"] is True


@pytest.mark.parametrize("wrong", ["text", 5, {"a": 1}])
def test_a_list_must_be_a_list(wrong: Any) -> None:
    with pytest.raises(shapes.UnknownMemberError, match="ProductionVariants"):
        shapes.to_api({"ProductionVariants": wrong}, ENDPOINT_CONFIG)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values, st.text())
def test_find_never_raises(value: Any, path: str) -> None:
    shapes.find(value, path)


def test_find_ignores_case_and_counts_lists() -> None:
    assert shapes.find({"collectionDetails": [{"Id": "x"}]}, "CollectionDetails.0.id") == "x"
    assert shapes.find({"collectionDetails": []}, "collectionDetails.0") is None
