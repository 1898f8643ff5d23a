"""Which models answer where, and the limits of the embedding models."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.framework import ApiError, StandIns
from tests.local_aws.doors import Client

COHERE, TITAN = "cohere.embed-multilingual-v3", "amazon.titan-embed-text-v2:0"


def embedded(all_of_them: StandIns, model: str, body: dict[str, Any], region: str = "us-east-1") -> Any:
    answer = all_of_them.call("bedrock-runtime", "InvokeModel", region, modelId=model, body=json.dumps(body).encode())
    return json.loads(answer["body"])


@pytest.mark.parametrize("dimension", [1024, 512, 256])
def test_titan_gives_the_dimension_asked_for(all_of_them: StandIns, dimension: int) -> None:
    answer = embedded(all_of_them, TITAN, {"inputText": "xin chào các bạn", "dimensions": dimension})
    assert len(answer["embedding"]) == dimension
    assert answer["inputTextTokenCount"] == 4


def test_cohere_gives_one_vector_for_each_text(all_of_them: StandIns) -> None:
    answer = embedded(all_of_them, COHERE, {"texts": ["a", "b"], "input_type": "search_query"})
    assert [len(vector) for vector in answer["embeddings"]] == [1024, 1024]


@pytest.mark.parametrize(
    ("model", "body", "why"),
    [
        (COHERE, {"texts": ["x" * 2049], "input_type": "search_document"}, "expected maxLength: 2048, actual: 2049"),
        (COHERE, {"texts": ["x"] * 97, "input_type": "search_document"}, "#/texts"),
        (COHERE, {"texts": ["x"]}, "#/input_type"),
        (TITAN, {"inputText": ""}, "#/inputText"),
        (TITAN, {"inputText": "x", "dimensions": 100}, "#/dimensions"),
        (TITAN, {"inputText": "word " * 8193}, "Too many input tokens"),
        ("amazon.titan-embed-text-v9:0", {"inputText": "x"}, "model identifier is invalid"),
        ("amazon.nova-lite-v1:0", {"messages": []}, "embedding models only"),
    ],
)
def test_limits(all_of_them: StandIns, model: str, body: dict[str, Any], why: str) -> None:
    with pytest.raises(ApiError, match=why) as error:
        embedded(all_of_them, model, body)
    assert error.value.code == "ValidationException"


def test_region_that_does_not_serve_a_model_refuses_it(all_of_them: StandIns) -> None:
    with pytest.raises(ApiError, match=r"invalid: amazon\.titan-embed-text-v2:0 in ap-southeast-1"):
        embedded(all_of_them, TITAN, {"inputText": "x"}, "ap-southeast-1")


def test_model_that_is_served_through_a_profile_only_says_so(client: Client) -> None:
    with pytest.raises(ClientError, match="inference profile"):
        client("bedrock-runtime").converse(
            modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "x"}]}]
        )


def test_lists_agree_with_the_region_table(client: Client) -> None:
    bedrock = client("bedrock")
    embeddings = bedrock.list_foundation_models(byOutputModality="EMBEDDING")["modelSummaries"]
    assert [each["modelId"] for each in embeddings] == [COHERE]
    profiles = {each["inferenceProfileId"] for each in bedrock.list_inference_profiles()["inferenceProfileSummaries"]}
    assert "apac.amazon.nova-lite-v1:0" in profiles
    assert bedrock.get_foundation_model(modelIdentifier=COHERE)["modelDetails"]["modelLifecycle"]["status"] == "ACTIVE"
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        bedrock.get_foundation_model(modelIdentifier=TITAN)
    availability = bedrock.get_foundation_model_availability(modelId=TITAN)
    assert availability["regionAvailability"] == "NOT_AVAILABLE"


def test_application_profile_and_logging_setting_come_and_go(client: Client) -> None:
    bedrock = client("bedrock")
    source = "arn:aws:bedrock:ap-southeast-1:111122223333:inference-profile/apac.amazon.nova-lite-v1:0"
    arn = bedrock.create_inference_profile(inferenceProfileName="mine", modelSource={"copyFrom": source})[
        "inferenceProfileArn"
    ]
    assert bedrock.get_inference_profile(inferenceProfileIdentifier=arn)["type"] == "APPLICATION"
    mine = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
    assert [each["inferenceProfileName"] for each in mine] == ["mine"]
    bedrock.delete_inference_profile(inferenceProfileIdentifier=arn)
    assert bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"] == []

    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()
    setting = {"s3Config": {"bucketName": "bucket"}, "textDataDeliveryEnabled": True}
    bedrock.put_model_invocation_logging_configuration(loggingConfig=setting)
    assert bedrock.get_model_invocation_logging_configuration()["loggingConfig"] == setting
    bedrock.delete_model_invocation_logging_configuration()
    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()
